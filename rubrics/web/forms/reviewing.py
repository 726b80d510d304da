"""Forms of who scores an assessment, and of how differences are settled."""

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


class TalkForm(forms.Form):
    """The level that a reviewer came to in the talk."""

    level = forms.TypedChoiceField(
        coerce=int, label="Level after the talk",
        error_messages={"required": "Choose the level that you came to."},
    )  # fmt: skip
    because = forms.CharField(
        max_length=500, label="What the decision test says",
        error_messages={"required": "Say in a sentence what the decision test says."},
    )  # fmt: skip

    def __init__(self, *args: Any, levels: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose"), *((level, str(level)) for level in levels)]


class DecisionForm(forms.Form):
    """A third person's level and their two lines; citations are ticked beside them."""

    level = forms.TypedChoiceField(
        coerce=int, label="Level", choices=[("", "Choose"), *((n, str(n)) for n in range(5))],
        error_messages={"required": "Choose the level that the evidence shows."},
    )  # fmt: skip
    lines = forms.CharField(
        max_length=500, label="Two lines on what the evidence shows",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write one or two lines on what the evidence shows."},
    )  # fmt: skip
    no_conflict = forms.BooleanField(required=False)


class DissentForm(forms.Form):
    """A reviewer's words against a decision."""

    words = forms.CharField(
        max_length=4000, label="What you hold against it",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Printed in the report as you write it, and never changed.",
        error_messages={"required": "Say in your own words what you hold against the decision."},
    )  # fmt: skip


class BriefingForm(forms.Form):
    """Which lenses are scored again, and how their anchors are to be read."""

    lenses = forms.MultipleChoiceField(
        label="Lenses to score again", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the lenses to score again."},
    )  # fmt: skip
    words = forms.CharField(
        max_length=8000, label="How the anchors are to be read",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say how the anchors are to be read."},
    )  # fmt: skip

    def __init__(self, *args: Any, lenses: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lenses"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = list(lenses)
