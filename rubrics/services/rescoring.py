"""Writes of what a dispute changes where one reviewer scored: that criterion, again, with a reason.

Where several score blind the third person decides on a dispute instead (`settling`).
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from diligence.models import User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from rubrics.models import Assessment, Dispute, Rescore, Score, Scorecard
from rubrics.selectors.assessments import leading_scorecard
from rubrics.services.assessments import refresh_standing
from rubrics.services.scorecards import (
    GivenScore,
    applicable_criterion,
    refuse_misfit,
    write_score,
)
from rubrics.services.successors import succeed


@transaction.atomic
def rescore_disputed(*, actor: User, dispute: Dispute, given: GivenScore) -> Rescore:
    """The reviewer's new score of a criterion that the startup disputes.

    1. A successor of the submitted scorecard takes its place, submitted when that was. 2. On it the
    one criterion is written anew. 3. Both scores are kept; the standing follows. The dispute stays
    open: a partner closes it with the reason that the startup reads.

    Raises Refused in blind mode, once it is closed, without a reason or where nothing would change,
    Conflict where the score was changed since it was read.
    """
    assessment = _held(dispute)
    require(actor, "score.submit", assessment)
    if assessment.mode != Assessment.Mode.ASSISTED:
        raise Refused("Where several scored, the third person decides on what is disputed.")
    scorecard = _own_submitted(actor, assessment)
    # As it is now: of the reviewer and the partner at once, one must see what the other did.
    dispute = Dispute.objects.select_for_update(of=("self",)).select_related("put").get(
        pk=dispute.pk
    )  # fmt: skip
    if not dispute.is_open:
        raise Refused("This dispute is closed; its level stands.")
    criterion = applicable_criterion(assessment, dispute.put.criterion)
    refuse_misfit(criterion, given)
    if not given.rationale.strip():
        raise Refused("Say why you score it so now; the report prints it beside the level before.")
    before = scorecard.scores.get(criterion=criterion.id)
    if _is_as(before, given):
        raise Refused("That is what the score says already; where it stands, close the dispute.")
    after = succeed(scorecard, submitted=True).scores.get(criterion=criterion.id)
    write_score(after, given)
    made = Rescore.objects.create(dispute=dispute, before=before, after=after, by=actor)
    record(
        actor=actor, verb="score.again", deal=assessment.deal, about=made,
        text=f"scored {criterion.title} again after the startup's dispute: "
        f"{before.in_words} → {after.in_words}",
    )  # fmt: skip
    refresh_standing(assessment=assessment)
    return made


def _held(dispute: Dispute) -> Assessment:
    """The assessment under its lock, before the dispute's: everybody takes them in this order."""
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("deal__startup", "rubric")
    return rows.get(pk=dispute.put.assessment_id)


def _own_submitted(actor: User, assessment: Assessment) -> Scorecard:
    scorecard = leading_scorecard(assessment)
    if scorecard is None or scorecard.locked_at is None:
        raise Refused("Nothing was submitted yet.")
    if scorecard.reviewer_id != actor.pk:
        raise PermissionDenied(f"{scorecard.reviewer} scored this deal and scores it again.")
    return scorecard


def _is_as(score: Score, given: GivenScore) -> bool:
    """Whether the level and what carries it are the same."""
    return all(
        getattr(score, field) == getattr(given, field)
        for field in (
            "outcome", "level", "grade", "freshness", "models_covered", "signed_original",
            "drill_record",
        )
    )  # fmt: skip
