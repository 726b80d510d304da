"""Writes of how differences are settled: talk, a third person's decision, dissent, a new briefing.

No scorecard changes here. What somebody said before is kept beside what settled it, so that a
report can print both.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from audits.models import PracticeResult
from diligence.models import Answer, Deal, EvidenceItem, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from rubrics.models import (
    Adjudication,
    AdjudicationCitation,
    Assessment,
    Briefing,
    Dissent,
    Seat,
    TalkedLevel,
)
from rubrics.scoring.types import HIGHEST_LEVEL
from rubrics.selectors.assessments import comparison_of, rubric_of
from rubrics.selectors.disputes import open_disputes
from rubrics.selectors.settling import (
    Compared,
    SettledCriterion,
    counted_level,
    highest_supported,
)
from rubrics.services.assessments import refresh_standing
from rubrics.services.successors import succeed

MOST_LINES, LONGEST_LINE = 2, 240


@dataclass(frozen=True)
class Decided:
    """A third person's decision as it arrives; `cites` are ids of evidence of the deal."""

    level: int
    lines: str
    practices: tuple[UUID, ...] = ()
    answers: tuple[UUID, ...] = ()
    evidence: tuple[UUID, ...] = ()


@transaction.atomic
def say_talked_level(
    *, actor: User, assessment: Assessment, criterion_id: str, level: int, because: str
) -> TalkedLevel:
    """A reviewer's level after the talk; once all have said theirs, the criterion is settled.

    Raises Refused where the difference is not left to a talk, or for a level that nobody gave.
    """
    assessment = _held(actor, assessment)
    both = _comparison(assessment)
    row = _row(both, criterion_id)
    mine = next((s.scorecard for s in row.scores if s.scorecard.reviewer_id == actor.pk), None)
    if mine is None:
        raise PermissionDenied("Only the reviewers of this criterion talk it over.")
    if row.settled.kind != "to-talk":
        raise Refused("This criterion is not open to a talk; see what it stands at.")
    levels = [counted for s in row.scores if (counted := counted_level(s)) is not None]
    if not min(levels) <= level <= max(levels):
        raise Refused("Choose one of the levels that were given.")
    if not because.strip():
        raise Refused("Say in a sentence what the decision test says.")
    said, _ = TalkedLevel.objects.update_or_create(
        scorecard=mine, criterion=criterion_id,
        defaults={"level": level, "because": because.strip()[:500]},
    )  # fmt: skip
    record(
        actor=actor, verb="level.talk", deal=assessment.deal, about=said,
        text=f"came to level {level} on {row.criterion.title}",
    )  # fmt: skip
    refresh_standing(assessment=assessment)
    return said


@transaction.atomic
def adjudicate(
    *, actor: User, assessment: Assessment, criterion_id: str, given: Decided,
    no_conflict: bool = False,
) -> Adjudication:  # fmt: skip
    """The third person's decision where reviewers differ, or where the startup disputes a level.

    An earlier one of theirs is kept.

    Raises Refused before they declared that they have no conflict, without evidence of the deal,
    with more than two lines, or above the level that the evidence can carry.
    """
    assessment = _held(actor, assessment)
    _require_third(actor, assessment, no_conflict=no_conflict)
    row = _row(_comparison(assessment), criterion_id)
    disputed = criterion_id in open_disputes(assessment)
    if row.settled.kind not in ("to-adjudicate", "adjudicated") and not disputed:
        raise Refused("Nothing has to be decided here: the reviewers settle it, or agree.")
    lines = _two_lines(given.lines)
    _refuse_level(row, given.level)
    now = timezone.now()
    before = assessment.adjudications.filter(criterion=criterion_id, superseded_at=None)
    before.update(superseded_at=now)
    decided = Adjudication.objects.create(
        assessment=assessment, criterion=criterion_id, level=given.level, lines=lines,
        decided_by=actor,
    )  # fmt: skip
    if not _cite(decided, given):
        raise Refused("Tick the evidence that the decision rests on; it rests on nothing else.")
    record(
        actor=actor, verb="level.adjudicate", deal=assessment.deal, about=decided,
        text=f"decided on level {given.level} for {row.criterion.title}",
    )  # fmt: skip
    refresh_standing(assessment=assessment)
    return decided


def _require_third(actor: User, assessment: Assessment, *, no_conflict: bool) -> None:
    seat = assessment.seats.taken().filter(user=actor, role=Seat.Role.THIRD).first()
    if seat is None or seat.conflict_at is not None:
        raise PermissionDenied("The third person who was asked to decide does this.")
    if seat.no_conflict_declared_at is None:
        if not no_conflict:
            raise Refused("Declare first that you have no conflict of interest.")
        seat.no_conflict_declared_at = timezone.now()
        seat.save(update_fields=["no_conflict_declared_at"])


