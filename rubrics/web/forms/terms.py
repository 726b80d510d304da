"""Forms of terms: what is entered on a deal, and what the house sets."""

from typing import ClassVar

from django import forms
from django.http import QueryDict

from diligence.models import Deal, User
from diligence.selectors.deals import who_sees
from rubrics.models import FollowUp, Haircut
from rubrics.scoring.instruments import INSTRUMENTS, TITLES
from rubrics.selectors.terms import DealTerms
from rubrics.services.follow_ups import Condition, open_follow_up
from rubrics.services.terms import Ranged, Stated, apply_haircut, enter_exposure, state_revenue


def _words(label: str, help_text: str = "", *, rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=4000, label=label, help_text=help_text, widget=widget)


class EntryForm(forms.Form):
    """Something that is entered on a deal; `act` is its name in the page's one form."""

    act: ClassVar[str]
    submit: ClassVar[str]

    def __init__(self, data: QueryDict | None = None, *, deal: Deal, terms: DealTerms) -> None:
        super().__init__(data, prefix=self.act)
        self.deal, self.terms = deal, terms

    def enter(self, actor: User) -> str:
        """Enters it; returns the sentence that says so."""
        raise NotImplementedError


class RevenueForm(EntryForm):
    """A model and what rests on it."""

    act, submit = "revenue", "Enter the model"

    name = forms.CharField(max_length=200, label="Model or product")
    share = forms.DecimalField(
        required=False, min_value=0, max_value=100, max_digits=4, decimal_places=1,
        label="Share of revenue in percent", help_text="Leave it empty where nobody has said it.",
    )  # fmt: skip
    source = forms.CharField(
        max_length=300, label="Where it is said", help_text="Such as: deck, page 9."
    )
    keystones = forms.MultipleChoiceField(
        required=False, label="Keystones below target that concern it",
        help_text="None chosen means all of them.", widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, deal: Deal, terms: DealTerms) -> None:
        super().__init__(data, deal=deal, terms=terms)
        field = self.fields["keystones"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(each.criterion, each.title) for each in terms.revenue.weak]

    def enter(self, actor: User) -> str:
        """States the revenue."""
        said = self.cleaned_data
        stated = Stated(said["name"], said["share"], said["source"], tuple(said["keystones"]))
        state_revenue(actor=actor, deal=self.deal, stated=stated)
        return f"{stated.name} is entered."


class ExposureForm(EntryForm):
    """Counsel's range for one exposure of the list, or for another one."""

    act, submit = "exposure", "Enter the exposure"

    subject = forms.ChoiceField(label="What it stands on")
    title = forms.CharField(
        max_length=200, required=False, label="In your words",
        help_text="Left empty, the name of what it stands on is used.",
    )  # fmt: skip
    low = forms.DecimalField(
        required=False, min_value=0, max_digits=15, decimal_places=0, label="From"
    )
    high = forms.DecimalField(
        required=False, min_value=0, max_digits=15, decimal_places=0, label="To"
    )
    counsel = forms.CharField(
        required=False, max_length=200, label="Who of counsel says so",
        help_text="Needed with a range; without one the exposure counts as unknown.",
    )  # fmt: skip
    note = forms.CharField(
        required=False, max_length=4000, label="Note", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: QueryDict | None = None, *, deal: Deal, terms: DealTerms) -> None:
        super().__init__(data, deal=deal, terms=terms)
        waiting = [line for line in terms.exposures if line.entered is None]
        self.lines = {f"{line.risks[0]}:{line.subject}": line.title for line in waiting}
        field = self.fields["subject"]
        if isinstance(field, forms.ChoiceField):
            others = [(f"{risk}:", f"Something else ({TITLES[risk].lower()})") for risk in "LR"]
            field.choices = [*self.lines.items(), *others]

    def enter(self, actor: User) -> str:
        """Enters the range."""
        said = self.cleaned_data
        risk, _, subject = said["subject"].partition(":")
        title = said["title"] or self.lines.get(said["subject"], "Exposure")
        ranged = Ranged(
            risk, subject, title, said["low"], said["high"], said["counsel"], said["note"]
        )
        enter_exposure(actor=actor, deal=self.deal, ranged=ranged)
        return f"{title} is entered."


class HaircutChoice(forms.ModelChoiceField[Haircut]):
    """A haircut of the house with its percentage."""


class HaircutForm(EntryForm):
    """One of the house's haircuts on this deal."""

    act, submit = "haircut", "Put it on the deal"

    haircut = HaircutChoice(
        queryset=Haircut.objects.filter(retired_at=None), empty_label=None, label="Haircut"
    )
    because = _words("Why it applies", "The report prints your words.")

    def enter(self, actor: User) -> str:
        """Puts it on the deal."""
        said = self.cleaned_data
        apply_haircut(actor=actor, deal=self.deal, haircut=said["haircut"], because=said["because"])
        return f"{said['haircut'].name} is on the deal."


class ConditionForm(EntryForm):
    """A condition as something to do."""

    act, submit = "condition", "Set the condition"

    text = _words("What has to be done", "So that somebody can tell whether it is.")
    instrument = forms.ChoiceField(required=False, label="Instrument")
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="Who sees to it")
    due_on = forms.DateField(
        label="Until", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: QueryDict | None = None, *, deal: Deal, terms: DealTerms) -> None:
        super().__init__(data, deal=deal, terms=terms)
        instrument, owner = self.fields["instrument"], self.fields["owner"]
        if isinstance(instrument, forms.ChoiceField):
            named = [(row.risk, f"{row.title}: {row.instrument}") for row in INSTRUMENTS]
            instrument.choices = [("", "None of the table"), *named]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = who_sees(deal)
        self.initial["owner"] = deal.owner_id

    def enter(self, actor: User) -> str:
        """Sets the condition."""
        said = self.cleaned_data
        table = {row.risk: row.instrument for row in INSTRUMENTS}
        condition = Condition(
            said["text"], said["owner"], said["due_on"], said["instrument"],
            table.get(said["instrument"], ""),
        )  # fmt: skip
        open_follow_up(actor=actor, deal=self.deal, condition=condition)
        return "The condition stands in the list of what is open."


ENTRIES: dict[str, type[EntryForm]] = {
    form.act: form for form in (RevenueForm, ExposureForm, HaircutForm, ConditionForm)
}


class CloseForm(forms.Form):
    """What became of a condition."""

    state = forms.ChoiceField(
        choices=[(FollowUp.State.MET, "It is met"), (FollowUp.State.DROPPED, "It is dropped")],
        label="What became of it",
    )
    because = _words("What shows it, or why", rows=2)


class RateForm(forms.Form):
    """What an engineer-week costs."""

    currency = forms.RegexField(
        r"^[A-Za-z]{3}$", label="Currency", initial="EUR", help_text="Three letters, such as EUR."
    )
    amount = forms.DecimalField(
        min_value=1, max_digits=12, decimal_places=0, label="One engineer-week, all in",
        help_text="Salary, charges and overhead of a senior engineer for one week.",
    )  # fmt: skip


class NewHaircutForm(forms.Form):
    """A haircut of the house."""

    name = forms.CharField(max_length=120, label="Name")
    percent = forms.DecimalField(
        min_value=0, max_value=100, max_digits=4, decimal_places=1, label="Percent of the valuation"
    )
    when = forms.CharField(max_length=300, required=False, label="When it applies")
