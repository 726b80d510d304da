"""A contradiction is put to the startup, and the startup answers in its own words.

A founder sees a verdict only once the firm has put it to them; what they answer stands in the
report as they wrote it.
"""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from audits.claims.reading import wanted_for
from audits.models import Claim, ClaimVerdict, Hearing, Rebuttal
from audits.selectors.claims import ASKED_FOR
from audits.services.claims import as_engine_claim, named
from diligence.models import EvidenceItem, EvidenceRequest, User
from diligence.policies import require
from diligence.selectors.evidence import startup_evidence
from diligence.services.activity import record
from diligence.services.errors import Conflict, Refused
from diligence.services.evidence_requests import AskedFor, Need, request_evidence

LONGEST = 4000


@transaction.atomic
def open_hearing(*, actor: User, verdict: ClaimVerdict, message: str = "") -> Hearing:
    """Puts a contradiction to the startup. Raises Conflict where the verdict has changed since."""
    claim = Claim.objects.select_for_update(of=("self",)).select_related("deal").get(
        pk=verdict.claim_id
    )  # fmt: skip
    require(actor, "claim.share", claim.deal)
    if claim.verdict_id != verdict.pk:
        raise Conflict("The verdict has changed meanwhile; read it again before you share it.")
    if verdict.verdict != ClaimVerdict.Verdict.CONTRADICTED:
        raise Refused("Only a contradiction is put to the startup.")
    try:
        with transaction.atomic():
            hearing = Hearing.objects.create(
                claim=claim, verdict=verdict, message=message.strip()[:LONGEST], opened_by=actor
            )
    except IntegrityError:
        raise Refused("This was put to the startup already.") from None
    record(
        actor=actor, verb="claim.share", deal=claim.deal, about=claim, in_room=True,
        text=f"asked what you say to a measurement that contradicts “{named(claim)}”",
    )  # fmt: skip
    return hearing


@transaction.atomic
def rebut(
    *, actor: User, hearing: Hearing, body: str, evidence: Collection[EvidenceItem] = ()
) -> Rebuttal:
    """Keeps what the startup says to a contradiction. Raises Refused for an empty or long one."""
    claim = hearing.claim
    require(actor, "claim.rebut", claim.deal)
    body = body.strip()
    if not body:
        raise Refused("Write what you say to it; the firm prints your words as they are.")
    if len(body) > LONGEST:
        raise Refused(f"That is {len(body):,} characters; the report has room for {LONGEST:,}.")
    usable = startup_evidence(claim.deal, actor)
    if usable.filter(pk__in=[item.pk for item in evidence]).count() != len(evidence):
        raise Refused("Choose evidence that you handed in here and did not withdraw.")
    rebuttal = Rebuttal.objects.create(hearing=hearing, author=actor, body=body)
    rebuttal.evidence.set(evidence)
    record(
        actor=actor, verb="claim.rebut", deal=claim.deal, about=claim, in_room=True,
        text=f"answered on “{named(claim)}”",
    )  # fmt: skip
    return rebuttal


@transaction.atomic
def request_deciding_evidence(*, actor: User, claim: Claim) -> EvidenceRequest:
    """Asks the startup for the one thing that would decide the claim.

    Raises Refused where nothing could, and where it is being asked already.
    """
    Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    wanted = wanted_for(as_engine_claim(claim))
    if wanted is None:
        raise Refused("No evidence could decide this; it is an opinion or a promise.")
    asked = EvidenceRequest.objects.filter(deal=claim.deal, state=EvidenceRequest.State.OPEN)
    if asked.filter(asked_for_kind=ASKED_FOR, asked_for_id=str(claim.pk)).exists():
        raise Refused("This is on the startup's list already.")
    return request_evidence(
        actor=actor, deal=claim.deal,
        need=Need(wanted.what, f"You say: “{claim.text[:600]}”. {wanted.how}"),
        asked_for=AskedFor(ASKED_FOR, str(claim.pk), claim.text[:300]),
    )  # fmt: skip
