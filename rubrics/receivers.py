"""What scores do on news of audits and replies of the startup, and what they keep back of both."""

from typing import Any

from django.dispatch import receiver

from audits.models import AuditRun
from audits.selectors.runs import latest_run
from audits.signals import claims_tested, run_finished
from diligence.models import Deal
from diligence.models.evidence import hide_evidence
from diligence.selectors.evidence_requests import hide_requests
from diligence.selectors.trail import hide_lines
from diligence.signals import request_answered, request_taken_back
from rubrics.selectors.assessments import assessment_of
from rubrics.selectors.trail import (
    evidence_about_scores,
    lines_about_scores,
    requests_about_scores,
)
from rubrics.services.assessments import refresh_suggestions
from rubrics.services.knock_outs import hear_reply, hear_taken_back

hide_lines(lines_about_scores)
hide_requests(requests_about_scores)
hide_evidence(evidence_about_scores)


@receiver(run_finished)
def propose_levels(sender: object, run: AuditRun, **_: Any) -> None:  # noqa: ARG001 - signal's shape
    """A finished run proposes levels anew where the deal is being assessed."""
    assessment = assessment_of(run.deal)
    if assessment is not None:
        refresh_suggestions(assessment=assessment, run=run)


@receiver(claims_tested)
def propose_from_claims(sender: object, deal: Deal, **_: Any) -> None:  # noqa: ARG001 - what a signal hands over
    """New verdicts on claims propose levels anew, and may raise a suspicion."""
    assessment = assessment_of(deal)
    if assessment is not None:
        refresh_suggestions(assessment=assessment, run=latest_run(deal))


@receiver(request_answered)
def keep_the_reply(sender: object, **told: Any) -> None:  # noqa: ARG001 - signal's shape
    """What the startup says to a suspicion becomes a step of the knock-out's history."""
    hear_reply(
        request=told["request"], actor=told["actor"], reply=told["reply"],
        evidence=told["evidence"],
    )  # fmt: skip


@receiver(request_taken_back)
def keep_the_taking_back(sender: object, **told: Any) -> None:  # noqa: ARG001 - signal's shape
    """A question that is no longer asked gives nobody the right to confirm after its day."""
    hear_taken_back(request=told["request"], actor=told["actor"], because=told["because"])
