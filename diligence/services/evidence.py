"""Evidence: handed in, followed by newer versions, withdrawn with a reason, shared, read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from diligence.models import (
    Deal,
    EvidenceItem,
    EvidenceKind,
    EvidenceVersion,
    Origin,
    User,
)
from diligence.policies import require
from diligence.services.activity import NOTHING, Change, record, sentence_of
from diligence.services.errors import Refused
from diligence.services.evidence_requests import reopen_requests_on
from diligence.services.keeping import Kept, keep_stream
from diligence.services.previews import queue_preview
from diligence.services.sealing_keys import share_key
from diligence.signals import evidence_arrived, evidence_left


@dataclass(frozen=True)
class Upload:
    """A file as it arrives: its claimed name and its bytes in chunks."""

    filename: str
    chunks: Iterable[bytes]
    dated_on: date | None = None
    title: str = ""
    kind: str = EvidenceKind.OTHER
    expires_on: date | None = None


@dataclass(frozen=True)
class Arrival:
    """A file that is kept, and what was said of it."""

    filename: str
    kept: Kept
    dated_on: date | None = None
    title: str = ""
    kind: str = EvidenceKind.OTHER
    expires_on: date | None = None


def safe_filename(name: str) -> str:
    """The last part of a claimed name, without control characters, at most 255 long."""
    last = PurePosixPath(name.replace("\\", "/")).name or "file"
    clean = "".join(c if c.isprintable() else "_" for c in last)
    stem, dot, suffix = clean.rpartition(".")
    if len(clean) <= 255:
        return clean
    return f"{stem[: 254 - len(suffix)]}{dot}{suffix}" if len(suffix) < 20 else clean[:255]


def _arrived(upload: Upload, deal: Deal) -> Arrival:
    filename = safe_filename(upload.filename)
    kept = keep_stream(upload.chunks, filename, deal)
    return Arrival(filename, kept, upload.dated_on, upload.title, upload.kind, upload.expires_on)


def add_evidence(
    *, actor: User, deal: Deal, upload: Upload, origin: str = Origin.FOUNDER_FILE
) -> EvidenceItem:
    """Adds a new piece of evidence with its first version."""
    require(actor, "evidence.add", deal)
    return add_kept_evidence(actor=actor, deal=deal, arrival=_arrived(upload, deal), origin=origin)


@transaction.atomic
def add_kept_evidence(
    *, actor: User, deal: Deal, arrival: Arrival, origin: str = Origin.FOUNDER_FILE
) -> EvidenceItem:
    """Adds a new piece of evidence whose bytes are kept already."""
    require(actor, "evidence.add", deal)
    item = EvidenceItem.objects.create(
        deal=deal, title=(arrival.title or arrival.filename)[:255], origin=origin,
        kind=arrival.kind, from_startup=not actor.is_firm, created_by=actor,
    )  # fmt: skip
    _version(actor, item, 1, arrival)
    record(
        actor=actor, verb="evidence.add", text=f"handed in {item.title}", deal=deal,
        about=item, in_room=item.from_startup,
    )  # fmt: skip
    _tell(evidence_arrived, item)
    return item


def _tell(news: Signal, item: EvidenceItem) -> None:
    """A listener that fails must not cost the person the upload; the sweeps take it up again."""
    transaction.on_commit(lambda: news.send_robust(sender=EvidenceItem, item=item))


def _version(actor: User, item: EvidenceItem, number: int, arrival: Arrival) -> EvidenceVersion:
    queue_preview(arrival.kept.blob)
    share_key(arrival.kept.blob, item.deal)
    return EvidenceVersion.objects.create(
        item=item, number=number, blob=arrival.kept.blob, filename=arrival.filename,
        media_type=arrival.kept.media_type, dated_on=arrival.dated_on,
        expires_on=arrival.expires_on, uploaded_by=actor,
    )  # fmt: skip


def require_version(actor: User, item: EvidenceItem) -> None:
    """Raises where this person can add no newer version of it."""
    require(actor, "evidence.add", item)
    if item.from_startup == actor.is_firm:
        raise Refused("Only the side that handed this in can add a version of it.")
    if item.withdrawn_at:
        raise Refused("This was withdrawn; hand it in anew instead.")


def add_version(*, actor: User, item: EvidenceItem, upload: Upload) -> EvidenceVersion:
    """Adds a newer version; the earlier ones stay. The same bytes again are refused."""
    require_version(actor, item)
    return add_kept_version(actor=actor, item=item, arrival=_arrived(upload, item.deal))


@transaction.atomic
def add_kept_version(*, actor: User, item: EvidenceItem, arrival: Arrival) -> EvidenceVersion:
    """Adds a newer version whose bytes are kept already."""
    item = EvidenceItem.objects.select_for_update().get(pk=item.pk)
    require_version(actor, item)
    latest = item.versions.order_by("-number").first()
    if latest is not None and latest.blob_id == arrival.kept.blob.pk:
        raise Refused(f"{arrival.filename} is the same, byte for byte, as version {latest.number}.")
    version = _version(actor, item, latest.number + 1 if latest else 1, arrival)
    record(
        actor=actor, verb="evidence.version", deal=item.deal, about=item,
        text=f"handed in version {version.number} of {item.title}", in_room=item.from_startup,
    )  # fmt: skip
    _tell(evidence_arrived, item)
    return version


@transaction.atomic
def withdraw_evidence(*, actor: User, item: EvidenceItem, because: str) -> None:
    """Marks evidence as withdrawn, with the reason; nothing is deleted.

    What was asked for and answered with it alone is open again.
    """
    require(actor, "evidence.withdraw", item)
    if not because.strip():
        raise Refused("Say in a few words why this is withdrawn.")
    if item.withdrawn_at:
        return
    item.withdrawn_at, item.withdrawn_by = timezone.now(), actor
    item.withdrawn_because = because.strip()[:500]
    item.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    reopen_requests_on(item)
    record(
        actor=actor, verb="evidence.withdraw", text=f"withdrew {item.title}: {because}",
        deal=item.deal, about=item, in_room=item.from_startup,
    )  # fmt: skip
    _tell(evidence_left, item)


@transaction.atomic
def share_evidence(*, actor: User, item: EvidenceItem, shared: bool) -> None:
    """Shows something of the firm's to the startup, or stops showing it."""
    require(actor, "evidence.share", item)
    was, item.shared = item.shared, shared
    item.save(update_fields=["shared"])
    verb = "shared" if shared else "stopped sharing"
    record(
        actor=actor, verb="evidence.share", text=f"{verb} {item.title} with the startup",
        deal=item.deal, about=item, in_room=True,
        change=Change.of({"shared": was}, {"shared": shared}),
    )  # fmt: skip


