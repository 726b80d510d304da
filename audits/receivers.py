"""What the audit does when the deal has news."""

from typing import Any

from django.dispatch import receiver

from audits.services.verdicts import hold_claims
from diligence.models import Questionnaire
from diligence.signals import answers_handed_in


@receiver(answers_handed_in)
def read_claims(sender: object, questionnaire: Questionnaire, **_: Any) -> None:  # noqa: ARG001 - signal's shape
    """What the startup handed in makes claims, each held against what is known at once."""
    hold_claims(deal=questionnaire.deal)
