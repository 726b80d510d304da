"""Reads of what each criterion stands at where several reviewers scored it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, TypeVar

from rubrics.catalog.schema import Criterion, Rubric
from rubrics.models import Adjudication, Assessment, Score, Scorecard, TalkedLevel
from rubrics.scoring.agreement import Agreement, agreement
from rubrics.scoring.ceilings import (
    Circumstance,
    ceiling,
    effective_grade,
    freshness_factor,
    strength,
)
from rubrics.scoring.settling import Case, Rating, Settled, needs_every_difference, settle
from rubrics.scoring.types import Profile


@dataclass(frozen=True)
class SettledCriterion:
    """One criterion: what each reviewer said, what counts, and the score that it rests on.

    `standing` lends grade, age and citations to the level that counts; of several that fit it is
    the one with the weakest evidence. None where nobody could assess the criterion.
    """

    criterion: Criterion
    target: int
    scores: tuple[Score, ...]
    talked: tuple[TalkedLevel, ...]
    adjudication: Adjudication | None
    settled: Settled
    standing: Score | None

    @property
    def differs(self) -> bool:
        """Whether the reviewers gave different levels."""
        levels = {counted_level(score) for score in self.scores} - {None}
        return len(levels) > 1


def counted_level(score: Score) -> int | None:
    """The level in the comparison: 0 where asked and not supplied, none where not assessed."""
    return 0 if score.outcome == Score.Outcome.NOT_SUPPLIED else score.level


def circumstance_of(score: Score) -> Circumstance:
    """What lifts or lowers the ceiling of a score beside its grade."""
    return Circumstance(score.signed_original, score.drill_record, score.freshness)


def submitted_scorecards(assessment: Assessment) -> tuple[Scorecard, ...]:
    """The scorecards that are compared: of those who score blind once all of them are in."""
    if assessment.is_blind:
        return ()
    rows = assessment.scorecards.current().exclude(locked_at=None)
    return tuple(rows.select_related("reviewer").order_by("opened_at"))


@dataclass(frozen=True)
class Compared:
    """What the submitted scorecards say of one another, criterion by criterion."""

    scorecards: tuple[Scorecard, ...]
    agreement: Agreement
    criteria: tuple[SettledCriterion, ...]

    def row(self, criterion: str) -> SettledCriterion | None:
        """One criterion."""
        return next((row for row in self.criteria if row.criterion.id == criterion), None)

    def ratings(self, lens: str = "") -> list[list[int | None]]:
        """The levels, one row a criterion; of one lens where it is named."""
        rows = (row for row in self.criteria if lens in ("", row.criterion.lens))
        return [[counted_level(score) for score in row.scores] for row in rows]


def compared(
    assessment: Assessment,
    rubric: Rubric,
    profile: Profile,
    criteria: Sequence[Criterion],
    *,
    draws: int = 0,
) -> Compared | None:
    """The comparison of an assessment that was scored blind; None before all are in.

    `draws` is how often the interval of alpha is drawn anew; levels need none.
    """
    scorecards = submitted_scorecards(assessment)
    if not scorecards:
        return None
    said = _said(assessment, scorecards)
    rows = [said.scores.get(criterion.id, ()) for criterion in criteria]
    found = agreement([[counted_level(score) for score in row] for row in rows], draws=draws)
    again = assessment.briefings.exists()
    every = needs_every_difference(found.call, briefed_again=again)
    settled = tuple(
        _settled(c, rubric.target(c, profile.stage, profile.flags), said, every=every)
        for c in criteria
    )
    return Compared(scorecards, found, settled)


@dataclass(frozen=True)
class _Said:
    """All that people said, by criterion."""

    scores: Mapping[str, tuple[Score, ...]]
    talked: Mapping[str, tuple[TalkedLevel, ...]]
    adjudications: Mapping[str, Adjudication]


def _said(assessment: Assessment, scorecards: Sequence[Scorecard]) -> _Said:
    rows = Score.objects.filter(scorecard__in=scorecards).order_by("scorecard__opened_at")
    rows = rows.select_related("scorecard__reviewer").prefetch_related(
        "citations__practice__evidence", "citations__practice__run",
        "citations__answer__questionnaire__template", "citations__evidence__versions",
    )  # fmt: skip
    talked = TalkedLevel.objects.filter(scorecard__in=scorecards)
    decided = assessment.adjudications.filter(superseded_at=None).select_related("decided_by")
    return _Said(
        _by_criterion(rows),
        _by_criterion(talked.select_related("scorecard__reviewer")),
        {row.criterion: row for row in decided},
    )


class _OfCriterion(Protocol):
    criterion: str


Row = TypeVar("Row", bound=_OfCriterion)


def _by_criterion(rows: Iterable[Row]) -> Mapping[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.criterion, []).append(row)
    return {criterion: tuple(them) for criterion, them in found.items()}


def _settled(criterion: Criterion, target: int, said: _Said, *, every: bool) -> SettledCriterion:
    scores = said.scores.get(criterion.id, ())
    talked = said.talked.get(criterion.id, ())
    decided = said.adjudications.get(criterion.id)
    settled = settle(
        Case(
            ratings=tuple(Rating(str(s.scorecard.reviewer_id), counted_level(s)) for s in scores),
            target=target,
            keystone=criterion.keystone,
            touches_knock_out=bool(criterion.knock_outs),
            every_difference=every,
            talked=tuple(each.level for each in talked),
            adjudicated=decided.level if decided else None,
        )
    )
    standing = _standing(criterion, settled, scores)
    return SettledCriterion(criterion, target, scores, talked, decided, settled, standing)


def _standing(criterion: Criterion, settled: Settled, scores: Sequence[Score]) -> Score | None:
    """The score that the level rests on: one at that level, else one that can carry it."""
    if settled.level is None:
        return None
    level = settled.level
    able = [score for score in scores if counted_level(score) is not None]
    same = [score for score in able if counted_level(score) == level]
    higher = [score for score in able if (counted_level(score) or 0) > level]
    return min(same or higher or able, key=lambda each: _proof(criterion, each), default=None)


def _proof(criterion: Criterion, score: Score) -> Fraction:
    """How much the evidence of a score carries, as in the confidence of the roll-up."""
    grade = effective_grade(score.grade, criterion, circumstance_of(score))
    age = freshness_factor(score.freshness)
    return strength(grade) * age * Fraction(score.models_covered, 100)


def highest_supported(criterion: Criterion, scores: Iterable[Score]) -> int:
    """The highest level that the evidence of any of the reviewers can carry."""
    return max((ceiling(s.grade, criterion, circumstance_of(s)) for s in scores), default=0)
