"""A new API token."""

from django import forms

from diligence.models import Scope

OFFERED = (
    (Scope.READ, "Read: deals, answers, evidence, audits, scores"),
    (Scope.EXPORT, "Export: reports as PDF and as data"),
    (Scope.WRITE, "Write: settle differences, answer disputes, enter terms, change frames"),
)
LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "1 year"))


class TokenForm(forms.Form):
    """What it is for and how long it is good."""

    name = forms.CharField(
        label="What is it for?",
        max_length=100,
        error_messages={"required": "Name what the token is for, so that you know it again."},
    )
    days = forms.ChoiceField(label="Good for", choices=LIFETIMES, initial="90")
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=OFFERED,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than you may do yourself.",
        error_messages={"required": "Choose at least one, or the token opens nothing."},
    )
