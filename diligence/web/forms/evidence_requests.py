"""Forms of what is still needed: ask for it, answer it, no longer ask."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from diligence.models import EvidenceItem
from diligence.web.forms.evidence import FilesField


class RequestForm(forms.Form):
    """What the firm needs. The three hidden fields come with a link from a claim or criterion."""

    what = forms.CharField(
        label="What is needed", max_length=200,
        help_text="Such as: prediction log of the last 90 days, as CSV or Parquet.",
        error_messages={"required": "Say what is needed."},
    )  # fmt: skip
    why = forms.CharField(
        label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The startup reads this. What it will show, and what would do instead.",
        error_messages={"required": "Say why it is needed; the startup reads it."},
    )  # fmt: skip
    due_on = forms.DateField(
        required=False, label="Needed by",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes it takes them", initial=15, min_value=1, max_value=6000,
        help_text="Your estimate; the startup sees the sum of all that is asked.",
    )  # fmt: skip
    kind = forms.SlugField(required=False, max_length=40, widget=forms.HiddenInput)
    reference = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    text = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class EvidenceChoice(forms.ModelMultipleChoiceField[EvidenceItem]):
    """Evidence of the room, by title and date."""

    def label_from_instance(self, obj: EvidenceItem) -> str:
        """The title, and when it came, because titles repeat."""
        return f"{obj.title} ({obj.created_at:%-d %b %Y})"


class AnswerRequestForm(forms.Form):
    """Files handed in now, files that are there, or why there are none."""

    upload = FilesField(label="Hand in files", required=False)
    evidence = EvidenceChoice(
        queryset=EvidenceItem.objects.none(), required=False,
        label="Or choose from what is here", widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    reply = forms.CharField(
        label="A word on it",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="If there is no such thing, say so here; that is an answer as well.",
    )

    def __init__(
        self, *args: Any, choices: QuerySet[EvidenceItem], in_words: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["evidence"]
        if isinstance(field, EvidenceChoice):
            field.queryset = choices
        if in_words:
            self._ask_for_words()

    def _ask_for_words(self) -> None:
        """A question: the words come first and are needed, files are welcome beside them."""
        reply = self.fields["reply"]
        reply.label, reply.required = "What you say to it", True
        reply.help_text = "The firm reads it, and its report prints it, as you write it."
        reply.error_messages["required"] = "Say it in your own words; a file alone says too little."
        reply.widget.attrs["rows"] = 6
        self.fields["upload"].label = "Files that show it"
        self.order_fields(["reply", "upload", "evidence"])
