"""Uploads in pieces: announced, received, kept; interrupted anywhere, they go on from there.

The length of the file on the disk is the only truth on how much has come. A piece is appended under
a lock, and only where the file ends at the very place at which the writer thinks it does: so of two
connections that send the same upload (one of them forgotten by its browser) each byte is written
once, and neither waits for the other.
"""

import fcntl
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from diligence.lib.disks import FULL, is_full
from diligence.lib.sealed import Growing, Stream
from diligence.models import (
    Blob,
    Deal,
    EvidenceItem,
    EvidenceKind,
    IncomingUpload,
    Origin,
    Questionnaire,
    User,
)
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.evidence import (
    Arrival,
    add_kept_evidence,
    add_kept_version,
    require_version,
    safe_filename,
)
from diligence.services.keeping import (
    Kept,
    fingerprint,
    incoming_folder,
    is_local,
    keep_file,
    kept_before,
    readable_size,
)
from diligence.services.leases import free
from diligence.services.questionnaires import attach_evidence, require_open
from diligence.services.sealing_keys import new_upload_key, upload_key

State = IncomingUpload.State
AT_ONCE = 50
"""Unfinished uploads of one person in one deal: more are forgotten ones."""
READ = 1024**2
"""Bytes that are opened at a time."""
SPARE = 1024**3
"""Bytes of the disk that uploads leave free, for the database and all else."""
LEASE = timedelta(minutes=5)
"""How long keeping one file may take before another worker takes it up again."""
MAX_ATTEMPTS = 3
SET_ASIDE = (
    "Keeping it stopped without a word three times, so it was set aside; send it again, and tell "
    "the firm if that happens again."
)
SLOWEST = 1_000_000
"""Bytes a second that a file is expected to go to a bucket at least."""


class WrongOffset(Exception):
    """The piece does not begin where the upload ends; `now` is where it does."""

    def __init__(self, now: int) -> None:
        super().__init__(f"the upload is at byte {now}")
        self.now = now


class Damaged(Exception):
    """The piece is not what its checksum says; nothing of it was kept."""


@dataclass(frozen=True)
class Place:
    """The answer that a file is sent for."""

    questionnaire: Questionnaire
    question: str


@dataclass(frozen=True)
class Announced:
    """What the sender says of a file before sending it."""

    filename: str
    size: int
    modified: str = ""
    item: EvidenceItem | None = None
    origin: str = Origin.FOUNDER_FILE
    kind: str = EvidenceKind.OTHER
    dated_on: date | None = None
    expires_on: date | None = None
    answers: Place | None = None


@dataclass(frozen=True)
class Checksum:
    """The SHA-256 that a piece of known length should have."""

    sha256: bytes
    length: int


def path_of(upload: IncomingUpload) -> Path:
    """Where its bytes lie until it is whole."""
    return incoming_folder() / f"{upload.pk}.part"


def plain_of(upload: IncomingUpload) -> IO[bytes]:
    """What has come of it, to read from. Raises FileNotFoundError."""
    key, stored = upload_key(upload), path_of(upload).open("rb")
    return io.BufferedReader(Growing(stored, key), READ) if key else stored


def received(upload: IncomingUpload) -> int:
    """How many of its bytes are here."""
    if upload.state in (State.WHOLE, State.KEPT):
        return upload.size
    try:
        return path_of(upload).stat().st_size
    except FileNotFoundError:
        return 0


def expires_at(upload: IncomingUpload) -> datetime:
    """When it is forgotten unless somebody goes on with it."""
    return upload.last_at + timedelta(days=settings.PROOFROOM_UPLOAD_DAYS)


# Announcing -----------------------------------------------------------------------------------


@transaction.atomic
def announce_upload(*, actor: User, deal: Deal, announced: Announced) -> IncomingUpload:
    """Makes room for a file. Raises Refused, before a byte is sent, if it would not be taken."""
    require(actor, "evidence.add", deal)
    filename = safe_filename(announced.filename)
    if announced.item is not None:
        require_version(actor, announced.item)
    place = announced.answers
    if place is not None:
        require_open(actor, place.questionnaire, place.question)
    # One at a time per deal, or two large files at once each fit where both do not.
    Deal.objects.select_for_update().get(pk=deal.pk)
    _fits(actor, deal, filename, announced.size)
    upload = IncomingUpload.objects.create(
        deal=deal, by=actor, item=announced.item, filename=filename, size=announced.size,
        modified=announced.modified[:20], origin=announced.origin, kind=announced.kind,
        dated_on=announced.dated_on, expires_on=announced.expires_on,
        questionnaire=place.questionnaire if place else None,
        question=place.question if place else "", key=new_upload_key(deal),
    )  # fmt: skip
    path_of(upload).touch(mode=0o600)
    record(actor=actor, verb="upload.begin", text="began to send a file", deal=deal, about=upload)
    return upload