def _two_lines(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        raise Refused("Write one or two lines on what the evidence shows.")
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Refused(f"Two lines of {LONGEST_LINE} letters at most; the evidence says the rest.")
    return "\n".join(lines)


def _refuse_level(row: SettledCriterion, level: int) -> None:
    if not 0 <= level <= HIGHEST_LEVEL:
        raise Refused("Levels go from 0 to 4.")
    highest = highest_supported(row.criterion, row.scores)
    if level > highest:
        raise Refused(
            f"Level {level} is too high: the evidence that the reviewers name carries at most "
            f"level {highest}."
        )


def _cite(decided: Adjudication, given: Decided) -> int:
    """Keeps the citations that are of the deal; how many there are."""
    deal = decided.assessment.deal
    practices = PracticeResult.objects.filter(pk__in=given.practices, run__deal=deal)
    answers = Answer.objects.filter(pk__in=given.answers, questionnaire__deal=deal)
    seen = EvidenceItem.objects.visible_to(decided.decided_by)
    evidence = seen.filter(pk__in=given.evidence, deal=deal)
    rows = [
        *(AdjudicationCitation(adjudication=decided, practice=p) for p in practices),
        *(AdjudicationCitation(adjudication=decided, answer=a) for a in answers),
        *(AdjudicationCitation(adjudication=decided, evidence=e) for e in evidence),
    ]
    return len(AdjudicationCitation.objects.bulk_create(rows))


@transaction.atomic
def dissent(*, actor: User, adjudication: Adjudication, words: str) -> Dissent:
    """A reviewer's words against a decision, once; the report prints them."""
    assessment = _held(actor, adjudication.assessment)
    if not assessment.scorecards.current().filter(reviewer=actor).exists():
        raise PermissionDenied("Only a reviewer of this deal dissents.")
    if adjudication.superseded_at is not None:
        raise Refused("This decision was replaced by a later one; look at that first.")
    if not words.strip():
        raise Refused("Say in your own words what you hold against the decision.")
    said, made = Dissent.objects.get_or_create(
        adjudication=adjudication, reviewer=actor, defaults={"words": words.strip()}
    )
    if not made:
        raise Refused("Your dissent on this decision is recorded already and stays as it is.")
    title = rubric_of(assessment.rubric).criterion(adjudication.criterion).title
    record(
        actor=actor, verb="level.dissent", text=f"dissents from the decision on {title}",
        deal=assessment.deal, about=said,
    )  # fmt: skip
    return said


@transaction.atomic
def brief_again(
    *, actor: User, assessment: Assessment, lenses: Collection[str], words: str
) -> Briefing:
    """Lets the reviewers score some lenses again, blind, since they agreed too little.

    1. Each reviewer gets a new scorecard with their own scores of the other lenses. 2. The former
    ones are kept and count no more. 3. Decisions on the lenses' criteria fall. 4. Scores are
    hidden again until all are in.
    """
    require(actor, "score.assign", assessment)
    assessment = _held(actor, assessment)
    both = _comparison(assessment)
    if both.agreement.call != "re-brief":
        raise Refused("Agreement is high enough; settle the differences instead.")
    rubric = rubric_of(assessment.rubric)
    chosen = [lens.id for lens in rubric.lenses if lens.id in lenses]
    if not chosen or not words.strip():
        raise Refused("Choose the lenses to score again, and say how the anchors are to be read.")
    again = {c.id for c in rubric.criteria if c.lens in chosen}
    for scorecard in both.scorecards:
        succeed(scorecard, without=again)
    assessment.adjudications.filter(criterion__in=again, superseded_at=None).update(
        superseded_at=timezone.now()
    )
    assessment.unblinded_at = None
    assessment.save(update_fields=["unblinded_at"])
    briefing = Briefing.objects.create(
        assessment=assessment, lenses=chosen, words=words.strip(), alpha=both.agreement.alpha,
        given_by=actor,
    )  # fmt: skip
    record(
        actor=actor, verb="score.brief", deal=assessment.deal, about=briefing,
        text=f"briefed the reviewers anew; they score {len(chosen)} of the lenses again",
    )  # fmt: skip
    refresh_standing(assessment=assessment)
    return briefing


def _held(actor: User, assessment: Assessment) -> Assessment:
    """The assessment under its lock, as it is now."""
    if not Deal.objects.visible_to(actor).filter(pk=assessment.deal_id).exists():
        raise PermissionDenied("You are not on this deal.")
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("deal__startup", "rubric").get(pk=assessment.pk)


def _comparison(assessment: Assessment) -> Compared:
    both = comparison_of(assessment)
    if both is None:
        raise Refused("There is nothing to compare before all reviewers have submitted.")
    return both


def _row(both: Compared, criterion: str) -> SettledCriterion:
    row = both.row(criterion)
    if row is None:
        raise Refused("This criterion does not apply to the deal.")
    return row
