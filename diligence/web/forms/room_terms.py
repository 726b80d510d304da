"""The form of a room's terms and of the viewer's name on documents."""

from django import forms


class RoomSettingsForm(forms.Form):
    """What whoever enters the room meets."""

    terms = forms.CharField(
        label="Terms to accept before entering", required=False, max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Such as a non-disclosure agreement, as plain text. Empty: nothing to accept. "
        "A changed text is accepted anew by everybody.",
    )  # fmt: skip
    watermark = forms.BooleanField(
        label="Put the viewer's name and the time on previews of documents", required=False
    )
