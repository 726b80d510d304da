"""Reads of the portfolio: the firm's deals by lens, a page of them at a time.

The database sorts, filters and counts, so that a page costs the same whatever there is beside it.
Scores that somebody may not see yet, because they score blind, neither show nor sort.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast

from diligence.models import Deal, FirmRole, User
from diligence.models.deal import DealQuerySet
from diligence.selectors.deals import lean, staged, with_words
from diligence.selectors.pages import LongList, among
from rubrics.models import Assessment, KnockOut, Listing, Standing
from rubrics.models.listing import lens_figure
from rubrics.selectors.assessments import rubric_of

SCORE, NAME = "score", "startup"
NOT_RATEABLE = "NR"
UNRATED = ("", NOT_RATEABLE)
"""Bands of what was examined too little to be rated."""
BANDS = ("A", "B", "C", "D", NOT_RATEABLE)
LISTED = ("headline", "band", "notation", "is_final", "lens_scores")
"""What lists show of a standing."""


@dataclass(frozen=True)
class PortfolioQuery:
    """What the portfolio is asked for; empty fields do not filter. `sort` may begin with a minus.

    `band` finds what may lie in it: a deal of B-C is found under B and under C.
    """

    sort: str = "-score"
    words: str = ""
    stage: UUID | None = None
    band: str = ""
    knocked_out: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words or self.stage or self.band or self.knocked_out)


@dataclass(frozen=True)
class HeatCell:
    """One lens of one deal: the score 0 to 4, None where unknown, and its nearest level."""

    lens: str
    score: float | None
    low: float | None
    high: float | None
    applies: bool

    @property
    def level(self) -> int | None:
        """For the colour: half up."""
        return None if self.score is None else int(self.score + 0.5)


@dataclass(frozen=True)
class PortfolioRow:
    """A deal beside the others; its standing is None where there is none to be seen."""

    deal: Deal
    standing: Standing | None
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Portfolio:
    """A page of the firm's deals by lens; `page` is Django's, of deals."""

    lenses: tuple[tuple[str, str], ...]
    rows: tuple[PortfolioRow, ...]
    page: Any

    @property
    def count(self) -> int:
        """How many deals fit, on all pages."""
        return int(self.page.paginator.count)


def portfolio_of(user: User, query: PortfolioQuery, *, page: str = "1") -> Portfolio:
    """The visible deals that fit, with their standing. Practice cases are none of the firm's."""
    lenses = lenses_of(user)
    found = _found(user, query)
    here = _pages(user, found, query.sort, [lens for lens, _ in lenses]).get_page(page)
    deals = list(here.object_list)
    standings = standings_of(user, [deal.pk for deal in deals])
    rows = (
        PortfolioRow(deal, standings.get(deal.pk), cells_of(standings.get(deal.pk), lenses))
        for deal in deals
    )
    return Portfolio(lenses, tuple(rows), here)


def deals_of_the_firm(user: User) -> DealQuerySet:
    """The visible deals without practice cases."""
    practice = Assessment.objects.exclude(practice=Assessment.Practice.NO)
    return Deal.objects.visible_to(user).exclude(pk__in=practice.values("deal"))


def _found(user: User, query: PortfolioQuery) -> DealQuerySet:
    seen = Assessment.objects.scores_visible_to(user)
    deals = with_words(deals_of_the_firm(user), query.words)
    if query.stage is not None:
        deals = deals.filter(stage=query.stage)
    if query.band in BANDS:
        fits = Q(assessment__standing__band__contains=query.band)
        if query.band == NOT_RATEABLE:
            fits = Q(assessment__standing__band__in=UNRATED)
        deals = deals.filter(fits, assessment__in=seen, assessment__standing__isnull=False)
    if query.knocked_out:
        standing = KnockOut.objects.standing().values("assessment")
        deals = deals.filter(assessment__in=seen).filter(assessment__in=standing)
    return deals


def _pages(user: User, found: DealQuerySet, sort: str, lenses: Collection[str]) -> LongList:
    """By name, by a lens, or by band: companies inside one band are not ranked (section 5, 8).

    Unknown comes last, whichever way it is sorted. Unknown is what may not be seen, and what is not
    rateable: a score on a tenth of the weight would else lead the list.
    """
    name, down = sort.removeprefix("-"), sort.startswith("-")
    rows = staged(lean(found))
    if name == NAME:
        fields = [f"-{each}" if down else each for each in ("startup_name", "name", "pk")]
        ids = Deal.objects.filter(among(found)).order_by(*fields).values("pk")
        return LongList(rows.order_by(*fields), counted=found, keys=ids)
    if name not in lenses:
        down = not down  # A comes before B

    def order(listing: str) -> OrderBy:
        by: F | Cast | Case = F(f"{listing}band")
        if name in lenses:
            by = lens_figure(name, listing)
        if user.firm_role == FirmRole.REVIEWER:  # sees less than what is listed
            seen = Assessment.objects.scores_visible_to(user).values("deal")
            where = "pk__in" if listing else "deal__in"
            by = Case(When(**{where: seen}, then=by))
        return by.desc(nulls_last=True) if down else by.asc(nulls_last=True)

    keys = Listing.objects.filter(among(found, "deal")).order_by(order(""), "name", "deal_id")
    listed = rows.filter(listing__isnull=False)
    in_order = listed.order_by(order("listing__"), "listing__name", "pk")
    return LongList(in_order, counted=found, keys=keys.values("deal"))


def standings_of(user: User, deals: Collection[UUID]) -> dict[UUID, Standing]:
    """What of these deals stands and may be seen, by deal, without the roll-up in full."""
    seen = Assessment.objects.scores_visible_to(user).filter(deal__in=deals)
    rows = Standing.objects.filter(assessment__in=seen).annotate(deal=F("assessment__deal_id"))
    return {row.deal: row for row in rows.only(*LISTED)}


def lenses_of(user: User) -> tuple[tuple[str, str], ...]:
    """The lenses by which deals are shown: those of the rubric that was opened last."""
    visible = Assessment.objects.visible_to(user).select_related("rubric")
    newest = visible.order_by("-opened_at").first()
    if newest is None:
        return ()
    return tuple((lens.id, lens.title) for lens in rubric_of(newest.rubric).lenses)


def cells_of(
    standing: Standing | None, lenses: tuple[tuple[str, str], ...]
) -> tuple[HeatCell, ...]:
    """A cell a lens; all unknown where nothing stands."""
    if standing is None:
        return tuple(HeatCell(lens, None, None, None, applies=True) for lens, _ in lenses)
    return tuple(_cell(lens, standing.lens_scores.get(lens)) for lens, _ in lenses)


def _cell(lens: str, stored: dict[str, Any] | None) -> HeatCell:
    if stored is None:
        return HeatCell(lens, None, None, None, applies=False)
    return HeatCell(lens, stored["score"], stored["low"], stored["high"], stored["applies"])
