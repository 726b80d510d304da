"""What to remind people of: questionnaires and requests that come due, step by step."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils import timezone

from diligence.models import EvidenceRequest, Questionnaire, ReminderDigest, RoomMember, User


class Step(StrEnum):
    """The three times at which somebody is reminded of one thing."""

    WEEK = "7 days before"
    DAY = "1 day before"
    OVERDUE = "overdue"


DAYS_BEFORE = {Step.WEEK: 7, Step.DAY: 1}


@dataclass(frozen=True)
class Due:
    """One thing that waits for the startup, and the step that it has come to."""

    id: str
    deal: UUID
    title: str
    startup: str
    due_on: date
    step: Step

    @property
    def key(self) -> str:
        """What a digest keeps, so that nobody is reminded twice of the same step."""
        return f"{self.id} {self.step}"


def step_of(due_on: date, asked_on: date, today: date) -> Step | None:
    """The step that something has come to; a missed one is not made up for by two at once.

    A step that lay before the day on which it was asked is passed over: the mail that asked for it
    has just said when it is due.
    """
    left = (due_on - today).days
    if left < 0:
        return Step.OVERDUE
    step = next((s for s in (Step.DAY, Step.WEEK) if left <= DAYS_BEFORE[s]), None)
    if step is None or (due_on - asked_on).days <= DAYS_BEFORE[step]:
        return None
    return step


def due_by_person(today: date) -> dict[User, tuple[Due, ...]]:
    """What each person of a startup has not been reminded of yet, soonest first."""
    due: dict[UUID, list[Due]] = defaultdict(list)
    for deal_id, thing in _all_due(today):
        due[deal_id].append(thing)
    members = RoomMember.objects.filter(deal__in=due, removed_at=None, user__is_active=True)
    found: dict[User, list[Due]] = defaultdict(list)
    told: dict[User, set[str]] = {}
    for member in (
        members.select_related("user").prefetch_related("assignments").order_by("user__email")
    ):
        told.setdefault(member.user, _told(member.user))
        mine = _of(member, due[member.deal_id])
        found[member.user] += [thing for thing in mine if thing.key not in told[member.user]]
    return {
        user: tuple(sorted(things, key=lambda d: (d.due_on, d.title)))
        for user, things in found.items()
        if things
    }


def _of(member: RoomMember, due: list[Due]) -> list[Due]:
    """Who sees only some sections is reminded of their questionnaires alone."""
    if not member.limited:
        return due
    mine = {str(assignment.questionnaire_id) for assignment in member.assignments.all()}
    return [thing for thing in due if thing.id in mine]


def _told(user: User) -> set[str]:
    digests = ReminderDigest.objects.filter(user=user).values_list("told", flat=True)
    return {key for told in digests for key in told}


def _all_due(today: date) -> Iterator[tuple[UUID, Due]]:
    """Everything with a date that lies with a startup, by the id of its deal."""
    with_founder = (Questionnaire.State.OPEN, Questionnaire.State.RETURNED)
    questionnaires = Questionnaire.objects.filter(state__in=with_founder, due_on__isnull=False)
    for row in questionnaires.select_related("template", "deal__startup"):
        asked_on = timezone.localdate(row.issued_at)
        thing = _due(row, row.template.title, asked_on, today)
        if thing is not None:
            yield row.deal_id, thing
    requests = EvidenceRequest.objects.filter(
        state=EvidenceRequest.State.OPEN, due_on__isnull=False
    )
    for request in requests.select_related("deal__startup"):
        thing = _due(request, request.what, timezone.localdate(request.asked_at), today)
        if thing is not None:
            yield request.deal_id, thing


def _due(
    row: Questionnaire | EvidenceRequest, title: str, asked_on: date, today: date
) -> Due | None:
    if row.due_on is None:
        return None
    step = step_of(row.due_on, asked_on, today)
    if step is None:
        return None
    return Due(str(row.pk), row.deal_id, title, row.deal.startup.name, row.due_on, step)
