"""Assessments and scorecards for tests, made through the services."""

from collections.abc import Mapping
from importlib.resources import files

from diligence.models import Deal, User
from rubrics.catalog.loader import available
from rubrics.models import Assessment, RubricVersion, Score, Scorecard
from rubrics.selectors.assessments import applicable_criteria
from rubrics.services.assessments import open_assessment, publish_rubric, refresh_standing
from rubrics.services.scorecards import GivenScore, lock_scorecard, open_scorecard, submit_score


def the_rubric() -> RubricVersion:
    """The rubric that ships."""
    ref = max(available(), key=lambda each: each.version)
    source = files("rubrics.catalog").joinpath(ref.file_name).read_text(encoding="utf-8")
    return publish_rubric(source=source, name=ref.file_name)


def an_assessment(deal: Deal, *, mode: str = Assessment.Mode.ASSISTED) -> Assessment:
    """The deal under the rubric that ships, opened by its owner."""
    return open_assessment(actor=deal.owner, deal=deal, rubric=the_rubric(), mode=mode)


def give(
    scorecard: Scorecard,
    criterion: str,
    level: int | None,
    *,
    grade: str = "E3",
    why: str = "Seen.",
) -> Score:
    """A reviewer's word, whatever it was before; no level is: cannot assess."""
    before = scorecard.scores.filter(criterion=criterion).first()
    given = GivenScore(
        outcome=Score.Outcome.UNKNOWN if level is None else Score.Outcome.SCORED,
        level=level, grade=grade, rationale=why, revision=before.revision if before else 0,
    )  # fmt: skip
    return submit_score(
        actor=scorecard.reviewer, scorecard=scorecard, criterion_id=criterion, given=given
    )


def a_scorecard(
    assessment: Assessment,
    reviewer: User,
    *,
    level: int | None = 2,
    levels: Mapping[str, int | None] | None = None,
    locked: bool = False,
    why: str = "Seen in the code.",
) -> Scorecard:
    """Every criterion at one level but for those named; submitted if asked for.

    The scores are written at once: one by one through the service they would take seconds.
    """
    scorecard = open_scorecard(actor=reviewer, assessment=assessment)
    given = {
        c.id: (levels or {}).get(c.id, level) for c in applicable_criteria(scorecard.assessment)
    }
    Score.objects.bulk_create(
        Score(
            scorecard=scorecard, criterion=criterion, level=chosen, grade="E3", rationale=why,
            outcome=Score.Outcome.UNKNOWN if chosen is None else Score.Outcome.SCORED,
        )
        for criterion, chosen in given.items()
    )  # fmt: skip
    refresh_standing(assessment=assessment)
    if locked:
        return lock_scorecard(actor=reviewer, scorecard=scorecard)
    return scorecard
