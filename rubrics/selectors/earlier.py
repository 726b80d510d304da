"""Reads of what a criterion was given before: by oneself, and in earlier deals of the startup."""

from dataclasses import dataclass

from diligence.models import User
from rubrics.models import Assessment, Scorecard, Standing


@dataclass(frozen=True)
class EarlierScore:
    """A level of before; none where it could not be assessed. `where` says whose and when."""

    where: str
    level: int | None
    rationale: str = ""


def earlier_scores(scorecard: Scorecard, criterion: str, reader: User) -> tuple[EarlierScore, ...]:
    """The newest first: one's own on a scorecard that counts no more, then of earlier rounds.

    Another reviewer's score of this assessment is none of them.
    """
    return (*_own(scorecard, criterion), *_of_earlier_rounds(scorecard, criterion, reader))


def _own(scorecard: Scorecard, criterion: str) -> tuple[EarlierScore, ...]:
    former = Scorecard.objects.filter(
        assessment=scorecard.assessment_id, reviewer=scorecard.reviewer_id
    ).exclude(superseded_at=None)
    last = former.order_by("-superseded_at").first()
    score = last.scores.filter(criterion=criterion).first() if last else None
    if score is None:
        return ()
    return (EarlierScore("on your earlier scorecard", score.level, score.rationale),)


def _of_earlier_rounds(
    scorecard: Scorecard, criterion: str, reader: User
) -> tuple[EarlierScore, ...]:
    """What the last finished assessment of the startup under this rubric came to."""
    assessment = scorecard.assessment
    seen = Assessment.objects.scores_visible_to(reader).filter(
        deal__startup=assessment.deal.startup_id, rubric__slug=assessment.rubric.slug,
        opened_at__lt=assessment.opened_at,
    )  # fmt: skip
    rows = Standing.objects.filter(assessment__in=seen, is_final=True)
    last = rows.select_related("assessment__deal").order_by("-assessment__opened_at").first()
    if last is None:
        return ()
    terms = (term for lens in last.data.get("lenses", ()) for term in lens["terms"])
    term = next((t for t in terms if t["criterion"] == criterion), None)
    if term is None or term["outcome"] == "not-applicable":
        return ()
    return (EarlierScore(f"in {last.assessment.deal.name}", term["level"]),)
