"""Forms of disputes."""

from typing import Any

from django import forms

from diligence.models import EvidenceItem
from rubrics.services.disputes import LONGEST


class DisputeForm(forms.Form):
    """What the startup holds against a finding, and the new evidence that shows it."""

    words = forms.CharField(
        max_length=LONGEST, label="What is wrong about it",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Printed in the firm's report as you write it, until the dispute is closed.",
        error_messages={"required": "Say what is wrong about the finding."},
    )  # fmt: skip
    evidence = forms.ModelMultipleChoiceField(
        queryset=EvidenceItem.objects.none(), label="New evidence that shows it",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "A dispute needs new evidence: hand in the file first."},
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["evidence"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = choices


class CloseForm(forms.Form):
    """Why a dispute is closed."""

    because = forms.CharField(
        max_length=4000, label="Why the finding stands, or what was changed",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why; the startup reads it and the report prints it."},
    )  # fmt: skip
