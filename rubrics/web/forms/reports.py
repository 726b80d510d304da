"""Forms of reports: a decision, the letterhead, a further file, and a file to be verified."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from rubrics.models import Letterhead, ReportCopy, SignOff
from rubrics.services.sign_offs import GivenCondition, GivenDecision

ROWS = 6
"""Conditions that the page asks for; more than six are rarely all meant."""


class SignOffForm(forms.Form):
    """The partner's decision."""

    decision = forms.ChoiceField(
        choices=SignOff.Decision.choices, widget=forms.RadioSelect, label="Decision"
    )
    because = forms.CharField(
        label="Why", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Printed in the report as you write it, and never changed afterwards.",
        error_messages={"required": "Say why; the report prints it."},
    )  # fmt: skip
    revisit_on = forms.DateField(
        label="Look at it again on", required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def given(self, conditions: "list[GivenCondition]") -> GivenDecision:
        """The values for the service."""
        data = self.cleaned_data
        return GivenDecision(data["decision"], data["because"], conditions, data["revisit_on"])


class ConditionForm(forms.Form):
    """One condition; an empty row is none."""

    text = forms.CharField(label="Condition", max_length=500, required=False)
    due_on = forms.DateField(
        label="By", required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


ConditionForms = forms.formset_factory(ConditionForm, extra=ROWS, max_num=ROWS)


def given_conditions(rows: Any) -> list[GivenCondition]:
    """The rows that were filled in."""
    filled = [row.cleaned_data for row in rows if row.cleaned_data.get("text", "").strip()]
    return [GivenCondition(row["text"], row["due_on"]) for row in filled]


class LetterheadForm(forms.Form):
    """How reports look, and the firm's own words in them."""

    firm = forms.CharField(label="Name of the firm", max_length=80, required=False)
    logo = forms.FileField(
        label="Logo", required=False,
        help_text="PNG, JPEG or WebP, up to 2 MB; printed up to 54 mm wide.",
    )  # fmt: skip
    without_logo = forms.BooleanField(label="Take the logo out", required=False)
    colour = forms.CharField(
        label="Colour", max_length=7, widget=forms.TextInput(attrs={"type": "color"}),
        help_text="Of small headings and lines; dark enough to be read on paper.",
    )  # fmt: skip
    paper = forms.ChoiceField(label="Paper", choices=Letterhead.Paper.choices)
    introduction = forms.CharField(
        label="Introduction", required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Markdown: paragraphs, headings, lists, emphasis, quotations and links.",
    )  # fmt: skip
    disclaimer = forms.CharField(
        label="Disclaimer", required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}), help_text="Markdown, at the end of each report.",
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput)


class IssueForm(forms.Form):
    """What is frozen into a report beside its data."""

    with_trail = forms.BooleanField(required=False)


class CopyForm(forms.Form):
    """A further file of a report."""

    form = forms.ChoiceField(choices=ReportCopy.Form.choices)
    reader = forms.CharField(max_length=120, required=False)


class VerifyForm(forms.Form):
    """The file that somebody holds, or its hash."""

    file = forms.FileField(label="The PDF", required=False, allow_empty_file=True)
    sha256 = forms.CharField(
        label="Or its SHA-256", required=False, max_length=200,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of the two is enough."""
        data = super().clean() or {}
        if not data.get("file") and not data.get("sha256"):
            raise forms.ValidationError("Choose the file, or paste its SHA-256.")
        return data

    def handed(self) -> "UploadedFile[Any] | None":
        """The file, if one was chosen."""
        file = self.cleaned_data.get("file")
        return file if isinstance(file, UploadedFile) else None
