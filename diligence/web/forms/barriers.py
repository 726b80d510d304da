"""Forms of information barriers."""

from typing import Any

from django import forms

from diligence.models import User
from diligence.services.barriers import WHY
from diligence.web.forms.deals import PersonField


def _words(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text, error_messages={"required": WHY},
    )  # fmt: skip


class BarrierForm(forms.Form):
    """Somebody in conflict, and why."""

    user = PersonField(
        queryset=User.objects.none(), label="Person", empty_label="Choose somebody",
        error_messages={
            "required": "Choose somebody of the firm.",
            "invalid_choice": "Choose somebody of the firm from the list.",
        },
    )  # fmt: skip
    reason = _words("What is the conflict?", "Only those who run the deal read it. It is kept.")

    def __init__(self, *args: Any, people: tuple[User, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = User.objects.filter(pk__in=[p.pk for p in people])


class OwnConflictForm(forms.Form):
    """One's own conflict of interest."""

    reason = _words("What is the conflict?", "Only those who run the deal read it.")


class LiftForm(forms.Form):
    """Why there is no conflict any more."""

    reason = forms.CharField(
        label="Why is there no conflict any more?", max_length=2000,
        error_messages={"required": "Say in a sentence why there is no conflict any more."},
    )  # fmt: skip
