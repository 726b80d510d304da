"""A new API token."""

from django import forms

LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "1 year"))


class TokenForm(forms.Form):
    """What it is for and how long it is good."""

    name = forms.CharField(
        label="What is it for?",
        max_length=100,
        error_messages={"required": "Name what the token is for, so that you know it again."},
    )
    days = forms.ChoiceField(label="Good for", choices=LIFETIMES, initial="90")
