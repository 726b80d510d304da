"""What people do about a knock-out: suspect, ask the startup, confirm, clear, cure, waive.

Each verb holds the lock of the assessment, so that of two who act at once (an audit is one of them)
the second one acts on what the first one left; whoever decides says how many steps they had read
(`seen`), and is refused where there are more by now. Every step is kept with who, when and why, and
is printed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.models import EvidenceItem, EvidenceRequest, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Conflict, Refused
from diligence.services.evidence_requests import AskedFor, Need, request_evidence
from diligence.services.mail import queue_mail
from rubrics.models import Assessment, KnockOut, KnockOutStep
from rubrics.scoring.knock_outs import why_not_confirmed_by
from rubrics.selectors.assessments import rubric_of
from rubrics.selectors.knock_outs import ASKED_FOR
from rubrics.services.assessments import refresh_standing
from rubrics.services.suspicions import Grounds, add_step, add_words, reopen

MINUTES = 30
LONGEST_WAIVER = timedelta(days=366)

Kind = KnockOutStep.Kind
State = KnockOut.State


@dataclass(frozen=True)
class Word:
    """A person's word: why, on what evidence, and how many steps they had read."""

    because: str
    seen: int
    evidence: Collection[EvidenceItem] = ()


@dataclass(frozen=True)
class Question:
    """What the startup is asked, the facts it is told, and by when it is to reply."""

    ask: str
    facts: str
    due_on: date


@dataclass(frozen=True)
class Waiver:
    """The last day of a waiver, and the name with which it is signed."""

    until: date
    signature: str


@transaction.atomic
def suspect_knock_out(
    *,
    actor: User,
    assessment: Assessment,
    code: str,
    because: str,
    evidence: Collection[EvidenceItem] = (),
) -> KnockOut:
    """A reviewer's suspicion; a known one gets the words added, a settled one is raised again.

    Raises Refused for a code that the rubric does not have, or without a reason.
    """
    require(actor, "knock-out.suspect", assessment)
    if code not in {k.id for k in rubric_of(assessment.rubric).knock_outs}:
        raise Refused("The rubric has no such knock-out; choose one from the list.")
    because = because.strip()
    if not because:
        raise Refused("Say what makes you suspect it, and where it can be seen.")
    _require_of_the_deal(assessment, evidence)
    _lock(assessment)
    row, made = KnockOut.objects.get_or_create(
        assessment=assessment, code=code, defaults={"because": because}
    )
    if made:
        add_step(row, Kind.SUSPECTED, by=actor, because=because, grounds=Grounds(evidence=evidence))
    elif row.state in (State.CLEARED, State.CURED):
        reopen(row, because, by=actor, grounds=Grounds(evidence=evidence))
    else:
        add_words(row, because, by=actor, grounds=Grounds(evidence=evidence))
    _tell(actor, row, "suspect", f"suspects {code}: {because}")
    return row


@transaction.atomic
def ask_about_knock_out(
    *, actor: User, knock_out: KnockOut, question: Question, seen: int
) -> EvidenceRequest:
    """Puts the question and the facts to the startup, on its list and by mail, with a day.

    Raises Refused where it is not a suspicion, or where a question is still open.
    """
    row = _read(knock_out, seen)
    require(actor, "evidence.request", row.assessment.deal)
    if row.state != State.SUSPECTED:
        raise Refused(f"It is {row.state}; the startup is asked about a suspicion.")
    life = row.life
    if life.asked and not life.replied:
        raise Refused("The startup has been asked already; take that question back first.")
    need = Need(question.ask, question.facts, question.due_on, MINUTES, wants_words=True)
    asked_for = AskedFor(ASKED_FOR, str(row.pk))
    request = request_evidence(
        actor=actor, deal=row.assessment.deal, need=need, asked_for=asked_for
    )
    grounds = Grounds(request=request, until=question.due_on)
    add_step(row, Kind.ASKED, by=actor, because=f"{request.what} {request.why}", grounds=grounds)
    _tell(actor, row, "ask", f"asked the startup about {row.code}: {request.what}")
    return request


@transaction.atomic
def confirm_knock_out(*, actor: User, knock_out: KnockOut, word: Word) -> KnockOut:
    """One of the two voices that confirm; the second one confirms it."""
    require(actor, "knock-out.confirm", knock_out.assessment)
    row = _read(knock_out, word.seen)
    if problem := why_not_confirmed_by(row.life, str(actor.pk), timezone.localdate()):
        raise Refused(problem)
    _said(row, actor, Kind.CONFIRMED, word)
    if row.state == State.CONFIRMED:
        _decide(row, actor, word.because)
    unheard = ", without a reply of the startup" if row.life.unheard else ""
    how = "confirmed" if row.state == State.CONFIRMED else "gave the first voice to confirm"
    _tell(actor, row, "confirm", f"{how} {row.code}{unheard}: {word.because}")
    return row


@transaction.atomic
def clear_knock_out(*, actor: User, knock_out: KnockOut, word: Word) -> KnockOut:
    """Says that the suspicion was wrong, and why."""
    row = _to_settle(actor, knock_out, word)
    return _settled(row, actor, Kind.CLEARED, word)


@transaction.atomic
def cure_knock_out(*, actor: User, knock_out: KnockOut, word: Word) -> KnockOut:
    """Says that it has been mended, with the evidence that shows it. Raises Refused without any."""
    row = _to_settle(actor, knock_out, word)
    if not word.evidence:
        raise Refused("Choose the evidence that shows the cure; without any it is a promise.")
    return _settled(row, actor, Kind.CURED, word)


