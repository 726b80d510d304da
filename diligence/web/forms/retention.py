"""Forms of how long files are kept."""

from typing import Any

from django import forms

LONGEST = 36_500
"""Days: a hundred years. Who wants to keep longer sets no term."""


class TermForm(forms.Form):
    """The firm's term."""

    days = forms.IntegerField(
        label="Days after a deal was closed", required=False, min_value=1, max_value=LONGEST,
        help_text="Such as 365. Empty: nothing is deleted. Deals that are due already are "
        "announced first, and deleted two weeks later.",
    )  # fmt: skip


class DealRetentionForm(forms.Form):
    """What differs for one deal."""

    days = forms.IntegerField(
        label="Days after this deal was closed", required=False, min_value=1, max_value=LONGEST,
        help_text="Empty: the firm's term holds.",
    )  # fmt: skip
    because = forms.CharField(
        label="Why a term of its own?", required=False, max_length=500,
        help_text="Printed on the certificate of deletion.",
    )  # fmt: skip
    held_because = forms.CharField(
        label="Stop the deletion because", required=False, max_length=500,
        help_text="Such as a dispute. While something stands here, nothing is deleted.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A term of its own needs its reason."""
        given = super().clean() or {}
        if given.get("days") is not None and not given.get("because", "").strip():
            self.add_error("because", "Say why this deal has a term of its own.")
        return given
