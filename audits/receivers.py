"""What the audit does when the deal has news."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from audits.models import Repository
from audits.services.artifacts import consider_evidence, forget_withdrawn, queue_measurement
from audits.services.measuring import measure_new_windows
from audits.services.verdicts import hold_claims
from audits.tasks import ring_for_room
from diligence.models import Deal, EvidenceItem, Questionnaire
from diligence.signals import (
    answers_handed_in,
    evidence_arrived,
    evidence_left,
    sources_deleted,
)


@receiver(answers_handed_in)
def read_claims(sender: object, questionnaire: Questionnaire, **_: Any) -> None:  # noqa: ARG001 - signal's shape
    """What the startup handed in makes claims, each held against what is known at once."""
    hold_claims(deal=questionnaire.deal)
    ring_for_room(measure_new_windows(deal=questionnaire.deal))


@receiver(evidence_arrived)
def look_at_it(sender: object, item: EvidenceItem, **_: Any) -> None:  # noqa: ARG001 - what a signal hands over
    """A worker looks at what arrived; a newer version of a confirmed file is measured at once."""
    with transaction.atomic():
        ring_for_room(consider_evidence(item=item))
        artifact = getattr(item, "artifact", None)
        if artifact is not None and artifact.is_confirmed:
            ring_for_room(queue_measurement(deal=item.deal, asked_by=None))


@receiver(sources_deleted)
def forget_tokens(sender: object, deal: Deal, **_: Any) -> None:  # noqa: ARG001 - what a signal hands over
    """A token that opens the startup's code goes with what was fetched by it."""
    Repository.objects.filter(deal=deal).update(token=None)


@receiver(evidence_left)
def measure_without_it(sender: object, item: EvidenceItem, **_: Any) -> None:  # noqa: ARG001 - what a signal hands over
    """What was withdrawn no longer counts."""
    with transaction.atomic():
        ring_for_room(forget_withdrawn(item=item))
