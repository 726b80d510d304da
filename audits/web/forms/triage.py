"""The form of an analyst's word on a finding."""

from typing import Any

from django import forms

from audits.models import Triage
from audits.services.triage import GivenTriage
from diligence.models import Deal, User


class TriageForm(forms.Form):
    """What the finding is, why, and who owns it until when."""

    verdict = forms.ChoiceField(choices=Triage.Verdict.choices, label="It is")
    reason = forms.CharField(
        max_length=4000, label="Because", widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, empty_label="Nobody", label="Owner",
        help_text="An accepted risk needs one.",
    )  # fmt: skip
    expires_on = forms.DateField(
        required=False, label="Look again on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        if isinstance(field, forms.ModelChoiceField):
            members = deal.members.filter(removed_at=None).values("user")
            field.queryset = User.objects.filter(pk__in=members)

    def given(self) -> GivenTriage:
        """The values for the service."""
        return GivenTriage(**self.cleaned_data)
