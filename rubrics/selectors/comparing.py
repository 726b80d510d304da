"""Reads of deals side by side: criterion by criterion, and where one stands among the firm's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from diligence.models import Deal, User
from rubrics.models import Assessment, Standing
from rubrics.selectors.portfolio import UNRATED, deals_of_the_firm

FEWEST, MOST = 2, 4
"""Deals side by side."""
ENOUGH = 10
"""Rated deals from which a percentile is said: below, one deal moves it by more than ten points."""
FAR_APART = 2
"""Levels from which a difference is marked, as in the adjudication of two reviewers (section 6)."""


@dataclass(frozen=True)
class ComparedLevel:
    """One criterion of one deal. `level` is None where `outcome` is not `scored`."""

    deal: Deal
    outcome: str
    level: int | None
    target: int | None

    @property
    def is_below(self) -> bool:
        """Whether it lies below what the stage of the deal expects."""
        return self.level is not None and self.target is not None and self.level < self.target


@dataclass(frozen=True)
class ComparedCriterion:
    """A criterion over the deals, in their order."""

    id: str
    title: str
    levels: tuple[ComparedLevel, ...]

    @property
    def is_far_apart(self) -> bool:
        """Whether the deals differ by two levels or more."""
        known = [each.level for each in self.levels if each.level is not None]
        return bool(known) and max(known) - min(known) >= FAR_APART


@dataclass(frozen=True)
class ComparedLens:
    """The criteria of a lens that apply to one of the deals at least."""

    title: str
    criteria: tuple[ComparedCriterion, ...]


@dataclass(frozen=True)
class SideBySide:
    """Deals beside one another, in the order asked for; those without a score are `unseen`."""

    standings: tuple[tuple[Deal, Standing], ...]
    lenses: tuple[ComparedLens, ...]
    unseen: tuple[Deal, ...]

    @property
    def is_one_rubric(self) -> bool:
        """Whether all were scored under the same version of the same rubric."""
        return len({standing.assessment.rubric_id for _, standing in self.standings}) <= 1


def side_by_side(user: User, deals: Sequence[UUID]) -> SideBySide:
    """Those of the deals that the user sees; no more than four."""
    wanted = list(dict.fromkeys(deals))[:MOST]
    visible = deals_of_the_firm(user).filter(pk__in=wanted).select_related("startup")
    found = {deal.pk: deal for deal in visible}
    rows = [found[pk] for pk in wanted if pk in found]
    seen = Assessment.objects.scores_visible_to(user).filter(deal__in=found)
    kept = Standing.objects.filter(assessment__in=seen).select_related("assessment__rubric")
    by_deal = {row.assessment.deal_id: row for row in kept}
    standings = tuple((deal, by_deal[deal.pk]) for deal in rows if deal.pk in by_deal)
    unseen = tuple(deal for deal in rows if deal.pk not in by_deal)
    return SideBySide(standings, _lenses(standings), unseen)


def _lenses(standings: Collection[tuple[Deal, Standing]]) -> tuple[ComparedLens, ...]:
    """Lens by lens in the order in which the first deal that has it names it."""
    lenses = [(deal, lens) for deal, row in standings for lens in row.data.get("lenses", ())]
    terms = {(d.pk, t["criterion"]): t for d, lens in lenses for t in lens["terms"]}
    titles = {lens["lens"]: lens["title"] for _, lens in lenses}
    applying: dict[str, dict[str, str]] = {lens: {} for lens in titles}
    for _, lens in lenses:
        for term in lens["terms"]:
            if term["outcome"] != "not-applicable":
                applying[lens["lens"]][term["criterion"]] = term["title"]
    deals = [deal for deal, _ in standings]
    return tuple(
        ComparedLens(
            title, tuple(_criterion(*each, deals, terms) for each in applying[lens].items())
        )
        for lens, title in titles.items()
        if applying[lens]
    )


def _criterion(
    pk: str, title: str, deals: Collection[Deal], terms: dict[tuple[UUID, str], dict[str, Any]]
) -> ComparedCriterion:
    return ComparedCriterion(pk, title, tuple(_level(d, terms.get((d.pk, pk))) for d in deals))


def _level(deal: Deal, term: dict[str, Any] | None) -> ComparedLevel:
    if term is None:
        return ComparedLevel(deal, "not-applicable", None, None)
    return ComparedLevel(deal, term["outcome"], term["level"], term["target"])


# Among the firm's deals ------------------------------------------------------------------------


@dataclass(frozen=True)
class Among:
    """Where a final score lies among the `rated` final ones of the firm, itself left out."""

    rated: int
    below: int
    equal: int

    @property
    def is_enough(self) -> bool:
        """Whether there are enough for a percentile to mean something."""
        return self.rated >= ENOUGH

    @property
    def percent(self) -> int:
        """The percentage of the others that lie below, those equal to it by half."""
        return round(100 * (self.below + self.equal / 2) / self.rated)


def among_the_firm(user: User, standing: Standing) -> Among | None:
    """None where it has no final score to be placed, or is not rateable."""
    if standing.headline is None or not standing.is_final or standing.band in UNRATED:
        return None
    seen = Assessment.objects.scores_visible_to(user).filter(practice=Assessment.Practice.NO)
    others = Standing.objects.filter(is_final=True, assessment__in=seen)
    others = others.exclude(band__in=UNRATED).exclude(pk=standing.pk)
    counts = others.aggregate(
        rated=Count("pk", filter=Q(headline__isnull=False)),
        below=Count("pk", filter=Q(headline__lt=standing.headline)),
        equal=Count("pk", filter=Q(headline=standing.headline)),
    )
    return Among(**counts)
