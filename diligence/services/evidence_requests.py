"""Requests for evidence: ask, answer, withdraw, and one mail for all that was asked at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.models import Deal, EvidenceItem, EvidenceRequest, User
from diligence.policies import require
from diligence.selectors.evidence import startup_evidence
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.mail import queue_mail
from diligence.signals import request_answered, request_taken_back

GATHERS = timedelta(minutes=10)
"""How long a request waits for others of its deal, so that ten requests make one mail."""


@dataclass(frozen=True)
class Need:
    """What is needed and why, as the firm words it for the startup."""

    what: str
    why: str
    due_on: date | None = None
    minutes: int = 15
    wants_words: bool = False


@dataclass(frozen=True)
class AskedFor:
    """What the firm asks it for: a `kind` ("claim", "criterion"), its id, and how it reads."""

    kind: str = ""
    id: str = ""
    text: str = ""


ANALYST = AskedFor()
"""Asked for by nobody but the analyst."""


@transaction.atomic
def request_evidence(
    *, actor: User, deal: Deal, need: Need, asked_for: AskedFor = ANALYST
) -> EvidenceRequest:
    """Asks the startup for a piece of evidence; the mail follows once no more are added."""
    require(actor, "evidence.request", deal)
    if not need.what.strip() or not need.why.strip():
        raise Refused("Say what is needed and why, so that the startup can do it in one go.")
    if need.due_on is not None and need.due_on < timezone.localdate():
        raise Refused("The due date lies in the past; choose today or later.")
    if not 1 <= need.minutes <= 6000:
        raise Refused("The time it takes is between 1 and 6000 minutes.")
    row = EvidenceRequest.objects.create(
        deal=deal, what=need.what.strip()[:200], why=need.why.strip(), due_on=need.due_on,
        minutes=need.minutes, asked_by=actor, asked_for_kind=asked_for.kind,
        asked_for_id=asked_for.id, asked_for_text=asked_for.text[:300],
        wants_words=need.wants_words,
    )  # fmt: skip
    record(
        actor=actor, verb="evidence.request", text=f"asked for {row.what}", deal=deal, about=row,
        in_room=True,
    )  # fmt: skip
    return row


@transaction.atomic
def answer_request(
    *,
    actor: User,
    request: EvidenceRequest,
    evidence: Collection[EvidenceItem] = (),
    reply: str = "",
) -> None:
    """Answers with evidence of the room, or with why there is none; more may be added later."""
    request = _locked(request)
    require(actor, "request.answer", request)
    usable = startup_evidence(request.deal, actor)
    if usable.filter(pk__in=[item.pk for item in evidence]).count() != len(evidence):
        raise Refused("Choose evidence that you handed in here and did not withdraw.")
    reply = reply.strip()
    if request.wants_words and not reply:
        raise Refused("Say it in your own words; files are welcome beside them.")
    if not evidence and not reply:
        raise Refused("Choose a file, or say in a few words why there is none.")
    request.evidence.add(*evidence)
    request.state, request.reply = EvidenceRequest.State.ANSWERED, reply or request.reply
    request.answered_by, request.answered_at = actor, timezone.now()
    request.save(update_fields=["state", "reply", "answered_by", "answered_at"])
    how = ", ".join(item.title for item in evidence) or _words_of(request)
    request_answered.send(
        EvidenceRequest, request=request, actor=actor, reply=reply, evidence=tuple(evidence)
    )
    record(
        actor=actor, verb="request.answer", text=f"answered “{request.what}” with {how}",
        deal=request.deal, about=request, in_room=True,
    )  # fmt: skip


def _words_of(request: EvidenceRequest) -> str:
    return "words of its own" if request.wants_words else "a word on why there is none"


@transaction.atomic
def withdraw_request(*, actor: User, request: EvidenceRequest, because: str) -> None:
    """No longer asks for it. What was handed in on it stays."""
    request = _locked(request)
    require(actor, "evidence.request", request)
    if not because.strip():
        raise Refused("Say in a few words why this is no longer needed.")
    if request.state == EvidenceRequest.State.WITHDRAWN:
        return
    request.state = EvidenceRequest.State.WITHDRAWN
    request.withdrawn_by, request.withdrawn_at = actor, timezone.now()
    request.withdrawn_because = because.strip()[:500]
    request.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_because"])
    request_taken_back.send(
        EvidenceRequest, request=request, actor=actor, because=request.withdrawn_because
    )
    record(
        actor=actor, verb="request.withdraw", deal=request.deal, about=request, in_room=True,
        text=f"no longer asks for {request.what}: {request.withdrawn_because}",
    )  # fmt: skip


def reopen_requests_on(item: EvidenceItem) -> None:
    """Opens again what was answered with this item alone, now that it is withdrawn."""
    answered = item.requests.filter(state=EvidenceRequest.State.ANSWERED)
    for request in answered.select_for_update().prefetch_related("evidence"):
        if not request.given:
            request.state = EvidenceRequest.State.OPEN
            request.save(update_fields=["state"])


def _locked(request: EvidenceRequest) -> EvidenceRequest:
    """The row as it is now, held until the transaction is over."""
    rows = EvidenceRequest.objects.select_for_update(of=("self",)).select_related("deal__startup")
    return rows.get(pk=request.pk)


def tell_of_requests() -> None:
    """Mails each room what it was newly asked, one mail for all, once the firm paused asking."""
    untold = EvidenceRequest.objects.filter(told_at=None).values("deal")
    rested = untold.annotate(latest=Max("asked_at")).filter(latest__lte=timezone.now() - GATHERS)
    for deal in Deal.objects.filter(pk__in=rested.values("deal")).select_related("startup"):
        _tell(deal)


@transaction.atomic
def _tell(deal: Deal) -> None:
    """Marks first and mails in the same transaction, so that two beats do not mail twice."""
    rows = deal.requests.select_for_update(skip_locked=True).filter(told_at=None)
    asked = [row for row in rows if row.is_open]
    EvidenceRequest.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=timezone.now())
    people = User.objects.filter(
        pk__in=deal.room_members.filter(removed_at=None).values("user"), is_active=True
    )
    if asked:
        _mail(deal, asked, people)


def _mail(deal: Deal, asked: list[EvidenceRequest], people: QuerySet[User]) -> None:
    link = f"{settings.PROOFROOM_URL}/room/{deal.pk}/"
    things = asked[0].what if len(asked) == 1 else f"{len(asked)} things are asked of you"
    for user in people:
        context = {"user": user, "deal": deal, "asked": asked, "link": link}
        body = render_to_string("diligence/mail/evidence_requested.txt", context)
        queue_mail(to=user.email, subject=f"{deal.startup}: {things}", body=body, about=[deal.pk])
