"""The demo's data rooms: files confirmed and measured, claims quoted, put to the startup, answered.

Through the same services and the same worker that people use. Twice is as once: what is there is
left as it is.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from audits.artifacts.kinds import DOCUMENT
from audits.models import Artifact, Claim, RoomRun
from audits.services.artifacts import Said, confirm_artifact
from audits.services.claims import Quote, quote_claim
from audits.services.hearings import open_hearing, rebut, request_deciding_evidence
from audits.services.verdicts import hold_claims
from audits.tasks import ring_for_room
from diligence.config.demo_data import DemoStartup
from diligence.models import Deal, EvidenceItem, User
from diligence.services.errors import Refused


def room_is_quiet(deal: Deal) -> bool:
    """Whether everything that arrived was looked at and nothing is being measured."""
    in_flight = deal.room_runs.filter(state__in=("queued", "running")).exists()
    return not in_flight and not deal.evidence.filter(withdrawn_at=None, artifact=None).exists()


def room_failure(deal: Deal) -> str:
    """Why the newest measurement failed; empty where it did not."""
    last = deal.room_runs.measurements().order_by("-created_at").first()
    return last.failure if last is not None and last.state == RoomRun.State.FAILED else ""


@transaction.atomic
def confirm_files(startup: DemoStartup, deal: Deal, owner: User) -> None:
    """The owner says what each file is, as an analyst would; a guessed document may stay one."""
    files = _by_filename(deal)
    run = None
    for piece in startup.evidence:
        kind = piece.get("kind", DOCUMENT)
        artifact = Artifact.objects.filter(evidence=files[piece["file"]]).first()
        if artifact is None or artifact.is_confirmed:
            continue
        if kind != artifact.guessed_kind or kind != DOCUMENT:
            said = Said(kind, piece.get("columns") or artifact.guess.get("columns", {}))
            run = confirm_artifact(
                actor=owner, artifact=artifact, said=said, revision=artifact.revision
            )
    ring_for_room(run)


def _by_filename(deal: Deal) -> dict[str, EvidenceItem]:
    items = deal.evidence.prefetch_related("versions")
    return {item.current.filename: item for item in items if item.current}


@transaction.atomic
def quote_and_ask(startup: DemoStartup, deal: Deal, owner: User, founder: User) -> None:
    """Quotes the deck, tests, puts contradictions to the startup, asks for what would decide."""
    if deal.claims.filter(source=Claim.Source.DECK).exists():
        return
    files = _by_filename(deal)
    for each in startup.claims["claims"]:
        quote_claim(actor=owner, deal=deal, quote=_quote(each, files))
    hold_claims(deal=deal)
    for each in startup.claims["put_to_the_startup"]:
        _put(each, deal, owner, founder)
    for text in startup.claims["requests"]:
        request_deciding_evidence(actor=owner, claim=deal.claims.get(text=text))


def _quote(each: Mapping[str, Any], files: Mapping[str, EvidenceItem]) -> Quote:
    evidence = files[each["file"]] if "file" in each else None
    return Quote(each["kind"], each["text"], each.get("fields", {}), evidence, each.get("page"))


def _put(each: Mapping[str, Any], deal: Deal, owner: User, founder: User) -> None:
    claim = deal.claims.select_related("verdict").get(text=each["claim"])
    if claim.verdict is None:
        raise Refused(f"“{claim.text}” has not been tested.")
    hearing = open_hearing(actor=owner, verdict=claim.verdict, message=each["message"])
    if "answer" in each:
        rebut(actor=founder, hearing=hearing, body=each["answer"])
