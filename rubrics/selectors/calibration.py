"""Reads over many deals: whose levels drift, which anchors are read apart, how near the engine is.

Over the newest deals that were scored blind, so that the cost does not grow with the firm. Only
deals whose scores the reader may see; levels of one rubric version, as a new version has new words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from diligence.models import FirmRole, User
from rubrics.catalog.schema import Criterion
from rubrics.models import (
    Adjudication,
    Assessment,
    RubricVersion,
    Score,
    Suggestion,
    TalkedLevel,
)
from rubrics.scoring.calibration import (
    FEWEST_DEALS,
    CriterionCalibration,
    Drift,
    Rated,
    calibrate_criteria,
    drifts,
)
from rubrics.scoring.engine_agreement import EngineAgreement, engine_agreement
from rubrics.scoring.settling import Case, Rating, settle
from rubrics.selectors.assessments import rubric_of

MOST_DEALS = 200
CASES_A_QUARTER = 3
SEES_EVERYBODY = (FirmRole.ADMIN, FirmRole.PARTNER)
Key = tuple[UUID, str]
"""An assessment and a criterion."""


@dataclass(frozen=True)
class Level:
    """A reviewer's level of one criterion; 0 where it was not supplied."""

    reviewer: User
    level: int | None


@dataclass(frozen=True)
class PracticeQuarter:
    """The practice cases of this quarter; the method wants three, one of them planted."""

    quarter: str
    cases: tuple[Assessment, ...]

    @property
    def missing(self) -> int:
        """How many are still to be scored."""
        return max(0, CASES_A_QUARTER - len(self.cases))

    @property
    def has_planted(self) -> bool:
        """Whether one of them is theatre."""
        return any(case.practice == Assessment.Practice.PLANTED for case in self.cases)


@dataclass(frozen=True)
class Calibration:
    """All that the page says. `drifts` holds the reader's own row alone where they run no firm."""

    rubric: RubricVersion | None
    rubrics: tuple[RubricVersion, ...]
    deals: int
    practice: PracticeQuarter
    drifts: tuple[tuple[User, Drift], ...]
    criteria: tuple[tuple[Criterion, CriterionCalibration], ...]
    engine: EngineAgreement

    @property
    def judged(self) -> tuple[tuple[Criterion, CriterionCalibration], ...]:
        """Criteria with deals enough to say something of their anchors."""
        return tuple(each for each in self.criteria if each[1].deals >= FEWEST_DEALS)

    @property
    def unjudged(self) -> tuple[tuple[Criterion, CriterionCalibration], ...]:
        """The others."""
        return tuple(each for each in self.criteria if each[1].deals < FEWEST_DEALS)

    @property
    def at_fault(self) -> int:
        """Criteria whose anchors need new words."""
        return sum(bool(each.faults) for _, each in self.criteria)


def calibration_of(user: User, rubric: UUID | None = None) -> Calibration:
    """What the blind scores of many deals say, under one rubric version or the newest used."""
    seen = Assessment.objects.scores_visible_to(user)
    blind = seen.filter(mode=Assessment.Mode.BLIND)
    used = tuple(RubricVersion.objects.filter(pk__in=blind.values("rubric")))
    chosen = next((row for row in used if row.pk == rubric), None) or next(
        iter(sorted(used, key=lambda row: row.published_at, reverse=True)), None
    )
    rows = list(blind.filter(rubric=chosen).order_by("-unblinded_at")[:MOST_DEALS])
    levels = _levels(rows)
    settled = _settled(rows, levels)
    return Calibration(
        rubric=chosen,
        rubrics=used,
        deals=len(rows),
        practice=_practice(seen),
        drifts=_drifts(user, levels, settled),
        criteria=_criteria(chosen, levels),
        engine=engine_agreement(_proposals(rows, settled)),
    )


def _practice(seen: QuerySet[Assessment]) -> PracticeQuarter:
    today = timezone.localdate()
    quarter = (today.month - 1) // 3 + 1
    first = today.replace(month=3 * quarter - 2, day=1)
    rows = seen.exclude(practice=Assessment.Practice.NO).filter(unblinded_at__date__gte=first)
    cases = rows.select_related("deal__startup").order_by("unblinded_at")
    return PracticeQuarter(f"Q{quarter} {today.year}", tuple(cases))


