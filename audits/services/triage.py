"""Writes of triage: an analyst's word on a finding, which survives the next run."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from audits.models import Finding, Triage
from diligence.models import User
from diligence.policies import require, sees
from diligence.services.activity import record
from diligence.services.errors import Refused


@dataclass(frozen=True)
class GivenTriage:
    """What was decided. An accepted risk needs someone who owns it."""

    verdict: str
    reason: str
    owner: User | None = None
    expires_on: date | None = None


@transaction.atomic
def triage_finding(*, actor: User, finding: Finding, given: GivenTriage) -> Triage:
    """Records a word on the finding; an earlier one is replaced and stays in the activity.

    Raises Refused without a reason, for an accepted risk without an owner who is on the deal, and
    for a date that has passed.
    """
    run = finding.run
    require(actor, "finding.triage", run.deal)
    if not given.reason.strip():
        raise Refused("Say why; whoever reads the finding next sees your words.")
    if given.verdict == Triage.Verdict.ACCEPTED and given.owner is None:
        raise Refused("An accepted risk needs someone who owns it.")
    if given.owner is not None and not sees(given.owner, run.deal):
        raise Refused(f"{given.owner} is not on this deal.")
    if given.expires_on is not None and given.expires_on < timezone.localdate():
        raise Refused("The date has passed; choose today or later.")
    triage, _ = Triage.objects.update_or_create(
        repository=run.repository,
        fingerprint=finding.fingerprint,
        defaults={
            "verdict": given.verdict,
            "reason": given.reason.strip(),
            "owner": given.owner,
            "expires_on": given.expires_on,
            "decided_by": actor,
        },
    )
    record(
        actor=actor, verb="finding.triage", deal=run.deal, about=finding,
        text=f"set “{finding.title}” to {triage.get_verdict_display().lower()}: {triage.reason}",
    )  # fmt: skip
    return triage
