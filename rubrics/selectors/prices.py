"""Reads of risk against price: final scores of deals that are still being worked on."""

from dataclasses import dataclass

from django.db.models import Count, F

from diligence.models import Deal, Stage, User
from rubrics.models import Assessment, Standing
from rubrics.selectors.portfolio import UNRATED, deals_of_the_firm

MOST = 100
"""Deals on one drawing, the most expensive ones; more would hide one another."""


@dataclass(frozen=True)
class Priced:
    """A deal with its price, in whole units of its currency, and its standing."""

    deal: Deal
    price: int
    standing: Standing


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
    seen = Assessment.objects.scores_visible_to(user)
    open_ones = (
        deals_of_the_firm(user)
        .filter(
            stage__outcome=Stage.Outcome.OPEN,
            assessment__in=seen,
            assessment__standing__is_final=True,
        )
        .exclude(assessment__standing__band__in=UNRATED)
    )
    priced = open_ones.filter(valuation__gt=0)
    tally = priced.order_by().values("currency").annotate(n=Count("pk")).order_by("-n", "currency")
    currencies = tuple(row["currency"] for row in tally)
    chosen = currency if currency in currencies else next(iter(currencies), "")
    here = priced.filter(currency=chosen, assessment__standing__headline__isnull=False)
    rows = here.select_related("startup", "assessment__standing").defer(
        "assessment__standing__data"
    ).order_by(F("valuation").desc(), "pk")  # fmt: skip
    found = tuple(Priced(d, int(d.valuation or 0), d.assessment.standing) for d in rows[:MOST])
    beyond = here.count() - len(found) if len(found) == MOST else 0
    return Prices(chosen, currencies, found, beyond, open_ones.filter(valuation=None).count())
