"""A new endpoint."""

from django import forms

from diligence.models import Event


class EndpointForm(forms.Form):
    """What it is called, where it is, and what it is told."""

    name = forms.CharField(
        label="Which system is it?",
        max_length=100,
        error_messages={"required": "Name the system, so that you know it again."},
    )
    address = forms.CharField(
        label="Address", max_length=1000, widget=forms.URLInput,
        help_text="Begins with https://. It must be on the open internet, or named by whoever runs"
        " this server in PROOFROOM_PRIVATE_HOSTS.",
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label="Tell it when",
        choices=Event.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one event."},
    )