@transaction.atomic
def waive_knock_out(*, actor: User, knock_out: KnockOut, word: Word, waiver: Waiver) -> KnockOut:
    """Accepts it for a time, signed by a partner; after the last day it shows again."""
    require(actor, "knock-out.waive", knock_out.assessment)
    row = _to_settle(actor, knock_out, word)
    today = timezone.localdate()
    if not today < waiver.until <= today + LONGEST_WAIVER:
        raise Refused("A waiver ends on a day after today and within a year.")
    if waiver.signature.strip().casefold() != str(actor).casefold():
        raise Refused(f"Sign with your name as it stands here: {actor}.")
    signed = f"{actor}, {actor.get_firm_role_display().lower()}"
    grounds = Grounds(until=waiver.until, signed=signed, evidence=word.evidence)
    return _settled(row, actor, Kind.WAIVED, word, grounds)


def hear_reply(
    *, request: EvidenceRequest, actor: User, reply: str, evidence: Collection[EvidenceItem]
) -> None:
    """Keeps the startup's words as a step, in the transaction in which it replied."""
    row = _of_request(request)
    if row is not None:
        grounds = Grounds(request=request, evidence=evidence)
        add_step(row, Kind.REPLIED, by=actor, because=reply, grounds=grounds)


def hear_taken_back(*, request: EvidenceRequest, actor: User, because: str) -> None:
    """Keeps that the question is no longer asked: its day lets nobody confirm any more."""
    row = _of_request(request)
    if row is not None:
        grounds = Grounds(request=request)
        add_step(row, Kind.TAKEN_BACK, by=actor, because=because, grounds=grounds)


def lapse_waivers() -> int:
    """Lets what was waived stand again once its waiver has run out, and tells; how many."""
    today = timezone.localdate()
    due = KnockOut.objects.filter(state=State.WAIVED, waived_until__lt=today)
    return sum(_lapse(pk, today) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _lapse(pk: UUID, today: date) -> bool:
    row = _locked(KnockOut.objects.get(pk=pk))
    if not row.life.is_lapsed(today):
        return False
    until = f"{row.waived_until:%-d %B %Y}"
    add_step(row, Kind.LAPSED, by=None, because=f"The waiver ended on {until}.")
    _tell(None, row, "lapse", f"let {row.code} stand again: its waiver ended on {until}")
    deal = row.assessment.deal
    link = f"{settings.PROOFROOM_URL}/deals/{deal.pk}/knock-outs/{row.code}/"
    context = {"deal": deal, "knock_out": row, "link": link}
    queue_mail(
        to=deal.owner.email, subject=f"{deal.startup}: the waiver of {row.code} has ended",
        body=render_to_string("rubrics/mail/waiver_ended.txt", context), about=[deal.pk],
    )  # fmt: skip
    return True


def _lock(assessment: Assessment) -> None:
    """Always before any row of it, so that no two hold what the other waits for."""
    Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)


def _locked(knock_out: KnockOut) -> KnockOut:
    """The row as it is now, held until the transaction is over."""
    _lock(knock_out.assessment)
    related = ("assessment__rubric", "assessment__deal__startup", "assessment__deal__owner")
    return KnockOut.objects.select_related(*related).get(pk=knock_out.pk)


def _read(knock_out: KnockOut, seen: int) -> KnockOut:
    """The row under its lock, if nothing was done since the actor read it."""
    row = _locked(knock_out)
    if row.steps.count() != seen:
        raise Conflict("Someone has acted on it meanwhile; read the history again, then decide.")
    return row


def _to_settle(actor: User, knock_out: KnockOut, word: Word) -> KnockOut:
    """The row, where there is something to settle: it stands, or a waiver holds it back."""
    require(actor, "knock-out.decide", knock_out.assessment)
    row = _read(knock_out, word.seen)
    if row.state in (State.CLEARED, State.CURED):
        raise Refused(f"It is {row.state} already; suspect it anew if that did not hold.")
    return row


def _settled(
    row: KnockOut, actor: User, kind: Kind, word: Word, grounds: Grounds | None = None
) -> KnockOut:
    _said(row, actor, kind, word, grounds)
    _decide(row, actor, word.because)
    _tell(actor, row, "decide", f"set {row.code} to {row.state}: {word.because}")
    return row


def _said(
    row: KnockOut, actor: User, kind: Kind, word: Word, grounds: Grounds | None = None
) -> None:
    if not word.because.strip():
        raise Refused("Say why; the report prints your words.")
    _require_of_the_deal(row.assessment, word.evidence)
    because = word.because.strip()
    add_step(
        row, kind, by=actor, because=because, grounds=grounds or Grounds(evidence=word.evidence)
    )


def _decide(row: KnockOut, actor: User, because: str) -> None:
    """Repeats the last decision on the row, for lists."""
    row.decided_by, row.decided_because, row.decided_at = actor, because.strip(), timezone.now()
    row.save(update_fields=["decided_by", "decided_because", "decided_at"])


def _tell(actor: User | None, row: KnockOut, verb: str, text: str) -> None:
    """Leaves the line of the trail and brings the standing up to date."""
    record(actor=actor, verb=f"knock-out.{verb}", text=text, deal=row.assessment.deal, about=row)
    refresh_standing(assessment=row.assessment)


def _of_request(request: EvidenceRequest) -> KnockOut | None:
    """The knock-out that a request asks about, under its lock."""
    asked = KnockOutStep.objects.filter(request=request, kind=Kind.ASKED)
    step = asked.select_related("knock_out__assessment").first()
    return _locked(step.knock_out) if step else None


def _require_of_the_deal(assessment: Assessment, evidence: Collection[EvidenceItem]) -> None:
    usable = EvidenceItem.objects.filter(deal=assessment.deal, withdrawn_at=None)
    if usable.filter(pk__in=[item.pk for item in evidence]).count() != len(evidence):
        raise Refused("Choose evidence of this deal that was not withdrawn.")
