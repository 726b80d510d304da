"""A quotation and its test are one deed: either both are kept or neither is."""

from django.db import transaction

from audits.models import Claim, RoomRun
from audits.services.claims import Quote, correct_claim, quote_claim
from audits.services.measuring import measure_new_windows
from audits.services.verdicts import hold_claims
from diligence.models import Deal, User


@transaction.atomic
def quote_and_test(*, actor: User, deal: Deal, quote: Quote) -> tuple[Claim, RoomRun | None]:
    """Adds a claim and holds it against the evidence; the claim with its verdict.

    Returns the measurement as well that a new span of days needs. Raises Refused as quote_claim.
    """
    claim = quote_claim(actor=actor, deal=deal, quote=quote)
    return _tested(claim)


@transaction.atomic
def correct_and_test(
    *, actor: User, claim: Claim, quote: Quote, revision: int
) -> tuple[Claim, RoomRun | None]:
    """Changes a quotation and holds it against the evidence. Raises as correct_claim."""
    return _tested(correct_claim(actor=actor, claim=claim, quote=quote, revision=revision))


def _tested(claim: Claim) -> tuple[Claim, RoomRun | None]:
    hold_claims(deal=claim.deal)
    run = measure_new_windows(deal=claim.deal)
    claim.refresh_from_db()
    return claim, run
