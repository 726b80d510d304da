"""Reads of what is still needed: the requests of a deal, and those of one claim or criterion."""

from dataclasses import dataclass

from django.db.models import Case, F, QuerySet, When

from diligence.models import Deal, EvidenceRequest, User

State = EvidenceRequest.State


def requests_of(deal: Deal, user: User) -> QuerySet[EvidenceRequest]:
    """What this person sees asked on a deal: open ones first, then by date."""
    rows = EvidenceRequest.objects.visible_to(user).filter(deal=deal)
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
