"""What is deleted when: the firm's term, what differs for a deal, what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from diligence.models import Deal, DealRetention, EvidenceVersion, RetentionRule, Stage, User

FLOAT = FloatField()
NOTICE = timedelta(days=14)
"""How long before the deletion it is announced by mail; without the mail nothing is deleted."""


@dataclass(frozen=True)
class Plan:
    """What awaits the files of one deal. `due_on` is None where nothing will be deleted."""

    deal: Deal
    closed_on: date | None
    rule: str
    decided_by: User | None
    due_on: date | None
    own: DealRetention | None
    files: int
    bytes: int

    @property
    def is_held(self) -> bool:
        """Whether somebody stopped it."""
        return self.own is not None and self.own.held

    @property
    def warned_on(self) -> date | None:
        """When the deletion that is due was announced."""
        if self.own is None or self.own.warned_for != self.due_on:
            return None
        return self.own.warned_on

    def goes_on(self, today: date) -> date | None:
        """The day of the deletion: never sooner than NOTICE after the mail that announces it."""
        if self.due_on is None or self.is_held or not self.files:
            return None
        return max(self.due_on, (self.warned_on or today) + NOTICE)


def firm_term() -> RetentionRule | None:
    """The rule that holds; None where nobody ever set one."""
    return RetentionRule.objects.select_related("set_by").first()


def plan_of(deal: Deal) -> Plan:
    """What awaits one deal."""
    held = _there(deal).aggregate(files=Count("pk"), bytes=Sum("blob__size"))
    own = DealRetention.objects.filter(deal=deal).select_related("set_by").first()
    return _plan(deal, own, firm_term(), held["files"], held["bytes"] or 0)


def closed_with_files(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """The closed deals among these that still have files, soonest to be deleted first."""
    there = EvidenceVersion.objects.filter(item__deal=OuterRef("pk"), deletion=None)
    term = firm_term()
    days = Coalesce("retention__days", Value(term.days if term else None), output_field=FLOAT)
    kept_for = ExpressionWrapper(days * Value(timedelta(days=1)), output_field=DurationField())
    closed = deals.exclude(stage__outcome=Stage.Outcome.OPEN).filter(Exists(there))
    return closed.select_related("startup", "stage", "owner").order_by(
        Coalesce("retention__held", Value(False)),  # noqa: FBT003 - a value of SQL
        (F("stage_entered_at") + kept_for).asc(nulls_last=True),
        "startup_name", "name", "pk",
    )  # fmt: skip


def plans_of(deals: Iterable[Deal]) -> tuple[Plan, ...]:
    """What awaits each of these, in their order."""
    rows, term = list(deals), firm_term()
    own = DealRetention.objects.filter(deal__in=rows).select_related("set_by")
    owns = {each.deal_id: each for each in own}
    there = EvidenceVersion.objects.filter(item__deal__in=rows, deletion=None).order_by()
    tally = there.values_list("item__deal").annotate(Count("pk"), Sum("blob__size"))
    held = {deal: (files, size) for deal, files, size in tally}
    return tuple(_plan(row, owns.get(row.pk), term, *held.get(row.pk, (0, 0))) for row in rows)


def _there(deal: Deal) -> QuerySet[EvidenceVersion]:
    return EvidenceVersion.objects.filter(item__deal=deal, deletion=None)


def _plan(
    deal: Deal, own: DealRetention | None, term: RetentionRule | None, files: int, size: int
) -> Plan:
    closed_on, due_on = None, None
    if deal.stage.outcome != Stage.Outcome.OPEN:
        closed_on = timezone.localtime(deal.stage_entered_at).date()
    days, by, rule = _rule(own, term)
    if days is not None and closed_on is not None:
        due_on = closed_on + timedelta(days=days)
    return Plan(deal, closed_on, rule, by, due_on, own, files, size)


def _rule(
    own: DealRetention | None, term: RetentionRule | None
) -> tuple[int | None, User | None, str]:
    """The days that hold, who set them, and the rule in words."""
    if own is not None and own.days is not None:
        words = f"{own.days} days after closing, as set for this deal: {own.because}"
        return own.days, own.set_by, words
    if term is None or term.days is None:
        return None, term.set_by if term else None, "kept until the firm sets a term"
    return term.days, term.set_by, f"{term.days} days after closing, the firm's term"
