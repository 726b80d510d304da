"""Forms of who scores an assessment."""

from collections.abc import Iterable
from typing import Any

from django import forms

from diligence.models import User
from rubrics.models import Seat


class AssignForm(forms.Form):
    """Whom to ask, and for what."""

    user = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Who", empty_label="Choose somebody",
        error_messages={"required": "Choose somebody of the firm."},
    )  # fmt: skip
    role = forms.ChoiceField(choices=Seat.Role.choices, label="For what")

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = User.objects.filter(pk__in=[person.pk for person in people])


class ReplaceForm(forms.Form):
    """Who takes the seat over; nobody where it is only given up."""

    user = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label="Instead", empty_label="Nobody"
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = User.objects.filter(pk__in=[person.pk for person in people])


class ConflictForm(forms.Form):
    """One's own conflict of interest."""

    because = forms.CharField(
        max_length=2000, label="What is the conflict?", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Those who run the deal read it; then somebody else scores.",
        error_messages={"required": "Say in a sentence what the conflict is."},
    )  # fmt: skip
