"""Claims for tests, made through the services, and verdicts as a test of them would leave them."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from audits.models import Claim, ClaimVerdict, Hearing
from audits.services.claims import Quote, quote_claim
from audits.services.hearings import open_hearing
from diligence.models import Deal, EvidenceItem, User

ACCURACY: Mapping[str, Any] = {"metric": "accuracy", "value": 0.93}
PLACE = {"path": "predictions.csv", "line": 1, "note": "accuracy 0.867 on 12,000 rows"}


def a_claim(
    deal: Deal,
    text: str = "93% accuracy in production",
    *,
    kind: str = "metric",
    fields: Mapping[str, Any] = ACCURACY,
    evidence: EvidenceItem | None = None,
    page: int | None = None,
) -> Claim:
    """A claim that the owner of the deal quoted."""
    quote = Quote(kind, text, fields, evidence, page)
    return quote_claim(actor=deal.owner, deal=deal, quote=quote)


def a_verdict(
    claim: Claim, verdict: str = "contradicted", *, because: str = "", measured: float = 0.867
) -> ClaimVerdict:
    """A verdict on the claim, its newest one."""
    against = verdict == "contradicted"
    claim.verdict = ClaimVerdict.objects.create(
        claim=claim, number=claim.verdicts.count() + 1, verdict=verdict, grade="E5",
        because=because or f"Measured accuracy is {measured}.", fields=claim.fields,
        claimed=0.93 if against else None, measured=measured if against else None,
        low=measured - 0.006 if against else None, high=measured + 0.006 if against else None,
        evidence=[PLACE] if against else [], tested_at=timezone.now(),
    )  # fmt: skip
    claim.save(update_fields=["verdict"])
    return claim.verdict


def a_hearing(claim: Claim, *, by: User, message: str = "") -> Hearing:
    """The claim's contradiction, put to the startup."""
    verdict = claim.verdict or a_verdict(claim)
    return open_hearing(actor=by, verdict=verdict, message=message)
