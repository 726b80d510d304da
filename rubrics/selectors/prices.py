"""Reads of risk against price: final scores of deals that are still being worked on."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from diligence.models import Deal, FirmRole, Stage, User
from diligence.selectors.deals import lean
from rubrics.models import Assessment
from rubrics.selectors.portfolio import deals_of_the_firm

MOST = 50
"""Deals on one drawing, the most expensive ones; more would hide one another."""
FIGURES = ("headline", "low", "high", "band")


@dataclass(frozen=True)
class Priced:
    """A deal with its price, in whole units of its currency, and its headline."""

    deal: Deal
    price: int
    headline: float | None
    low: float | None
    high: float | None
    band: str


@dataclass(frozen=True)
class Prices:
    """The rateable deals of one currency, and how many are left out.

    `beyond` are priced below those drawn, `without` have no stated valuation, in any currency.
    """

    currency: str
    currencies: tuple[str, ...]
    priced: tuple[Priced, ...]
    beyond: int
    without: int


def prices_of(user: User, currency: str = "") -> Prices:
    """Deals in one currency; the one with the most deals where none is asked for."""
    open_ones = deals_of_the_firm(user).filter(
        stage__outcome=Stage.Outcome.OPEN, listing__is_final=True
    )
    if user.firm_role == FirmRole.REVIEWER:  # sees less than what is listed
        open_ones = open_ones.filter(assessment__in=Assessment.objects.scores_visible_to(user))
    priced = Q(valuation__gt=0)
    tally = open_ones.order_by().values_list("currency").annotate(
        n=Count("pk", filter=priced), without=Count("pk", filter=Q(valuation=None))
    ).order_by("-n", "currency")  # fmt: skip
    counted = list(tally)
    counts = {name: count for name, count, _ in counted}
    currencies = tuple(name for name, count in counts.items() if count)
    chosen = currency if currency in currencies else next(iter(currencies), "")
    figures = {name: F(f"assessment__standing__{name}") for name in FIGURES}
    here = lean(open_ones, "valuation").filter(priced, currency=chosen).annotate(**figures)
    rows = here.order_by(F("valuation").desc(), "pk")[:MOST]
    found = tuple(
        Priced(deal, int(deal.valuation or 0), *(getattr(deal, name) for name in FIGURES))
        for deal in rows
    )
    without = sum(each for _, _, each in counted)
    return Prices(chosen, currencies, found, counts.get(chosen, 0) - len(found), without)
