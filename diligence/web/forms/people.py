"""Who belongs to the firm, in which role, and of whom a second factor is asked."""

from django import forms

from diligence.models import FirmRole

ROLES = [(role.value, role.label) for role in FirmRole if role != FirmRole.NONE]
ASKED_OF = [*ROLES, (FirmRole.NONE.value, "Founders")]


class ColleagueForm(forms.Form):
    """A new colleague."""

    email = forms.EmailField(label="Email", max_length=254)
    name = forms.CharField(label="Name", max_length=200)
    role = forms.ChoiceField(label="Role", choices=ROLES, initial=FirmRole.REVIEWER)


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label="Role", choices=ROLES)


class SecondFactorForm(forms.Form):
    """The roles that need two factors."""

    roles = forms.MultipleChoiceField(
        label="Ask a second factor of",
        choices=ASKED_OF,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Whoever lacks one is led to set it up at the next click, and gets nowhere else"
        " before; their API tokens rest until then.",
    )