OPENED_AGAIN = timedelta(hours=1)
"""Looking at the same thing again within this time is the same look."""


def record_download(*, actor: User, version: EvidenceVersion, goes_on: bool = False) -> None:
    """Leaves a line for every read of evidence; the caller has checked that it is visible.

    One that goes on after a lost connection is the same read as the one before it.
    """
    item = version.item
    text = f"downloaded version {version.number} of {item.title}"
    if goes_on and _just_did(actor, item, "evidence.download", text=sentence_of(text)):
        return
    record(
        actor=actor, verb="evidence.download", deal=item.deal, about=item, text=text,
        in_room=item.from_startup, change=NOTHING,
    )  # fmt: skip


def record_opening(*, actor: User, item: EvidenceItem) -> None:
    """Leaves a line when someone looks at evidence.

    What the firm opens of what the startup gave is for both to read; all else stands in the trail.
    """
    for_both = actor.is_firm and item.from_startup
    verb = "evidence.open" if for_both else "evidence.read"
    if _just_did(actor, item, verb):
        return
    record(
        actor=actor, verb=verb, text=f"opened {item.title}", deal=item.deal, about=item,
        in_room=for_both, change=NOTHING,
    )  # fmt: skip


def _just_did(actor: User, item: EvidenceItem, verb: str, **more: str) -> bool:
    since = timezone.now() - OPENED_AGAIN
    lines = item.deal.activities.filter(actor=actor, verb=verb, object_id=str(item.pk), **more)
    return lines.filter(at__gte=since).exists()
