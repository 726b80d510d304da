"""Adding a passkey, in the words of the house."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A name to know it by, and whether it replaces the password too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name: forms.Field = self.fields["name"]
        name.label, name.help_text = "Name", "By which you know it again, such as the device."
        alone: forms.Field = self.fields["passwordless"]
        alone.label, alone.initial = "Signs in without a password", True
        alone.help_text = "Your device then asks for its PIN, your finger or your face each time."
