"""Writes of scorecards: declare, score with citations, lock."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from audits.models import PracticeResult
from diligence.models import Answer, EvidenceItem, User
from diligence.policies import require
from diligence.services.activity import Change, record
from diligence.services.errors import Conflict, Refused
from rubrics.catalog.schema import Criterion
from rubrics.models import Assessment, Citation, Score, Scorecard, Seat
from rubrics.scoring.ceilings import Circumstance, ceiling, explain_ceiling
from rubrics.scoring.types import GRADES, Freshness, Grade
from rubrics.selectors.assessments import applicable_criteria
from rubrics.services.assessments import refresh_standing
from rubrics.services.reviewing import unblind_if_all_are_in


@transaction.atomic
def open_scorecard(*, actor: User, assessment: Assessment) -> Scorecard:
    """The reviewer's scorecard; opening it declares that there is no conflict of interest.

    In assisted mode one reviewer scores; the second is told who does. Blind score those who were
    asked to, and nobody who declared a conflict.
    """
    require(actor, "score.submit", assessment)
    Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    _refuse_without_seat(actor, assessment)
    current = assessment.scorecards.current()
    mine = current.filter(reviewer=actor).first()
    if mine is not None:
        return mine
    other = current.select_related("reviewer").first()
    if other is not None and assessment.mode == Assessment.Mode.ASSISTED:
        raise Refused(f"{other.reviewer} scores this deal; in assisted mode there is one reviewer.")
    scorecard = Scorecard.objects.create(
        assessment=assessment, reviewer=actor, no_conflict_declared_at=timezone.now()
    )
    record(
        actor=actor, verb="score.open", text="declared no conflict and opened a scorecard",
        deal=assessment.deal, about=scorecard,
    )  # fmt: skip
    return scorecard


def _refuse_without_seat(actor: User, assessment: Assessment) -> None:
    seat = assessment.seats.taken().filter(user=actor).first()
    if seat is not None and seat.conflict_at is not None:
        raise Refused("You declared a conflict of interest, so somebody else scores this deal.")
    blind = assessment.mode == Assessment.Mode.BLIND
    if blind and (seat is None or seat.role != Seat.Role.REVIEWER):
        raise Refused("You are not asked to score this deal; an analyst or partner assigns you.")


@dataclass(frozen=True)
class GivenScore:
    """A reviewer's word as it arrives. `revision` is that of the score that was seen, 0 for none.

    `cites` names practice results, answers and evidence by id.
    """

    outcome: str
    level: int | None = None
    grade: Grade = "E0"
    rationale: str = ""
    freshness: Freshness = "current"
    models_covered: int = 100
    signed_original: bool = False
    drill_record: bool = False
    revision: int = 0
    practices: tuple[UUID, ...] = ()
    answers: tuple[UUID, ...] = ()
    evidence: tuple[UUID, ...] = ()


@transaction.atomic
def submit_score(
    *, actor: User, scorecard: Scorecard, criterion_id: str, given: GivenScore
) -> Score:
    """Stores a score with what it cites.

    Raises Refused for a level above what the evidence can carry, Conflict where the score was
    changed elsewhere since it was read.
    """
    _hold(scorecard)
    scorecard = Scorecard.objects.select_for_update(of=("self",)).select_related(
        "assessment__rubric", "assessment__deal"
    ).get(pk=scorecard.pk)  # fmt: skip
    _require_own_and_open(actor, scorecard)
    criterion = applicable_criterion(scorecard.assessment, criterion_id)
    refuse_misfit(criterion, given)
    score = scorecard.scores.filter(criterion=criterion_id).first()
    if score is None:
        score = Score(scorecard=scorecard, criterion=criterion_id, revision=0)
    write_score(score, given)
    # Neither level nor words: nobody may learn from the trail what is hidden from them elsewhere.
    record(
        actor=actor, verb="score.write", text=f"scored {criterion.title}", about=scorecard,
        deal=scorecard.assessment.deal,
        change=Change.of({"revision": given.revision}, {"revision": score.revision}),
    )  # fmt: skip
    refresh_standing(assessment=scorecard.assessment)
    return score


def write_score(score: Score, given: GivenScore) -> None:
    """Puts what was given into a score, with its citations; Conflict where it was not the one seen.

    The caller holds the scorecard's lock and has refused what does not fit.
    """
    if score.revision != given.revision:
        raise Conflict("You changed this score in another window; below is what it says now.")
    score.outcome, score.level = given.outcome, given.level
    score.grade, score.rationale = given.grade, given.rationale.strip()
    score.freshness, score.models_covered = given.freshness, given.models_covered
    score.signed_original, score.drill_record = given.signed_original, given.drill_record
    score.revision += 1
    score.save()
    _cite(score, given)


def _hold(scorecard: Scorecard) -> Assessment:
    """The assessment under its lock, before the scorecard's: everybody takes them in this order."""
    held = Assessment.objects.select_for_update(of=("self",), no_key=True).select_related("deal")
    return held.get(pk=scorecard.assessment_id)


