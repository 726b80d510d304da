"""Writes of claims: taken from answers, quoted by an analyst, corrected, taken back.

What an answer says follows the answer; what an analyst quotes belongs to the analyst. Nothing is
deleted: a claim that is no longer made keeps its verdicts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audits.claims.reading import lens_of
from audits.engine.claiming import Claim as EngineClaim
from audits.engine.claiming import Scalar
from audits.models import Artifact, Claim
from diligence.models import Answer, Deal, EvidenceItem, User
from diligence.policies import require
from diligence.questionnaires.schema import CLAIM_FIELDS
from diligence.selectors.questionnaires import BEING_REWRITTEN, stated_claims
from diligence.services.activity import record
from diligence.services.errors import Conflict, Refused

UNSAID = "The answer that made it was changed or taken back."
CHANGED = "Someone else changed this claim while you were editing; below is what it says now."


LONGEST_NAME = 100


def named(claim: Claim) -> str:
    """The words of a claim, as a line of activity has room for them."""
    text = " ".join(claim.text.split())
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


@dataclass(frozen=True)
class Quote:
    """What an analyst quotes, and where it stands; `fields` are those of its kind."""

    kind: str
    text: str
    fields: Mapping[str, Scalar] = field(default_factory=dict)
    evidence: EvidenceItem | None = None
    page: int | None = None


@transaction.atomic
def quote_claim(*, actor: User, deal: Deal, quote: Quote) -> Claim:
    """Adds what a deck or another document says. Raises Refused where something is missing."""
    require(actor, "claim.quote", deal)
    _check(deal, quote)
    claim = Claim(deal=deal, source=Claim.Source.DECK, quoted_by=actor)
    claim.key = f"deck/{claim.pk}"
    _fill(claim, quote)
    claim.save()
    record(
        actor=actor, verb="claim.quote", text=f"quoted the claim “{named(claim)}”", deal=deal,
        about=claim,
    )  # fmt: skip
    return claim


@transaction.atomic
def correct_claim(*, actor: User, claim: Claim, quote: Quote, revision: int) -> Claim:
    """Changes what an analyst quoted. Raises Conflict where someone else was faster."""
    require(actor, "claim.quote", claim.deal)
    _refuse_foreign(claim)
    _check(claim.deal, quote)
    mine = Claim.objects.filter(pk=claim.pk, revision=revision, withdrawn_at=None)
    if not mine.update(revision=F("revision") + 1):
        raise Conflict(CHANGED)
    claim.refresh_from_db()
    _fill(claim, quote)
    claim.save()
    record(
        actor=actor, verb="claim.correct", text=f"corrected the claim “{named(claim)}”",
        deal=claim.deal, about=claim,
    )  # fmt: skip
    return claim


@transaction.atomic
def withdraw_claim(*, actor: User, claim: Claim, because: str) -> None:
    """Takes back what an analyst quoted; its verdicts stay."""
    require(actor, "claim.quote", claim.deal)
    _refuse_foreign(claim)
    if not because.strip():
        raise Refused("Say in a few words why this is taken back.")
    if claim.withdrawn_at:
        return
    claim.withdrawn_at, claim.withdrawn_because = timezone.now(), because.strip()[:500]
    claim.save(update_fields=["withdrawn_at", "withdrawn_because"])
    record(
        actor=actor, verb="claim.withdraw", deal=claim.deal, about=claim,
        text=f"took back the claim “{named(claim)}”: {claim.withdrawn_because}",
    )  # fmt: skip


def _refuse_foreign(claim: Claim) -> None:
    if claim.source != Claim.Source.DECK:
        raise Refused("This follows the startup's own words; ask back on the answer instead.")


def _check(deal: Deal, quote: Quote) -> None:
    if quote.kind not in CLAIM_FIELDS:
        raise Refused("Choose what kind of claim it is.")
    needed, allowed = CLAIM_FIELDS[quote.kind]
    missing = sorted(needed - quote.fields.keys())
    if missing:
        raise Refused(f"A claim of this kind needs {missing[0].replace('_', ' ')}.")
    if quote.fields.keys() - needed - allowed:
        raise Refused("A claim of this kind does not have all of these fields.")
    if not quote.text.strip():
        raise Refused("Quote the words of the startup.")
    if quote.evidence is not None and quote.evidence.deal_id != deal.pk:
        raise Refused("Choose a document of this deal.")


def _fill(claim: Claim, quote: Quote) -> None:
    claim.kind, claim.text = quote.kind, quote.text.strip()
    claim.fields = dict(quote.fields)
    claim.evidence, claim.page = quote.evidence, quote.page
    claim.lens = lens_of(as_engine_claim(claim)).value


def as_engine_claim(claim: Claim) -> EngineClaim:
    """A stored claim in the terms of the rules."""
    return EngineClaim(str(claim.pk), claim.kind, claim.text, claim.fields)


def collect_answers(deal: Deal) -> None:
    """Brings the claims in line with the submitted answers. Twice is as once.

    What the startup is rewriting stays as it was handed in.
    """
    stated = stated_claims(deal)
    kept = {c.key: c for c in deal.claims.filter(source=Claim.Source.ANSWER)}
    for each in stated:
        if not each.is_being_rewritten:
            row = kept.get(each.key) or Claim(
                deal=deal, source=Claim.Source.ANSWER, key=each.key, answer=each.answer
            )
            _follow(row, each.claim.kind, each.claim.text, each.claim.fields)
    said = {each.key for each in stated}
    rewritten = _being_rewritten(deal)
    for key, row in kept.items():
        if key not in said and row.answer_id not in rewritten and row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_because = timezone.now(), UNSAID
            row.save(update_fields=["withdrawn_at", "withdrawn_because"])


def _being_rewritten(deal: Deal) -> set[Any]:
    drafts = Answer.objects.filter(questionnaire__deal=deal, state__in=BEING_REWRITTEN)
    return set(drafts.values_list("pk", flat=True))


def _follow(row: Claim, kind: str, text: str, fields: Mapping[str, Scalar]) -> None:
    before = (row.kind, row.text, row.fields, row.withdrawn_at)
    row.kind, row.text, row.fields, row.withdrawn_at = kind, text, dict(fields), None
    row.lens = lens_of(as_engine_claim(row)).value
    if row._state.adding:
        row.save()
    elif before != (row.kind, row.text, row.fields, None):
        row.revision, row.withdrawn_because = row.revision + 1, ""
        row.save()


@dataclass(frozen=True)
class CardClaim:
    """What a model card states of itself, under a name that stays the same."""

    name: str
    kind: str
    text: str
    fields: Mapping[str, Scalar]


def collect_card(artifact: Artifact, stated: list[CardClaim]) -> None:
    """Brings the claims in line with a model card. Twice is as once."""
    kept = {c.key: c for c in artifact.claims.all()}
    for each in stated:
        key = f"card/{artifact.pk}/{each.name}"[:200]
        row = kept.pop(key, None) or Claim(
            deal=artifact.deal, source=Claim.Source.CARD, key=key, artifact=artifact,
            evidence=artifact.evidence,
        )  # fmt: skip
        _follow(row, each.kind, each.text, each.fields)
    for row in kept.values():
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_because = timezone.now(), "The card no longer says it."
            row.save(update_fields=["withdrawn_at", "withdrawn_because"])
