"""Claims are held against the newest evidence: after a run, after a measurement, on demand.

Each change of a verdict is a row of its own; a test that says the same moves only its time on. A
rule that fails costs its own claim the test and nothing else.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from msgspec.structs import asdict

from audits.claims.judging import judge_claims
from audits.engine.claiming import Claim as EngineClaim
from audits.engine.claiming import ClaimVerdict as Judged
from audits.engine.claiming import Standing
from audits.models import Claim, ClaimVerdict
from audits.selectors.proof import Proof, proof_of
from audits.services.claims import as_engine_claim, collect_answers, named
from audits.signals import claims_tested
from diligence.models import Deal, User
from diligence.policies import require
from diligence.services.activity import record

log = logging.getLogger(__name__)
RULE_FAILED = "Proofroom failed on this claim ({}); tell whoever runs this server."


@dataclass(frozen=True)
class Tested:
    """How many claims were tested, and on how many the verdict changed."""

    claims: int
    changed: int


@transaction.atomic
def hold_again(*, actor: User, deal: Deal) -> Tested:
    """Holds all claims of a deal against the evidence, because somebody asked for it."""
    require(actor, "claim.test", deal)
    tested = hold_claims(deal=deal)
    record(
        actor=actor, verb="claim.test", deal=deal, about=deal,
        text=f"had {tested.claims} claims tested again; {tested.changed} verdicts changed",
    )  # fmt: skip
    return tested


@transaction.atomic
def hold_claims(*, deal: Deal) -> Tested:
    """Brings the claims in line with what is said and holds each against what is known."""
    Deal.objects.select_for_update(of=("self",), no_key=True).get(pk=deal.pk)
    collect_answers(deal)
    claims = list(deal.claims.standing().select_related("verdict"))
    proof = proof_of(deal)
    judged = _judged(claims, proof)
    changed = sum(_keep(claim, judged[str(claim.pk)], proof) for claim in claims)
    transaction.on_commit(lambda: claims_tested.send_robust(sender=Claim, deal=deal))
    return Tested(len(claims), changed)


def _judged(claims: Iterable[Claim], proof: Proof) -> dict[str, Judged]:
    return {str(claim.pk): _verdict(as_engine_claim(claim), proof) for claim in claims}


def _verdict(claim: EngineClaim, proof: Proof) -> Judged:
    try:
        (verdict,) = judge_claims([claim], proof.practices, proof.artifacts, proof.inventory)
    except Exception as fault:
        log.exception("The rule for %s failed", claim.kind)
        because = RULE_FAILED.format(type(fault).__name__)
        return Judged(claim.id, claim.kind, Standing.UNSUPPORTED, because)
    return verdict


def _keep(claim: Claim, judged: Judged, proof: Proof) -> bool:
    """Stores a verdict; whether it is another word than before."""
    before, now = claim.verdict, timezone.now()
    values = _values(claim, judged)
    if before is not None and all(getattr(before, k) == v for k, v in values.items()):
        before.tested_at, before.run, before.room_run = now, proof.run, proof.room_run
        before.save(update_fields=["tested_at", "run", "room_run"])
        return False
    claim.verdict = ClaimVerdict.objects.create(
        claim=claim, number=before.number + 1 if before else 1, tested_at=now,
        run=proof.run, room_run=proof.room_run, **values,
    )  # fmt: skip
    claim.save(update_fields=["verdict"])
    if before is not None and before.verdict == claim.verdict.verdict:
        return False
    if before is None and not claim.verdict.is_contradicted:
        # That a new claim is not decided yet is no news for the deal's activity.
        return True
    was = before.get_verdict_display().lower() if before else "untested"
    record(
        actor=None, verb="claim.verdict", deal=claim.deal, about=claim,
        text=f"“{named(claim)}” is {claim.verdict.get_verdict_display().lower()} now "
             f"(was {was})",
    )  # fmt: skip
    return True


def _values(claim: Claim, judged: Judged) -> dict[str, Any]:
    low, high = judged.interval or (None, None)
    return {
        "verdict": judged.verdict.value,
        "because": judged.because,
        "grade": judged.grade.value,
        "fields": claim.fields,
        "claimed": judged.claimed,
        "measured": judged.measured,
        "low": low,
        "high": high,
        "evidence": [asdict(place) for place in judged.evidence],
    }
