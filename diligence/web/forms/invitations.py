"""What someone who was invited says of themselves."""

from django import forms


class EnterForm(forms.Form):
    """The name that the firm and their own colleagues will see."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        error_messages={"required": "Enter your name, so that the firm knows who answers."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
