"""Reads of dashboards: one deal's standing with its reasons, and the firm's deals side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audits.models import Finding
from audits.selectors.runs import latest_runs
from audits.selectors.triage import without_false_alarms
from diligence.models import Deal, User
from rubrics.models import Assessment, KnockOut, Scorecard
from rubrics.scoring.types import CriterionTerm, LensScore, RollUp
from rubrics.selectors.assessments import (
    assessment_of,
    leading_scorecard,
    rolled_up,
    rubric_of,
)


@dataclass(frozen=True)
class DealDashboard:
    """All that a partner sees first of a deal."""

    assessment: Assessment
    scorecard: Scorecard | None
    rollup: RollUp
    knock_outs: tuple[KnockOut, ...]
    findings: tuple[Finding, ...]

    @property
    def is_final(self) -> bool:
        """Whether what is behind it was submitted, and nothing is left to settle."""
        return self.assessment.standing.is_final

    @property
    def standing_knock_outs(self) -> tuple[KnockOut, ...]:
        """Those that stand beside the band."""
        return tuple(k for k in self.knock_outs if k.stands)

    @property
    def unknowns(self) -> tuple[CriterionTerm, ...]:
        """What nobody could examine yet, heaviest first."""
        open_ones = [t for t in self.rollup.terms if t.outcome == "unknown"]
        return tuple(sorted(open_ones, key=lambda t: (-t.weight, t.title)))

    @property
    def worst_gaps(self) -> tuple[CriterionTerm, ...]:
        """Criteria furthest below what the stage expects, keystones first."""
        gaps = [t for t in self.rollup.terms if t.gap]
        return tuple(sorted(gaps, key=lambda t: (not t.keystone, -(t.gap or 0), t.title)))


def dashboard_of(deal: Deal) -> DealDashboard | None:
    """The deal's dashboard, or None where it is not being assessed."""
    assessment = assessment_of(deal)
    if assessment is None:
        return None
    findings = Finding.objects.filter(run__in=latest_runs(deal)).select_related("run")
    return DealDashboard(
        assessment=assessment,
        scorecard=leading_scorecard(assessment),
        rollup=rolled_up(assessment),
        knock_outs=tuple(assessment.knock_outs.select_related("decided_by")),
        findings=tuple(without_false_alarms(findings.order_by("severity_rank")[:50])[:5]),
    )


def may_see_scores(user: User, assessment: Assessment) -> bool:
    """Reviewers see others' scores only after their own are in."""
    return Assessment.objects.scores_visible_to(user).filter(pk=assessment.pk).exists()


def lens_of(rollup: RollUp, lens: str) -> LensScore | None:
    """One lens of a roll-up."""
    return next((each for each in rollup.lenses if each.lens == lens), None)


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
    """A deal beside the others."""

    deal: Deal
    assessment: Assessment | None
    cells: tuple[HeatCell, ...]

    @property
    def headline(self) -> float | None:
        """0 to 100, None where unknown."""
        return self.assessment.standing.headline if self.assessment else None


@dataclass(frozen=True)
class Portfolio:
    """The firm's deals by lens."""

    lenses: tuple[tuple[str, str], ...]
    rows: tuple[PortfolioRow, ...]


def portfolio_of(user: User, *, sort: str = "-score", stage: UUID | None = None) -> Portfolio:
    """The visible deals with their standing, sorted by headline, name or one lens.

    Practice cases are none of the firm's deals.
    """
    practice = Assessment.objects.exclude(practice=Assessment.Practice.NO)
    deals = Deal.objects.visible_to(user).select_related("startup", "stage", "owner")
    if stage is not None:
        deals = deals.filter(stage=stage)
    deals = deals.exclude(pk__in=practice.values("deal"))
    assessments = Assessment.objects.filter(deal__in=deals).select_related("rubric", "standing")
    by_deal = {a.deal_id: a for a in assessments}
    hidden = _hidden_from(user, by_deal.values())
    lenses = _lenses(by_deal.values())
    rows = []
    for deal in deals:
        assessment = by_deal.get(deal.pk)
        if assessment is not None and assessment.pk in hidden:
            assessment = None
        rows.append(PortfolioRow(deal, assessment, _cells(assessment, lenses)))
    return Portfolio(lenses, tuple(_sorted(rows, sort)))


def _hidden_from(user: User, assessments: Iterable[Assessment]) -> set[Any]:
    """Assessments whose scores a reviewer may not see before their own are in."""
    seen = set(Assessment.objects.scores_visible_to(user).values_list("pk", flat=True))
    return {a.pk for a in assessments} - seen


def _lenses(assessments: Iterable[Assessment]) -> tuple[tuple[str, str], ...]:
    for assessment in assessments:
        return tuple((lens.id, lens.title) for lens in rubric_of(assessment.rubric).lenses)
    return ()


def _cells(
    assessment: Assessment | None, lenses: tuple[tuple[str, str], ...]
) -> tuple[HeatCell, ...]:
    if assessment is None:
        return tuple(HeatCell(lens, None, None, None, applies=True) for lens, _ in lenses)
    stored = {each["lens"]: each for each in assessment.standing.data.get("lenses", ())}
    return tuple(_cell(lens, stored.get(lens)) for lens, _ in lenses)


def _cell(lens: str, stored: dict[str, Any] | None) -> HeatCell:
    if stored is None:
        return HeatCell(lens, None, None, None, applies=False)
    applies = any(term["outcome"] != "not-applicable" for term in stored["terms"])
    return HeatCell(lens, stored["score"], stored["low"], stored["high"], applies)


def _sorted(rows: list[PortfolioRow], sort: str) -> list[PortfolioRow]:
    """Unknown scores come last, whichever way it is sorted."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name == "startup":
        return sorted(rows, key=lambda r: r.deal.startup.name.casefold(), reverse=down)

    def figure(row: PortfolioRow) -> float | None:
        if name == "score":
            return row.headline
        return next((c.score for c in row.cells if c.lens == name), None)

    known = [r for r in rows if figure(r) is not None]
    unknown = [r for r in rows if figure(r) is None]
    return [*sorted(known, key=lambda r: figure(r) or 0.0, reverse=down), *unknown]