def _fits(actor: User, deal: Deal, filename: str, size: int) -> None:
    if size == 0:
        raise Refused(f"{filename} is empty (0 bytes); choose the file again.")
    if size > settings.PROOFROOM_UPLOAD_BYTES:
        limit = readable_size(settings.PROOFROOM_UPLOAD_BYTES)
        raise Refused(f"{filename} is larger than the {limit} that are accepted here.")
    unfinished = deal.uploads.filter(state__in=(State.RECEIVING, State.WHOLE))
    if unfinished.filter(by=actor).count() >= AT_ONCE:
        raise Refused(
            f"{AT_ONCE} of your uploads are unfinished; go on with them or cancel some first."
        )
    coming = unfinished.aggregate(all=Sum("size"))["all"] or 0
    held = Blob.objects.filter(versions__item__deal=deal).distinct().aggregate(all=Sum("size"))
    if (held["all"] or 0) + coming + size > settings.PROOFROOM_DEAL_BYTES:
        limit = readable_size(settings.PROOFROOM_DEAL_BYTES)
        raise Refused(
            f"With {filename} this room would hold more than the {limit} that it may; "
            "ask the firm to raise PROOFROOM_DEAL_BYTES."
        )
    if size > shutil.disk_usage(incoming_folder()).free - SPARE:
        raise Refused(
            f"The server has no room for {filename} ({readable_size(size)}) now; tell the firm."
        )


# Receiving ------------------------------------------------------------------------------------


def receive(
    *,
    actor: User,
    upload: IncomingUpload,
    offset: int,
    pieces: Iterable[bytes],
    checksum: Checksum | None = None,
) -> int:
    """Appends what comes, and returns where the upload ends now.

    A connection that breaks ends `pieces` early, and what came until then stays. Raises WrongOffset
    or Damaged, and Refused where more comes than was announced.
    """
    require(actor, "evidence.add", upload.deal)
    if upload.state != State.RECEIVING:
        raise WrongOffset(received(upload))
    digest, at, sealing = hashlib.sha256(), offset, _sealing(upload)
    with _opened(upload) as file:
        if os.fstat(file.fileno()).st_size != offset:
            raise WrongOffset(os.fstat(file.fileno()).st_size)
        for piece in pieces:
            if at + len(piece) > upload.size:
                raise Refused(f"More comes than the {upload.size} bytes that were announced.")
            _append(file.fileno(), sealing.turned(piece, at) if sealing else piece, at)
            digest.update(piece)
            at += len(piece)
        if checksum and at - offset == checksum.length and digest.digest() != checksum.sha256:
            _take_back(file.fileno(), offset, at)
            raise Damaged
    _note_progress(upload, at)
    return at


def _sealing(upload: IncomingUpload) -> Stream | None:
    """What its bytes are written through; None for an upload that an earlier release began."""
    key = upload_key(upload)
    return Stream(key) if key else None


def _opened(upload: IncomingUpload) -> IO[bytes]:
    try:
        return path_of(upload).open("r+b")
    except FileNotFoundError:
        raise Refused("What had arrived is gone from the server; send the file again.") from None


def _append(file: int, piece: bytes, at: int) -> None:
    """Writes the piece if the file still ends where it begins."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        now = os.fstat(file).st_size
        if now != at:
            raise WrongOffset(now)
        view = memoryview(piece)
        while view:
            written = os.pwrite(file, view, at)
            view, at = view[written:], at + written
    except OSError as error:
        if not is_full(error):
            raise
        raise Refused(f"{FULL}; tell the firm, then go on from here.") from None
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _take_back(file: int, start: int, end: int) -> None:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        if os.fstat(file).st_size == end:
            os.ftruncate(file, start)
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _note_progress(upload: IncomingUpload, at: int) -> None:
    upload.last_at = timezone.now()
    rows = IncomingUpload.objects.filter(pk=upload.pk, state=State.RECEIVING)
    if at < upload.size:
        rows.update(last_at=upload.last_at)
    elif rows.update(last_at=upload.last_at, state=State.WHOLE):
        upload.state = State.WHOLE


def note_sender_tree(*, actor: User, upload: IncomingUpload, tree: str) -> None:
    """Remembers the fingerprint that the sender's own machine took of the whole file."""
    require(actor, "evidence.add", upload.deal)
    tree = tree.lower()
    if len(tree) != 64 or set(tree) - set("0123456789abcdef"):
        raise Refused("A SHA-256 is 64 hexadecimal digits.")
    rows = IncomingUpload.objects.filter(pk=upload.pk, state=State.RECEIVING)
    rows.update(sender_tree=tree)


@transaction.atomic
def cancel_upload(*, actor: User, upload: IncomingUpload) -> None:
    """Forgets an upload and what came of it; what was kept already stays."""
    if upload.by_id != actor.pk:
        raise PermissionDenied("Only whoever sends it can cancel an upload.")
    if IncomingUpload.objects.filter(pk=upload.pk).exclude(state=State.KEPT).delete()[0]:
        path_of(upload).unlink(missing_ok=True)
        record(
            actor=actor, verb="upload.cancel", text=f"cancelled sending {upload.filename}",
            deal=upload.deal, about=upload,
        )  # fmt: skip