def _require_own_and_open(actor: User, scorecard: Scorecard) -> None:
    require(actor, "score.submit", scorecard.assessment)
    if scorecard.reviewer_id != actor.pk:
        raise PermissionDenied("This scorecard belongs to another reviewer.")
    if scorecard.superseded_at is not None:
        raise Refused("This scorecard no longer counts; open the scorecard page anew.")
    if scorecard.locked_at is not None:
        raise Refused("This scorecard was submitted and cannot be changed any more.")


def applicable_criterion(assessment: Assessment, criterion_id: str) -> Criterion:
    """The criterion of that name. Raises Refused where it does not apply to the deal."""
    for criterion in applicable_criteria(assessment):
        if criterion.id == criterion_id:
            return criterion
    raise Refused("This criterion does not apply to the deal.")


def refuse_misfit(criterion: Criterion, given: GivenScore) -> None:
    """Raises Refused for words from no list, and for a level above what the evidence carries."""
    known = given.outcome in Score.Outcome and given.freshness in Score.Freshness
    if not known or given.grade not in GRADES or not 0 <= given.models_covered <= 100:
        raise Refused("Choose the outcome, the grade and the age of the evidence from the lists.")
    scored = given.outcome == Score.Outcome.SCORED
    if scored != (given.level is not None):
        raise Refused("Choose a level from 0 to 4, or say that you cannot assess it.")
    if given.level is None:
        return
    if not 0 <= given.level <= 4:
        raise Refused("Levels go from 0 to 4.")
    circumstance = Circumstance(given.signed_original, given.drill_record, given.freshness)
    if given.level > ceiling(given.grade, criterion, circumstance):
        raise Refused(
            f"Level {given.level} is too high for this evidence. "
            f"{explain_ceiling(given.grade, criterion, circumstance)}"
        )


def _cite(score: Score, given: GivenScore) -> None:
    """Replaces the citations by those given.

    What is not of the deal is left out, and so is what the reviewer may not see.
    """
    deal = score.scorecard.assessment.deal
    score.citations.all().delete()
    practices = PracticeResult.objects.filter(pk__in=given.practices, run__deal=deal)
    answers = Answer.objects.filter(pk__in=given.answers, questionnaire__deal=deal)
    seen = EvidenceItem.objects.visible_to(score.scorecard.reviewer)
    evidence = seen.filter(pk__in=given.evidence, deal=deal)
    Citation.objects.bulk_create(
        [
            *(Citation(score=score, practice=p) for p in practices),
            *(Citation(score=score, answer=a) for a in answers),
            *(Citation(score=score, evidence=e) for e in evidence),
        ]
    )


@transaction.atomic
def lock_scorecard(*, actor: User, scorecard: Scorecard) -> Scorecard:
    """Submits a scorecard for good. Raises Refused while a criterion or a rationale is missing.

    The last of those who score blind makes the scores visible.
    """
    assessment = _hold(scorecard)
    scorecard = Scorecard.objects.select_for_update(of=("self",)).select_related(
        "assessment__rubric", "assessment__deal"
    ).get(pk=scorecard.pk)  # fmt: skip
    _require_own_and_open(actor, scorecard)
    scores = {s.criterion: s for s in scorecard.scores.all()}
    applicable = {c.id: c for c in applicable_criteria(scorecard.assessment)}
    open_ones = [c for name, c in applicable.items() if name not in scores]
    if open_ones:
        raise Refused(
            f"{len(open_ones)} criteria are still open, the next is {open_ones[0].title}; "
            "score them or say that you cannot assess them."
        )
    counted = [row for name, row in scores.items() if name in applicable]
    bare = [s for s in counted if s.outcome == Score.Outcome.SCORED and not s.rationale]
    if bare:
        raise Refused(f"{len(bare)} scores lack their reason; add a sentence to each.")
    scorecard.locked_at = timezone.now()
    scorecard.save(update_fields=["locked_at"])
    record(
        actor=actor, verb="score.lock", text="submitted the scorecard", deal=assessment.deal,
        about=scorecard,
    )  # fmt: skip
    unblind_if_all_are_in(assessment)
    refresh_standing(assessment=assessment)
    return scorecard
