"""Forms of what people do about a knock-out, one per verb; each says how much was read."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone

from diligence.models import EvidenceItem, User
from rubrics.models import Assessment, KnockOut
from rubrics.selectors.assessments import rubric_of
from rubrics.services.knock_outs import (
    Question,
    Waiver,
    Word,
    ask_about_knock_out,
    clear_knock_out,
    confirm_knock_out,
    cure_knock_out,
    waive_knock_out,
)

DAYS_TO_REPLY = 5
"""Working days that the startup gets to reply (rubric, section 6)."""
SATURDAY = 5
LONGEST = 4000


def working_days_after(start: date, days: int) -> date:
    """The day that many working days later; holidays are not known and count as working days."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


def _day(label: str, help_text: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


def _evidence_field(label: str) -> "forms.ModelMultipleChoiceField[EvidenceItem]":
    return forms.ModelMultipleChoiceField(
        queryset=EvidenceItem.objects.none(), required=False, label=label,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


def _offer_evidence(form: forms.Form, deal: UUID) -> None:
    """What may be chosen: all of the deal that was not withdrawn."""
    field = form.fields.get("evidence")
    if isinstance(field, forms.ModelMultipleChoiceField):
        items = EvidenceItem.objects.filter(deal=deal, withdrawn_at=None)
        field.queryset = items.order_by("title")


class SuspicionForm(forms.Form):
    """A reviewer's suspicion of a knock-out."""

    code = forms.ChoiceField(label="Knock-out")
    because = forms.CharField(
        max_length=LONGEST, label="What makes you suspect it, and where",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    evidence = _evidence_field("Evidence of this deal that shows it")

    def __init__(self, data: QueryDict | None = None, *, assessment: Assessment) -> None:
        super().__init__(data)
        field = self.fields["code"]
        if isinstance(field, forms.ChoiceField):
            rules = rubric_of(assessment.rubric).knock_outs
            field.choices = [(rule.id, f"{rule.id} · {rule.title}") for rule in rules]
        _offer_evidence(self, assessment.deal_id)


class ActForm(forms.Form):
    """What every verb has: the reason, and up to which step the history was read."""

    act: ClassVar[str]
    title: ClassVar[str]
    submit: ClassVar[str]
    note: ClassVar[str]

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    because = forms.CharField(
        max_length=LONGEST, label="Because", widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The report prints your words.",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, knock_out: KnockOut) -> None:
        super().__init__(data, prefix=self.act)
        self.initial.setdefault("seen", knock_out.steps.count())
        self.knock_out = knock_out
        _offer_evidence(self, knock_out.assessment.deal_id)

    def word(self) -> Word:
        """What was said, for the service."""
        said = self.cleaned_data
        return Word(said["because"], said["seen"], tuple(said.get("evidence") or ()))

    def apply(self, actor: User) -> str:
        """Does it; returns the sentence that says so."""
        raise NotImplementedError


class AskForm(ActForm):
    """The question and the facts that the startup reads."""

    act, title, submit = "ask", "Ask the startup", "Put it to the startup"
    note = "It reads both word for word, on its list and by mail, and sees no score."

    because = forms.CharField(
        max_length=2000, label="The facts", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What was seen, and where. Leave out scores and opinions.",
    )  # fmt: skip
    ask = forms.CharField(max_length=200, label="The question")
    due_on = _day("Reply by", "After this day it can be confirmed without a reply.")
    field_order = ("seen", "ask", "because", "due_on")

    def __init__(self, data: QueryDict | None = None, *, knock_out: KnockOut) -> None:
        super().__init__(data, knock_out=knock_out)
        due_on = working_days_after(timezone.localdate(), DAYS_TO_REPLY)
        self.initial.update(ask="What do you say to this?", because=knock_out.raised, due_on=due_on)

    def apply(self, actor: User) -> str:
        """Asks."""
        said = self.cleaned_data
        question = Question(said["ask"], said["because"], said["due_on"])
        ask_about_knock_out(
            actor=actor, knock_out=self.knock_out, question=question, seen=said["seen"]
        )
        return "The startup has it on its list now; the mail follows in ten minutes."


class ConfirmForm(ActForm):
    """One of the two voices."""

    act, title, submit = "confirm", "Confirm it", "Give your voice"
    note = "Two people confirm, after the reply of the startup or after the day for it has passed."

    def apply(self, actor: User) -> str:
        """Gives one voice."""
        row = confirm_knock_out(actor=actor, knock_out=self.knock_out, word=self.word())
        confirmed = row.state == KnockOut.State.CONFIRMED
        return f"{row.code} is confirmed." if confirmed else "Yours is the first of two voices."


class ClearForm(ActForm):
    """The suspicion was wrong."""

    act, title, submit = "clear", "Clear it", "Clear"
    note = "The suspicion was wrong. It leaves the band; an audit that finds more raises it again."

    def apply(self, actor: User) -> str:
        """Clears it."""
        clear_knock_out(actor=actor, knock_out=self.knock_out, word=self.word())
        return f"{self.knock_out.code} is cleared."


class _WithEvidence(ActForm):
    evidence = _evidence_field("Evidence that shows it")


class CureForm(_WithEvidence):
    """It has been mended, and this shows it."""

    act, title, submit = "cure", "It is cured", "Record the cure"
    note = "Only with evidence of the cure, of this deal."

    def apply(self, actor: User) -> str:
        """Records the cure."""
        cure_knock_out(actor=actor, knock_out=self.knock_out, word=self.word())
        return f"{self.knock_out.code} is cured."


class WaiveForm(ActForm):
    """Accepted for a time, signed."""

    act, title, submit = "waive", "Waive it for a time", "Sign the waiver"
    note = "A partner signs for the investment committee. After the last day it shows again."

    until = _day("Last day", "Within a year.")
    signature = forms.CharField(
        max_length=200, label="Sign with your name", help_text="As it stands in your account."
    )

    def apply(self, actor: User) -> str:
        """Signs the waiver."""
        said = self.cleaned_data
        waiver = Waiver(said["until"], said["signature"])
        waive_knock_out(actor=actor, knock_out=self.knock_out, word=self.word(), waiver=waiver)
        return f"{self.knock_out.code} is waived until {waiver.until:%-d %B %Y}."


ACTS: dict[str, type[ActForm]] = {
    form.act: form for form in (AskForm, ConfirmForm, ClearForm, CureForm, WaiveForm)
}