# Keeping --------------------------------------------------------------------------------------


def finish_upload(upload_id: uuid.UUID) -> None:
    """Hashes what came, keeps it and makes it evidence. Does nothing if another process is at it.

    The hash that counts is that of the bytes on our disk; if the sender's differs the upload fails.
    """
    rows = IncomingUpload.objects.filter(pk=upload_id, state=State.WHOLE)
    upload = rows.filter(free(_longest())).first()
    if upload is None or not _claim(rows, upload):
        return
    upload = rows.select_related("deal", "by", "item", "questionnaire").get()
    if upload.attempts > MAX_ATTEMPTS:
        rows.update(state=State.FAILED, failure=SET_ASIDE)
        return
    try:
        _keep(upload)
    except (Refused, PermissionDenied) as refused:
        rows.update(state=State.FAILED, failure=str(refused)[:500])
        path_of(upload).unlink(missing_ok=True)
    except OSError as error:
        if not is_full(error):
            raise
        # The disk is nobody's fault who sent a file: it is tried for as long as it takes.
        rows.update(attempts=0)
        raise


def _claim(rows: QuerySet[IncomingUpload], upload: IncomingUpload) -> bool:
    until = timezone.now() + _lease(upload.size)
    taken = rows.filter(free(_longest())).update(lease_until=until, attempts=F("attempts") + 1)
    return bool(taken)


def _lease(size: int) -> timedelta:
    return LEASE if is_local() else LEASE + timedelta(seconds=size / SLOWEST)


def _longest() -> timedelta:
    return _lease(settings.PROOFROOM_UPLOAD_BYTES)


def _keep(upload: IncomingUpload) -> None:
    kept = _kept(upload)
    arrival = Arrival(
        upload.filename, kept, upload.dated_on, kind=upload.kind, expires_on=upload.expires_on
    )
    with transaction.atomic():
        # A worker that was thought dead may have come first after all.
        row = IncomingUpload.objects.select_for_update().filter(pk=upload.pk, state=State.WHOLE)
        if not row.exists():
            return
        if upload.item is not None:
            add_kept_version(actor=upload.by, item=upload.item, arrival=arrival)
            item = upload.item
        else:
            item = add_kept_evidence(
                actor=upload.by, deal=upload.deal, arrival=arrival, origin=upload.origin
            )
        row.update(state=State.KEPT, kept_as=item, failure=_attach(upload, item))


def _attach(upload: IncomingUpload, item: EvidenceItem) -> str:
    """Attaches it to the answer that it was sent for; else why not, the evidence being in."""
    if upload.questionnaire is None:
        return ""
    try:
        with transaction.atomic():
            attach_evidence(
                actor=upload.by, questionnaire=upload.questionnaire, question_id=upload.question,
                item=item,
            )  # fmt: skip
    except (Refused, PermissionDenied) as refused:
        return f"It is in, but not attached to the answer: {refused}"[:500]
    return ""


def _kept(upload: IncomingUpload) -> Kept:
    """Its bytes in the storage; also after a worker died just when it had put them there."""
    try:
        plain = plain_of(upload)
    except FileNotFoundError:
        again = kept_before(upload.sha256) if upload.sha256 else None
        if again is None:
            raise Refused(
                "What had arrived is gone from the server; send the file again."
            ) from None
        return again
    with plain:
        found = fingerprint(plain)
        if upload.sender_tree and upload.sender_tree != found.tree:
            raise Refused(
                "What arrived is not what was sent: its fingerprint differs. Send the file again."
            )
        IncomingUpload.objects.filter(pk=upload.pk).update(sha256=found.sha256)
        kept = keep_file(plain, found, upload.deal)
    path_of(upload).unlink(missing_ok=True)
    return kept


def whole_uploads() -> list[uuid.UUID]:
    """Uploads that wait to be kept, oldest first."""
    rows = IncomingUpload.objects.filter(free(_longest()), state=State.WHOLE).order_by("last_at")
    return list(rows.values_list("pk", flat=True)[:100])


def expire_uploads() -> None:
    """Forgets uploads that nobody went on with, and files that no upload speaks of any more."""
    ends = timezone.now() - timedelta(days=settings.PROOFROOM_UPLOAD_DAYS)
    over = IncomingUpload.objects.filter(last_at__lt=ends).exclude(state=State.WHOLE)
    for upload in over:
        path_of(upload).unlink(missing_ok=True)  # first, because a deleted row forgets its id
        upload.delete()
    known = {f"{pk}.part" for pk in IncomingUpload.objects.values_list("pk", flat=True)}
    for file in incoming_folder().iterdir():
        if file.name not in known and file.stat().st_mtime < ends.timestamp():
            file.unlink(missing_ok=True)
