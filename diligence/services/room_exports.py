"""The archive of a room: a ZIP that a worker writes piece by piece, with an index of hashes.

Every file is hashed while it is copied, so the index says what is in the archive and not what a row
says ought to be. `SHA256SUMS` has the form of coreutils: `sha256sum -c SHA256SUMS` checks it where
the archive was unpacked. Whatever stays out is named with the reason: it was withdrawn, cannot be
read any more, is malware, or is not for whoever asked to take out of the house.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from io import BufferedRandom
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from diligence.lib.disks import FULL, is_full
from diligence.lib.sealed import Tampered
from diligence.lib.spreadsheets import csv_text
from diligence.models import Deal, RoomExport, User
from diligence.policies import Denied, may, require
from diligence.selectors.room_contents import FileInRoom, answers_of_room, files_of_room
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.keeping import (
    PIECE,
    keep_made,
    open_blob,
    open_made,
    plain_spool,
    require_there,
)
from diligence.services.leases import lapsed
from diligence.services.scanning import require_harmless
from diligence.services.sealing_keys import ARCHIVES, key_for

LEASE = timedelta(minutes=30)
"""Renewed with every file; one file of 5 GB is copied well within it."""
KEPT = timedelta(days=7)
"""After this an archive is deleted again: it is a copy of all that is confidential."""
MAX_ATTEMPTS = 3
COLUMNS = (
    "file", "sha256", "bytes", "title", "version", "origin", "handed in by", "handed in at",
    "withdrawn", "note",
)  # fmt: skip


@transaction.atomic
def request_export(*, actor: User, deal: Deal) -> RoomExport:
    """Queues an archive of the room; one of theirs that is under way already is given back."""
    require(actor, "room.export", deal)
    Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    waiting = (RoomExport.State.QUEUED, RoomExport.State.RUNNING)
    under_way = deal.room_exports.filter(requested_by=actor, state__in=waiting).first()
    if under_way is not None:
        return under_way
    export = RoomExport.objects.create(deal=deal, requested_by=actor)
    record(
        actor=actor, verb="room.export", text="asked for an archive of the whole room", deal=deal,
        about=export,
    )  # fmt: skip
    return export


def write_export(export_id: uuid.UUID) -> None:
    """Claims a queued export and writes it. Does nothing where another worker has it."""
    claimed = RoomExport.objects.filter(pk=export_id, state=RoomExport.State.QUEUED).update(
        state=RoomExport.State.RUNNING, attempts=F("attempts") + 1,
        lease_until=timezone.now() + LEASE,
    )  # fmt: skip
    if not claimed:
        return
    export = RoomExport.objects.select_related("deal__startup", "requested_by").get(pk=export_id)
    held = RoomExport.objects.filter(
        pk=export_id, state=RoomExport.State.RUNNING, attempts=export.attempts
    )
    try:
        with plain_spool() as spool:
            written = _Archive(spool, lambda: held.update(lease_until=timezone.now() + LEASE))
            files = written.fill(export)
            _keep(export, spool, files, has_documents=written.has_documents)
    except Exception as error:
        held.update(
            state=RoomExport.State.FAILED, finished_at=timezone.now(),
            failure=_why(error),
        )  # fmt: skip
        raise


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and is_full(error):
        return f"{FULL}; make room, then ask for it again."
    return f"The archive could not be written ({type(error).__name__}); ask for it again."


def _keep(export: RoomExport, spool: BufferedRandom, files: int, *, has_documents: bool) -> None:
    """Seals the finished archive into the storage; a worker that was given up keeps nothing."""
    name, size = f"exports/{export.pk}-{export.attempts}.zip", spool.seek(0, os.SEEK_END)
    spool.seek(0)
    sha256 = hashlib.file_digest(spool, "sha256").hexdigest()
    spool.seek(0)
    keep_made(spool, name, key_for(export.deal, ARCHIVES))
    stored = RoomExport.objects.filter(
        pk=export.pk, state=RoomExport.State.RUNNING, attempts=export.attempts
    ).update(
        state=RoomExport.State.READY, path=name, size=size, sha256=sha256,
        files=files, has_documents=has_documents, finished_at=timezone.now(), lease_until=None,
    )  # fmt: skip
    if not stored:
        storages["default"].delete(name)


def open_export(export: RoomExport) -> tuple[IO[bytes], int]:
    """The finished archive, to read from, and its length."""
    return open_made(export.path, key_for(export.deal, ARCHIVES))


@dataclass
class _Archive:
    """A ZIP as it grows: nothing of it but one piece is ever in memory."""

    spool: IO[bytes]
    alive: Any
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)
    has_documents: bool = False

    def fill(self, export: RoomExport) -> int:
        """Writes everything of the room and the index; returns how many files it holds."""
        with ZipFile(self.spool, "w", allowZip64=True) as archive:
            for file in files_of_room(export.deal, export.requested_by):
                self._add_evidence(archive, file, _kept_out(export.requested_by, file))
                self.alive()
            for name, data in answers_of_room(export.deal):
                text = json.dumps(data, indent=2, ensure_ascii=False)
                self._add_text(archive, name, text)
            files = len(self.sums)
            self._add_text(archive, "index.csv", self._index())
            archive.writestr("SHA256SUMS", "".join(self.sums))
        self.spool.flush()
        return files

    def _add_evidence(self, archive: ZipFile, file: FileInRoom, note: str) -> None:
        """Copies a file that no note keeps out, and writes its line of the index."""
        version, item = file.version, file.version.item
        sha256, size = "", version.blob.size
        if not note:
            try:
                require_there(version)
                require_harmless(version.blob)
                with open_blob(version.blob) as stream:
                    self.has_documents |= version.is_document
                    sha256 = self._copy(archive, file.name, stream)
            except Refused as refused:
                note = f"not in the archive: {refused}"
        if sha256 and sha256 != version.blob_id:
            note = f"damaged: it was handed in with the hash {version.blob_id}"
        self.rows.append(
            (
                file.name if sha256 else "", sha256 or version.blob_id, size, item.title,
                version.number, item.origin, str(version.uploaded_by),
                version.uploaded_at.isoformat(), "yes" if file.is_withdrawn else "", note,
            )
        )  # fmt: skip

    def _copy(self, archive: ZipFile, name: str, stream: Any) -> str:
        """Evidence is stored as it is: models and images are compressed already."""
        info = ZipInfo(name, date_time=timezone.now().timetuple()[:6])
        info.compress_type = ZIP_STORED
        digest = hashlib.sha256()
        with archive.open(info, "w", force_zip64=True) as target:
            for piece in _readable(stream):
                digest.update(piece)
                target.write(piece)
        self.sums.append(f"{digest.hexdigest()}  {name}\n")
        return digest.hexdigest()

    def _add_text(self, archive: ZipFile, name: str, text: str) -> None:
        data = text.encode()
        archive.writestr(name, data, compress_type=ZIP_DEFLATED)
        self.sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")

    def _index(self) -> str:
        return csv_text((COLUMNS, *self.rows))


def _readable(stream: IO[bytes]) -> Iterator[bytes]:
    """As far as it opens: of a damaged file the hash tells the rest."""
    with suppress(Tampered):
        while piece := stream.read(PIECE):
            yield piece


def _kept_out(actor: User, file: FileInRoom) -> str:
    """Why a file stays out of an archive that this person asked for; empty where it comes in."""
    if file.is_withdrawn:
        return f"withdrawn, not in the archive: {file.version.item.withdrawn_because}"
    answer = may(actor, "evidence.take-out", file.version)
    return f"not in the archive: {answer.reason}" if isinstance(answer, Denied) else ""


@transaction.atomic
def sweep_exports() -> list[uuid.UUID]:
    """Gives back what a dead worker held, deletes what is old; returns those to ring for."""
    now, states = timezone.now(), RoomExport.State
    late = RoomExport.objects.filter(lapsed(LEASE), state=states.RUNNING)
    late.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=states.FAILED, finished_at=now,
        failure="The archive could not be written in three attempts; ask for it again.",
    )  # fmt: skip
    late.filter(attempts__lt=MAX_ATTEMPTS).update(state=states.QUEUED, lease_until=None)
    for old in RoomExport.objects.filter(state=states.READY, finished_at__lt=now - KEPT):
        storages["default"].delete(old.path)
        RoomExport.objects.filter(pk=old.pk).update(state=states.GONE, path="")
    queued = RoomExport.objects.filter(state=states.QUEUED).order_by("requested_at")
    return list(queued.values_list("pk", flat=True)[:20])


def forget_exports() -> None:
    """Marks archives as gone that a restored system does not have."""
    RoomExport.objects.filter(state=RoomExport.State.READY).update(
        state=RoomExport.State.GONE, path=""
    )


def record_export_download(*, actor: User, export: RoomExport) -> None:
    """Leaves a line for every download of an archive, with its hash."""
    require(actor, "room.export", export.deal)
    require(actor, "evidence.take-out", export)
    record(
        actor=actor, verb="room.export-download", deal=export.deal, about=export,
        text=f"downloaded the archive of the room with the hash {export.sha256[:16]}…",
    )  # fmt: skip
