"""Evidence comes in as a stream, is hashed on the way and stored once by its content."""

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from diligence.lib.sniffing import sniffed_type
from diligence.models import Blob, Deal, EvidenceItem, EvidenceVersion, Origin, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.evidence_requests import reopen_requests_on
from diligence.signals import evidence_arrived, evidence_left

HEAD = 64 * 1024
"""Bytes that the type is sniffed from."""


@dataclass(frozen=True)
class Upload:
    """A file as it arrives: its claimed name and its bytes in chunks."""

    filename: str
    chunks: Iterable[bytes]
    dated_on: date | None = None
    title: str = ""


def safe_filename(name: str) -> str:
    """The last part of a claimed name, without control characters, at most 255 long."""
    last = PurePosixPath(name.replace("\\", "/")).name or "file"
    clean = "".join(c if c.isprintable() else "_" for c in last)
    stem, dot, suffix = clean.rpartition(".")
    if len(clean) <= 255:
        return clean
    return f"{stem[: 254 - len(suffix)]}{dot}{suffix}" if len(suffix) < 20 else clean[:255]


def store_blob(chunks: Iterable[bytes], filename: str) -> tuple[Blob, str]:
    """Writes bytes to the evidence storage under their SHA-256; returns the blob and its type.

    1. Spool to a temporary file while hashing. 2. Put it under its hash unless it is there already.
    3. Add the row. A crash in between leaves at most a file that the next upload of it reuses.
    Raises Refused for an empty file or one over the limit.
    """
    digest, size, head = hashlib.sha256(), 0, b""
    with tempfile.TemporaryFile() as spool:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            if size > settings.PROOFROOM_UPLOAD_BYTES:
                limit = settings.PROOFROOM_UPLOAD_BYTES // 1024**2
                raise Refused(f"{filename} is larger than the {limit} MB that are accepted here.")
            if len(head) < HEAD:
                head += chunk[: HEAD - len(head)]
            spool.write(chunk)
        if size == 0:
            raise Refused(f"{filename} is empty (0 bytes); choose the file again.")
        sha256 = digest.hexdigest()
        path = f"blobs/{sha256[:2]}/{sha256}"
        storage = storages["default"]
        if not storage.exists(path) or storage.size(path) != size:
            spool.seek(0)
            storage.delete(path)
            storage.save(path, File(spool))
    blob, _ = Blob.objects.get_or_create(sha256=sha256, defaults={"size": size, "path": path})
    return blob, sniffed_type(head)


def open_blob(blob: Blob) -> IO[bytes]:
    """The bytes of a blob, as a file to read from. Raises Refused where the file is gone."""
    try:
        return storages["default"].open(blob.path, "rb")
    except FileNotFoundError:
        raise Refused(
            f"The stored file {blob.sha256[:12]}… is missing from the evidence storage; "
            "restore it from a backup."
        ) from None


def add_evidence(
    *, actor: User, deal: Deal, upload: Upload, origin: str = Origin.FOUNDER_FILE
) -> EvidenceItem:
    """Adds a new piece of evidence with its first version."""
    require(actor, "evidence.add", deal)
    filename = safe_filename(upload.filename)
    blob, media_type = store_blob(upload.chunks, filename)
    with transaction.atomic():
        item = EvidenceItem.objects.create(
            deal=deal, title=(upload.title or filename)[:255], origin=origin,
            from_startup=not actor.is_firm, created_by=actor,
        )  # fmt: skip
        EvidenceVersion.objects.create(
            item=item, number=1, blob=blob, filename=filename, media_type=media_type,
            dated_on=upload.dated_on, uploaded_by=actor,
        )  # fmt: skip
        record(
            actor=actor, verb="evidence.add", text=f"handed in {item.title}", deal=deal,
            about=item, in_room=item.from_startup,
        )  # fmt: skip
        _tell(evidence_arrived, item)
    return item


def _tell(news: Signal, item: EvidenceItem) -> None:
    """A listener that fails must not cost the person the upload; the sweeps take it up again."""
    transaction.on_commit(lambda: news.send_robust(sender=EvidenceItem, item=item))


def add_version(*, actor: User, item: EvidenceItem, upload: Upload) -> EvidenceVersion:
    """Adds a newer version; the earlier ones stay. The same bytes again are refused."""
    require(actor, "evidence.add", item)
    if item.from_startup == actor.is_firm:
        raise Refused("Only the side that handed this in can add a version of it.")
    if item.withdrawn_at:
        raise Refused("This was withdrawn; hand it in anew instead.")
    filename = safe_filename(upload.filename)
    blob, media_type = store_blob(upload.chunks, filename)
    with transaction.atomic():
        EvidenceItem.objects.select_for_update().get(pk=item.pk)
        latest = item.versions.order_by("-number").first()
        if latest is not None and latest.blob_id == blob.pk:
            raise Refused(f"{filename} is the same, byte for byte, as version {latest.number}.")
        version = EvidenceVersion.objects.create(
            item=item, number=latest.number + 1 if latest else 1, blob=blob, filename=filename,
            media_type=media_type, dated_on=upload.dated_on, uploaded_by=actor,
        )  # fmt: skip
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
    item.shared = shared
    item.save(update_fields=["shared"])
    verb = "shared" if shared else "stopped sharing"
    record(
        actor=actor, verb="evidence.share", text=f"{verb} {item.title} with the startup",
        deal=item.deal, about=item, in_room=True,
    )  # fmt: skip


def record_download(*, actor: User, version: EvidenceVersion) -> None:
    """Leaves a line for every read of evidence; the caller has checked that it is visible."""
    item = version.item
    record(
        actor=actor, verb="evidence.download", deal=item.deal, about=item,
        text=f"downloaded version {version.number} of {item.title}", in_room=item.from_startup,
    )  # fmt: skip
