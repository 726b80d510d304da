"""Writes on the way to terms: what the house sets, and what is entered on one deal.

The house sets the cost of an engineer-week per currency and its haircuts; both start empty. On a
deal people enter what revenue rests on which model, what counsel thinks an exposure may cost, and
which of the house's haircuts apply, with the reason.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from diligence.models import Deal, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from rubrics.models import AppliedHaircut, Exposure, Haircut, RevenueStatement, WeekRate
from rubrics.models.terms import OfDeal


@transaction.atomic
def set_week_rate(*, actor: User, currency: str, amount: Decimal) -> WeekRate:
    """Sets what an engineer-week costs the firm in a currency; issued reports keep theirs."""
    require(actor, "house.set")
    if amount <= 0:
        raise Refused("An engineer-week costs more than nothing.")
    row, _ = WeekRate.objects.update_or_create(
        currency=currency.strip().upper(), defaults={"amount": amount, "set_by": actor}
    )
    record(actor=actor, verb="house.rate", text=f"set the engineer-week to {row}")
    return row


@transaction.atomic
def add_haircut(*, actor: User, name: str, percent: Decimal, when: str = "") -> Haircut:
    """Adds a haircut to those of the house. Raises Refused for a name that is taken."""
    require(actor, "house.set")
    if not 0 < percent <= 100:
        raise Refused("A haircut is more than 0 and at most 100 percent.")
    try:
        with transaction.atomic():
            row = Haircut.objects.create(
                name=name.strip(), percent=percent, when=when.strip(), made_by=actor
            )
    except IntegrityError:
        raise Refused("The house has a haircut of this name; retire it first.") from None
    record(actor=actor, verb="house.haircut", text=f"added the haircut {row}", about=row)
    return row


@transaction.atomic
def retire_haircut(*, actor: User, haircut: Haircut) -> None:
    """Takes it from the list; deals on which it was put keep it."""
    require(actor, "house.set")
    Haircut.objects.filter(pk=haircut.pk, retired_at=None).update(retired_at=timezone.now())
    record(actor=actor, verb="house.haircut", text=f"retired the haircut {haircut}", about=haircut)


@transaction.atomic
def apply_haircut(*, actor: User, deal: Deal, haircut: Haircut, because: str) -> AppliedHaircut:
    """Puts one of the house's haircuts on a deal, with the reason."""
    require(actor, "terms.enter", deal)
    if haircut.retired_at is not None:
        raise Refused("The firm has retired this haircut; choose another.")
    if not because.strip():
        raise Refused("Say why it applies; the report prints your words.")
    try:
        with transaction.atomic():
            row = AppliedHaircut.objects.create(
                deal=deal, haircut=haircut, percent=haircut.percent, because=because.strip(),
                by=actor,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("It is on this deal already.") from None
    record(
        actor=actor, verb="terms.haircut", deal=deal, about=row,
        text=f"put the haircut {haircut} on the deal: {row.because}",
    )  # fmt: skip
    return row


@dataclass(frozen=True)
class Stated:
    """What is said to rest on a model: a percentage or nothing, and where it is said."""

    name: str
    share: Decimal | None
    source: str
    keystones: tuple[str, ...] = ()


@transaction.atomic
def state_revenue(*, actor: User, deal: Deal, stated: Stated) -> RevenueStatement:
    """Enters a production model and the revenue that rests on it."""
    require(actor, "terms.enter", deal)
    if not stated.name.strip() or not stated.source.strip():
        raise Refused("Name the model, and say where the share is stated.")
    if stated.share is not None and not 0 <= stated.share <= 100:
        raise Refused("The share is a percentage from 0 to 100.")
    row = RevenueStatement.objects.create(
        deal=deal, name=stated.name.strip(), share=stated.share, source=stated.source.strip(),
        keystones=list(stated.keystones), by=actor,
    )  # fmt: skip
    share = "an unknown share" if row.share is None else f"{row.share}%"
    record(
        actor=actor, verb="terms.revenue", deal=deal, about=row,
        text=f"entered that {share} of revenue rests on {row.name} ({row.source})",
    )  # fmt: skip
    return row


@dataclass(frozen=True)
class Ranged:
    """An exposure with the range that counsel gave, or without one so far."""

    risk: str
    subject: str
    title: str
    low: Decimal | None = None
    high: Decimal | None = None
    counsel: str = ""
    note: str = ""


@transaction.atomic
def enter_exposure(*, actor: User, deal: Deal, ranged: Ranged) -> Exposure:
    """Enters an exposure. Raises Refused for half a range, or a range that nobody gave."""
    require(actor, "terms.enter", deal)
    if (ranged.low is None) != (ranged.high is None):
        raise Refused("Give both ends of the range, or neither.")
    if ranged.low is not None and ranged.high is not None:
        if not 0 <= ranged.low <= ranged.high:
            raise Refused("The range runs from the lower to the higher amount.")
        if not ranged.counsel.strip():
            raise Refused("Say who of counsel gave the range.")
    row = Exposure.objects.create(
        deal=deal, by=actor, risk=ranged.risk, subject=ranged.subject, title=ranged.title.strip(),
        low=ranged.low, high=ranged.high, counsel=ranged.counsel.strip(), note=ranged.note.strip(),
    )  # fmt: skip
    record(
        actor=actor, verb="terms.exposure", deal=deal, about=row,
        text=f"entered the exposure {row.title}",
    )  # fmt: skip
    return row


@transaction.atomic
def take_out(*, actor: User, row: OfDeal) -> None:
    """Takes an entry out of the sums; it stays in the record."""
    require(actor, "terms.enter", row.deal)
    kept = type(row)._default_manager.filter(pk=row.pk, removed_at=None)
    if kept.update(removed_at=timezone.now(), removed_by=actor):
        record(actor=actor, verb="terms.take-out", text=f"took out {row}", deal=row.deal, about=row)
