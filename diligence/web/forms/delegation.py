"""Forms of the people of a room: bring in a colleague, say what they take over."""

from typing import Any

from django import forms

from diligence.models import RoomMember
from diligence.selectors.delegation import Delegable
from diligence.services.assignments import Share, share_of
from diligence.services.delegation import Colleague


class _SectionsForm(forms.Form):
    """The sections to choose from, by questionnaire, and whether one sees only these."""

    sections = forms.MultipleChoiceField(
        label="Sections",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "This section is not asked any more; choose another."},
    )
    limited = forms.BooleanField(
        label="Sees only these sections",
        required=False,
        help_text="And what they hand in themselves. Otherwise they see the whole room as you do.",
    )

    def __init__(self, *args: Any, delegable: tuple[Delegable, ...], **more: Any) -> None:
        super().__init__(*args, **more)
        choices: dict[str, list[tuple[str, str]]] = {}
        for one in delegable:
            choices.setdefault(one.questionnaire.template.title, []).append((one.key, one.title))
        field = self.fields["sections"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = list(choices.items())

    def shares(self) -> tuple[Share, ...]:
        """The sections chosen."""
        return tuple(share_of(key) for key in self.cleaned_data["sections"])


class ColleagueForm(_SectionsForm):
    """Someone to bring in."""

    field_order = ("email", "name", "sections", "limited")

    email = forms.EmailField(
        label="Email address",
        error_messages={
            "required": "Enter your colleague's address.",
            "invalid": "Enter an address such as ada@example.com.",
        },
    )
    name = forms.CharField(label="Name", max_length=200, required=False)

    def colleague(self) -> Colleague:
        """Whom to invite."""
        data = self.cleaned_data
        return Colleague(
            data["email"], data["name"], limited=data["limited"], sections=self.shares()
        )


class AssignForm(_SectionsForm):
    """What someone who is here takes over."""


def present_shares(member: RoomMember) -> list[str]:
    """What is assigned to someone now, as the form's values."""
    return [f"{one.questionnaire_id}:{one.section}" for one in member.assignments.all()]
