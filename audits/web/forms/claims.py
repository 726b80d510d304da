"""Forms of claims: a quotation with the fields of its kind, a message, a rebuttal."""

from collections.abc import Mapping
from typing import Any

from django import forms

from audits.claims.reading import KIND_TITLES
from audits.engine.claiming import Scalar
from audits.engine.registry import catalogue
from audits.engine.types import Nature
from audits.models import Claim
from audits.selectors.runs import LENS_TITLES
from audits.services.claims import Quote
from audits.services.hearings import LONGEST
from diligence.models import Deal, EvidenceItem
from diligence.questionnaires.schema import CLAIM_FIELDS

METRICS = (
    ("accuracy", "Accuracy"), ("roc_auc", "ROC AUC"), ("f1", "F1"), ("precision", "Precision"),
    ("recall", "Recall"), ("mae", "Mean absolute error"), ("rmse", "Root mean squared error"),
    ("r2", "R²"),
)  # fmt: skip
UNBOUNDED = ("mae", "rmse", "r2")
"""Metrics that are not shares of one, so that 12 does not mean 12%."""

KINDS = tuple((kind, KIND_TITLES[kind]) for kind in CLAIM_FIELDS)
TARGETS = (("model", "The registered version of the model"), ("dataset", "The dataset behind it"))


class FigureField(forms.Field):
    """A number as people write it: 0.93, 93% or 93 %."""

    widget = forms.TextInput(attrs={"maxlength": 20, "autocomplete": "off"})
    default_error_messages = {"figure": "Write a number, such as 0.93 or 93%."}

    def to_python(self, value: Any) -> float | None:
        """The number, a percentage as its share; None where nothing was written."""
        text = "".join(str(value or "").split()).replace(",", ".")[:40]
        if not text:
            return None
        try:
            number = float(text.removesuffix("%"))
        except ValueError:
            raise forms.ValidationError(self.error_messages["figure"], "figure") from None
        if not -1e12 < number < 1e12:
            raise forms.ValidationError(self.error_messages["figure"], "figure")
        return round(number / 100, 10) if text.endswith("%") else number


def practices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The practices that can be claimed, by lens."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for check in catalogue():
        if check.nature is Nature.PRACTICE:
            groups.setdefault(LENS_TITLES[check.lens], []).append((check.practice, check.title))
    return list(groups.items())


def _fields() -> Mapping[str, forms.Field]:
    """The input of each field that a claim may have."""
    number = forms.NumberInput(attrs={"inputmode": "numeric", "min": 1})
    return {
        "metric": forms.ChoiceField(choices=METRICS, label="Metric"),
        "value": FigureField(label="Claimed value", help_text="0.93 or 93%."),
        "window_days": forms.IntegerField(
            min_value=1, max_value=3650, required=False, label="Over the last days", widget=number,
            help_text="Only where they name a span, such as the last 90 days.",
        ),
        "target": forms.ChoiceField(choices=TARGETS, label="Traceable to"),
        "practice": forms.ChoiceField(choices=practices, label="Practice"),
        "days": forms.IntegerField(
            min_value=1, max_value=3650, label="At least every … days", widget=number
        ),
        "group": forms.CharField(
            max_length=100, label="Between groups of", help_text="The column, such as region."
        ),
        "max_gap": FigureField(
            label="Differs by at most", help_text="0.03 or 3%."
        ),
    }  # fmt: skip


class QuoteForm(forms.Form):
    """What a document says, with the fields of its kind."""

    text = forms.CharField(
        max_length=2000, label="In their words", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Quoted, so that the founder recognises it.",
    )  # fmt: skip
    evidence = forms.ModelChoiceField(
        queryset=EvidenceItem.objects.none(), required=False, label="Document",
        empty_label="Said in a meeting or a call",
    )  # fmt: skip
    page = forms.IntegerField(min_value=1, max_value=9999, required=False, label="Page")

    def __init__(self, *args: Any, deal: Deal, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        document = self.fields["evidence"]
        if isinstance(document, forms.ModelChoiceField):
            document.queryset = deal.evidence.filter(withdrawn_at=None).order_by("title")
        needed, allowed = CLAIM_FIELDS[kind]
        for name, field in _fields().items():
            if name in needed | allowed:
                self.fields[name] = field
        self.order_fields(["text", *_fields(), "evidence", "page"])

    def clean(self) -> dict[str, Any]:
        """A share of one is no more than one."""
        data = super().clean() or {}
        value = data.get("value")
        is_share = self.kind == "traceability" or data.get("metric") not in UNBOUNDED
        if isinstance(value, float) and is_share and not 0 <= value <= 1:
            self.add_error("value", "This is a share of one: write 0.93 or 93%.")
        return data

    def quote(self) -> Quote:
        """The values for the service."""
        data = self.cleaned_data
        needed, allowed = CLAIM_FIELDS[self.kind]
        fields: dict[str, Scalar] = {
            name: data[name] for name in _fields() if name in needed | allowed and data.get(name)
            not in (None, "")
        }  # fmt: skip
        return Quote(self.kind, data["text"], fields, data["evidence"], data["page"])


def kind_of(given: str) -> str:
    """A kind that was asked for, or the first one."""
    return given if given in CLAIM_FIELDS else "metric"


def initial_of(claim: Claim) -> dict[str, Any]:
    """A claim as its form shows it first."""
    return {
        **claim.fields, "text": claim.text, "evidence": claim.evidence_id, "page": claim.page,
    }  # fmt: skip


class MessageForm(forms.Form):
    """A word to the startup."""

    message = forms.CharField(
        required=False, max_length=LONGEST, label="A word to the founder",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class RebuttalForm(forms.Form):
    """What the startup says to a contradiction, and what shows it."""

    body = forms.CharField(
        max_length=LONGEST, label="What you say to it",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Printed in the firm's report as you write it.",
    )  # fmt: skip
    evidence = forms.ModelMultipleChoiceField(
        queryset=EvidenceItem.objects.none(), required=False, label="Evidence that shows it",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["evidence"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = choices
