"""Reads of risk against price: final scores of deals that are still being worked on."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from diligence.models import Deal, FirmRole, Stage, User
from diligence.models.deal import DealQuerySet
from diligence.selectors.deals import lean
from diligence.selectors.pages import LongList, among
from rubrics.models import Assessment, Listing
from rubrics.selectors.portfolio import deals_of_the_firm

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
    """The rateable deals of one currency, the most expensive first, a page of them at a time.

    More on one drawing would hide one another. `page` is Django's; `without` counts those that have
    no stated valuation, in any currency.
    """

    currency: str
    currencies: tuple[str, ...]
    priced: tuple[Priced, ...]
    page: Any
    without: int


def prices_of(user: User, currency: str = "", *, page: str = "1") -> Prices:
    """Deals in one currency; the one with the most deals where none is asked for."""
    rated = deals_of_the_firm(user).filter(stage__outcome=Stage.Outcome.OPEN)
    drafts = Listing.objects.order_by().filter(is_final=False)
    # Every deal has a listing; the few that are no final ones are looked up sooner than the others.
    rated = rated.exclude(pk__in=drafts.values("pk"))
    if user.firm_role == FirmRole.REVIEWER:  # sees less than what is listed
        rated = rated.filter(assessment__in=Assessment.objects.scores_visible_to(user))
    priced = Q(valuation__gt=0)
    tally = rated.order_by().values_list("currency").annotate(
        n=Count("pk", filter=priced), without=Count("pk", filter=Q(valuation=None))
    ).order_by("-n", "currency")  # fmt: skip
    counted = list(tally)
    counts = {name: count for name, count, _ in counted}
    currencies = tuple(name for name, count in counts.items() if count)
    chosen = currency if currency in currencies else next(iter(currencies), "")
    here = _pages(rated.filter(priced, currency=chosen), counts.get(chosen, 0)).get_page(page)
    found = tuple(
        Priced(deal, int(deal.valuation or 0), *(getattr(deal, name) for name in FIGURES))
        for deal in here.object_list
    )
    without = sum(each for _, _, each in counted)
    return Prices(chosen, currencies, found, here, without)


def _pages(deals: DealQuerySet, count: int) -> LongList:
    figures = {name: F(f"assessment__standing__{name}") for name in FIGURES}
    rows = lean(deals, "valuation").annotate(**figures).order_by("-valuation", "pk")
    keys = Deal.objects.filter(among(deals)).order_by("-valuation", "pk").values("pk")
    pages = LongList(rows, keys=keys)
    pages.count = count  # known already
    return pages
