"""Reads of what is still needed: the requests of a deal, and those of one claim or criterion."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, When

from diligence.models import Deal, EvidenceRequest, User

State = EvidenceRequest.State
Hiding = Callable[[User], Q]
_HIDDEN: list[Hiding] = []


def hide_requests(rule: Hiding) -> None:
    """Keeps the requests that the rule names from the person that it is asked for.

    An app above may know that a question gives away more than its reader may see.
    """
    if rule not in _HIDDEN:
        _HIDDEN.append(rule)


def visible_requests(user: User) -> QuerySet[EvidenceRequest]:
    """All that this person sees asked, on any deal."""
    rows: QuerySet[EvidenceRequest] = EvidenceRequest.objects.visible_to(user)
    for rule in _HIDDEN:
        rows = rows.exclude(rule(user))
    return rows


def requests_of(deal: Deal, user: User) -> QuerySet[EvidenceRequest]:
    """What this person sees asked on a deal: open ones first, then by date."""
    rows = visible_requests(user).filter(deal=deal)
    order = Case(When(state=State.OPEN, then=0), When(state=State.ANSWERED, then=1), default=2)
    people = rows.select_related("asked_by", "answered_by", "withdrawn_by")
    return people.prefetch_related("evidence").order_by(
        order, F("due_on").asc(nulls_last=True), "asked_at"
    )


def requests_for(deal: Deal, user: User, kind: str, reference: str) -> QuerySet[EvidenceRequest]:
    """What one claim or criterion asked for on a deal."""
    return requests_of(deal, user).filter(asked_for_kind=kind, asked_for_id=reference)


@dataclass(frozen=True)
class RequestCounts:
    """How many requests of a deal stand where."""

    open: int
    answered: int
    overdue: int


def counts_of(requests: "QuerySet[EvidenceRequest] | list[EvidenceRequest]") -> RequestCounts:
    """The counts of requests that were read."""
    rows = list(requests)
    return RequestCounts(
        sum(row.state == State.OPEN for row in rows),
        sum(row.state == State.ANSWERED for row in rows),
        sum(row.is_overdue for row in rows),
    )
