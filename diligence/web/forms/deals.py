"""Forms of startups, deals, teams and notes."""

from typing import Any

from django import forms

from diligence.models import Archetype, Deal, Invitation, RiskFlag, Startup, User
from diligence.selectors.choices import startups_called, told_apart
from diligence.services.deals import DealDetails, StartupDetails
from diligence.web.forms.offering import offering


class StartupForm(forms.ModelForm[Startup]):
    """What is known of a company."""

    website = forms.URLField(required=False, max_length=200, assume_scheme="https")

    class Meta:
        model = Startup
        fields = ("name", "website", "country", "founded", "summary")
        labels = {"founded": "Founded (year)", "summary": "What they do"}
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}

    def clean_founded(self) -> int | None:
        """A year that a company can have been founded in."""
        year: int | None = self.cleaned_data["founded"]
        if year is not None and not 1900 <= year <= 2100:
            raise forms.ValidationError("Give the year in four digits, such as 2021.")
        return year

    def validate_constraints(self) -> None:
        """The service says it when a name is taken."""

    def details(self) -> StartupDetails:
        """The values for the service."""
        return StartupDetails(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class DealForm(forms.ModelForm[Deal]):
    """What is known of a round."""

    archetypes = forms.MultipleChoiceField(
        choices=Archetype.choices, required=False, widget=forms.CheckboxSelectMultiple,
        label="What the product is made of",
        help_text="Several may hold. It decides which questions and criteria apply.",
    )  # fmt: skip
    flags = forms.MultipleChoiceField(
        choices=RiskFlag.choices, required=False, widget=forms.CheckboxSelectMultiple,
        label="What it touches",
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Deal
        fields = ("name", "round", "amount", "valuation", "currency", "ai_share", "thesis",
                  "archetypes", "flags", "restricted")  # fmt: skip
        labels = {
            "name": "Name of the deal",
            "round": "Stage of the company",
            "ai_share": "Share of the valuation that rests on AI (%)",
            "restricted": "Restricted: only people on the deal see it, partners included",
        }
        help_texts = {
            "name": "For example Series A 2026.",
            "amount": "In whole units of the currency.",
            "thesis": "Why this could be a good investment, and what has to be true for it.",
        }
        widgets = {"thesis": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, may_restrict: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["restricted"].disabled = not may_restrict
        if not may_restrict:
            self.fields["restricted"].help_text = "A partner or an administrator sets this."

    def clean_currency(self) -> str:
        """Three letters, as in ISO 4217."""
        currency = str(self.cleaned_data["currency"]).upper()
        if len(currency) != 3 or not currency.isalpha():
            raise forms.ValidationError("Give the currency's three letters, such as EUR.")
        return currency

    def validate_constraints(self) -> None:
        """The service says it when a deal of that name exists."""

    def details(self) -> DealDetails:
        """The values for the service."""
        return DealDetails(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class ChooseStartupForm(forms.Form):
    """A startup that is known already, by its name, or none for a new one."""

    startup = forms.CharField(
        label="Startup", required=False, max_length=300,
        widget=offering("diligence:startup_choices", "startup-offers"),
        help_text="One that is here already; a few letters find it. Leave it empty for a new one.",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_startup(self) -> Startup | None:
        """The startup of this name that the person sees."""
        name = self.cleaned_data["startup"]
        if not name:
            return None
        found = startups_called(self.user, name)
        if not found:
            raise forms.ValidationError(
                f"You see no startup called {name}; leave this empty and describe it below."
            )
        if len(found) > 1:
            raise forms.ValidationError(
                f"There are {len(found)} startups called {name}. Write which one you mean: "
                + " or ".join(told_apart(found))
                + "."
            )
        return found[0]


class NoteForm(forms.Form):
    """A note for the firm."""

    body = forms.CharField(
        label="Note", max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PersonField(forms.ModelChoiceField[User]):
    """Names people with what they do."""

    def label_from_instance(self, obj: User) -> str:
        """For example "Ana Silva · Partner"."""
        return f"{obj} · {obj.get_firm_role_display()}"


class MemberForm(forms.Form):
    """Someone of the firm to put on the deal."""

    user = PersonField(queryset=User.objects.none(), label="Person")

    def __init__(self, *args: Any, people: tuple[User, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = User.objects.filter(pk__in=[p.pk for p in people])


class InviteForm(forms.ModelForm[Invitation]):
    """Someone of the startup to invite into the room."""

    class Meta:
        model = Invitation
        fields = ("email", "name", "title")
        labels = {"email": "Email", "title": "Role at the startup"}
