"""Takes in a collection that the startup made on its own machine, as a run of the deal.

Either the founder read out the digest, or the collection was signed with the key of the invitation
that the firm gave for this deal. Without one of the two nobody knows whose it is: it is refused.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audits.engine.types import Grade
from audits.models import AuditRun, Repository
from audits.services.collection import (
    LARGEST_FILE,
    TOO_LARGE,
    BadCollection,
    Collection,
    invitation_of,
    key_of_invitation,
    public_hex,
    same_spoken,
    unpacked,
)
from audits.services.runs import store_report
from audits.signals import run_finished
from diligence.models import Deal, Origin, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.evidence import Upload, add_evidence

BEST_GRADE = Grade.E4
"""What the startup ran with our collector proves at most (rubric, section 1)."""

NOT_CONFIRMED = (
    "The collection was not signed with an invitation of this deal, so it needs the digest that "
    "the founder reads out; ask for it by telephone and enter it."
)
OTHER_DIGEST = (
    "The digest does not belong to this file; compare it with the founder's, or ask for the file "
    "as it was made."
)
TWICE = "This collection is already in; see its run of {}."
PRACTICE_TWICE = "The collection judges a practice twice; ask for a new one."


def invite_collection(*, actor: User, deal: Deal) -> str:
    """The code with which the founder signs collections for this deal; always the same one."""
    require(actor, "repository.add", deal)
    record(
        actor=actor, verb="collection.invite", text="gave out the code for collections", deal=deal
    )
    return invitation_of(_seed(deal))


def _seed(deal: Deal) -> bytes:
    """A key per deal, from the server's secret; nothing has to be kept."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"collection {deal.pk}".encode(), "sha256")


def import_collected(*, actor: User, deal: Deal, upload: Upload, digest: str = "") -> AuditRun:
    """Stores a collection as a run that has succeeded, with its grades capped.

    Raises Refused for anything but a whole, unchanged collection that is known to be the founder's,
    and for one that is in already.
    """
    require(actor, "repository.add", deal)
    data = _bytes_of(upload)
    try:
        found = unpacked(data)
    except BadCollection as error:
        raise Refused(str(error)) from None
    _confirm(found, deal, digest)
    practices = [p.id for p in found.audit.practices]
    if len(practices) != len(set(practices)):
        raise Refused(PRACTICE_TWICE)
    sha = sha256(data).hexdigest()
    with transaction.atomic():
        Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        earlier = deal.audit_runs.filter(source_sha256=sha).first()
        if earlier is not None:
            raise Refused(TWICE.format(f"{earlier.created_at:%-d %B %Y}"))
        run = _stored(actor, deal, Upload(upload.filename, [data]), found)
        AuditRun.objects.filter(pk=run.pk).update(source_sha256=sha)
        record(
            actor=actor, verb="audit.collected", deal=deal, about=run,
            text=f"took in a collection of {run.repository.name}",
        )  # fmt: skip
        transaction.on_commit(lambda: run_finished.send(sender=AuditRun, run=run))
    run.refresh_from_db()
    return run


def _bytes_of(upload: Upload) -> bytes:
    data = bytearray()
    for chunk in upload.chunks:
        data += chunk
        if len(data) > LARGEST_FILE:
            raise Refused(TOO_LARGE.format(LARGEST_FILE // 1024**2))
    return bytes(data)


def _confirm(found: Collection, deal: Deal, digest: str) -> None:
    """Raises Refused where nothing ties the file to the founder."""
    if digest.strip():
        if not same_spoken(digest, found.digest):
            raise Refused(OTHER_DIGEST)
        return
    key = key_of_invitation(invitation_of(_seed(deal)))
    if not hmac.compare_digest(public_hex(key), found.public_key):
        raise Refused(NOT_CONFIRMED)


def _stored(actor: User, deal: Deal, upload: Upload, found: Collection) -> AuditRun:
    item = add_evidence(actor=actor, deal=deal, upload=upload, origin=Origin.COLLECTED)
    manifest = found.manifest
    run = AuditRun.objects.create(
        deal=deal, repository=_repository(actor, deal, manifest.name, item), requested_by=actor,
        origin=AuditRun.Origin.COLLECTED, tool="Proofroom collector",
        started_at=manifest.collected_at, finished_at=timezone.now(),
    )  # fmt: skip
    store_report(run, _report(found))
    return run


def _repository(actor: User, deal: Deal, name: str, item: Any) -> Repository:
    """The one that earlier collections of this name belong to, or a new one."""
    earlier = deal.repositories.filter(name=name, runs__origin=AuditRun.Origin.COLLECTED).first()
    return earlier or Repository.objects.create(
        deal=deal, name=name or "Collection", evidence=item, added_by=actor
    )


def _report(found: Collection) -> Mapping[str, Any]:
    """The form in which runs are stored, with every grade capped."""
    audit = found.audit.model_dump(mode="json")
    for practice in audit["practices"]:
        practice["grade"] = min(practice["grade"], BEST_GRADE.value)
    manifest = found.manifest
    return {
        "source": {
            "commit": manifest.commit,
            "committed_at": manifest.committed_at.isoformat() if manifest.committed_at else None,
            "files": manifest.files,
            "bytes": manifest.bytes,
        },
        "practices": audit["practices"],
        "findings": audit["findings"],
        "skipped": audit["skipped"],
        "timings": {},
        "engine": manifest.engine,
    }
