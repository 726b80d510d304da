"""Reads of risk against price: final scores of deals that are still being worked on."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from diligence.models import Deal, FirmRole, Stage, User
from diligence.selectors.deals import lean
from rubrics.models import Assessment, Standing
from rubrics.selectors.portfolio import deals_of_the_firm

MOST = 50
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
    here = lean(open_ones).filter(priced, currency=chosen)
    rows = here.select_related("startup", "assessment__standing").defer(
        "assessment__standing__data", "assessment__standing__lens_scores"
    ).order_by(F("valuation").desc(), "pk")  # fmt: skip
    found = tuple(Priced(d, int(d.valuation or 0), d.assessment.standing) for d in rows[:MOST])
    without = sum(each for _, _, each in counted)
    return Prices(chosen, currencies, found, counts.get(chosen, 0) - len(found), without)
