"""What scores do when an audit has news."""

from typing import Any

from django.dispatch import receiver

from audits.models import AuditRun
from audits.selectors.runs import latest_run
from audits.signals import claims_tested, run_finished
from diligence.models import Deal
from rubrics.selectors.assessments import assessment_of
from rubrics.services.assessments import refresh_suggestions


@receiver(run_finished)
def propose_levels(sender: object, run: AuditRun, **_: Any) -> None:  # noqa: ARG001 - signal's shape
    """A finished run proposes levels anew where the deal is being assessed."""
    assessment = assessment_of(run.deal)
    if assessment is not None:
        refresh_suggestions(assessment=assessment, run=run)


@receiver(claims_tested)
def propose_from_claims(sender: object, deal: Deal, **_: Any) -> None:  # noqa: ARG001
    """New verdicts on claims propose levels anew, and may raise a suspicion."""
    assessment = assessment_of(deal)
    if assessment is not None:
        refresh_suggestions(assessment=assessment, run=latest_run(deal))