def _levels(rows: Iterable[Assessment]) -> Mapping[Key, list[Level]]:
    """Every level that counts, reviewers in the order in which they began."""
    scores = Score.objects.filter(
        scorecard__assessment__in=[row.pk for row in rows],
        scorecard__superseded_at=None, scorecard__locked_at__isnull=False,
    )  # fmt: skip
    found: dict[Key, list[Level]] = defaultdict(list)
    scores = scores.select_related("scorecard__reviewer").order_by("scorecard__opened_at")
    for score in scores.only("criterion", "level", "outcome", "scorecard__assessment",
                             "scorecard__reviewer"):  # fmt: skip
        level = 0 if score.outcome == Score.Outcome.NOT_SUPPLIED else score.level
        key = (score.scorecard.assessment_id, score.criterion)
        found[key].append(Level(score.scorecard.reviewer, level))
    return found


def _settled(
    rows: Iterable[Assessment], levels: Mapping[Key, list[Level]]
) -> Mapping[Key, int | None]:
    """What each criterion came to; none while it is open."""
    ids = [row.pk for row in rows]
    decided = {
        (assessment, criterion): level
        for assessment, criterion, level in Adjudication.objects.filter(
            assessment__in=ids, superseded_at=None
        ).values_list("assessment", "criterion", "level")
    }
    talked: dict[Key, list[int]] = defaultdict(list)
    for assessment, criterion, level in TalkedLevel.objects.filter(
        scorecard__assessment__in=ids, scorecard__superseded_at=None
    ).values_list("scorecard__assessment", "criterion", "level"):
        talked[assessment, criterion].append(level)
    return {
        key: _came_to(said, tuple(talked.get(key, ())), decided.get(key))
        for key, said in levels.items()
    }


def _came_to(said: Iterable[Level], talked: tuple[int, ...], decided: int | None) -> int | None:
    """The level, by the same rule as on the deal; the reasons for a third person are of no use."""
    ratings = tuple(Rating(str(each.reviewer.pk), each.level) for each in said)
    case = Case(
        ratings, target=0, keystone=False, touches_knock_out=False, talked=talked,
        adjudicated=decided,
    )  # fmt: skip
    found = settle(case)
    return None if found.is_open else found.level


def _drifts(
    user: User, levels: Mapping[Key, list[Level]], settled: Mapping[Key, int | None]
) -> tuple[tuple[User, Drift], ...]:
    people = {str(each.reviewer.pk): each.reviewer for said in levels.values() for each in said}
    rated = [
        Rated(str(each.reviewer.pk), str(key[0]), each.level, came_to)
        for key, said in levels.items()
        if (came_to := settled[key]) is not None and len(said) > 1
        for each in said
        if each.level is not None
    ]
    shown = [drift for drift in drifts(rated) if _may_see(user, drift.reviewer)]
    return tuple((people[drift.reviewer], drift) for drift in shown)


def _may_see(user: User, reviewer: str) -> bool:
    return user.firm_role in SEES_EVERYBODY or str(user.pk) == reviewer


def _criteria(
    rubric: RubricVersion | None, levels: Mapping[Key, list[Level]]
) -> tuple[tuple[Criterion, CriterionCalibration], ...]:
    pooled: dict[str, list[list[int | None]]] = defaultdict(list)
    for (_, criterion), said in levels.items():
        pooled[criterion].append([each.level for each in said])
    if rubric is None:
        return ()
    of = rubric_of(rubric)
    # A deal that came under this rubric later may hold scores of criteria that it does not have.
    found = (each for each in calibrate_criteria(pooled) if of.has_criterion(each.criterion))
    return tuple((of.criterion(each.criterion), each) for each in found)


def _proposals(
    rows: Iterable[Assessment], settled: Mapping[Key, int | None]
) -> list[tuple[int | None, int | None]]:
    proposed = {
        (assessment, criterion): level
        for assessment, criterion, level in Suggestion.objects.filter(
            assessment__in=[row.pk for row in rows]
        ).values_list("assessment", "criterion", "level")
    }
    return [(proposed.get(key), level) for key, level in settled.items()]
