"""Bytes become a blob: hashed where they lie, stored once by content, never through memory.

Nothing of it lies plain in the storage (`lib/sealed.py`): a sealed copy is written next to where
evidence is kept (`incoming` in the data folder), and on one machine the storage takes it by a
rename. With object storage it is sent from there.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BufferedRandom
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.db import transaction

from diligence.lib.disks import FULL, is_full
from diligence.lib.fingerprints import fingerprint_of
from diligence.lib.sealed import (
    Tampered,
    new_key,
    opened,
    opened_under,
    seal,
    seal_under,
    sealed_size,
)
from diligence.lib.sniffing import sniffed_type
from diligence.models import Blob, Deal, EvidenceVersion, Preview, Scan
from diligence.services.errors import Refused
from diligence.services.sealing_keys import give_key, key_of

HEAD = 64 * 1024
"""Bytes that the type is sniffed from."""
PIECE = 1024 * 1024
"""Bytes read at a time."""
GONE = "The stored file is missing or damaged; ask whoever runs Proofroom to restore it."


class Unreachable(Refused):
    """The storage does not answer; what it holds may well be sound."""


@dataclass(frozen=True)
class Kept:
    """A blob, and what its first bytes show it to be."""

    blob: Blob
    media_type: str


class _Movable(File[bytes]):
    """A file that a storage on the same disk may take by renaming it, as Django's does."""

    def temporary_file_path(self) -> str:
        """Where it lies now."""
        return str(self.name)


def incoming_folder() -> Path:
    """Where files lie until they are whole."""
    folder = Path(settings.PROOFROOM_DATA_DIR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def is_local() -> bool:
    """Whether keeping a file is a rename on this machine, and not a transfer to a bucket."""
    return isinstance(storages["default"], FileSystemStorage)


def readable_size(size: int) -> str:
    """In the unit that a person would say it in, as file managers do: 1 GB is 1000 MB."""
    amount, unit = float(size), "bytes"
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if amount < 1000 or unit == "TB":
            break
        amount /= 1000
    return f"{amount:.3g} {unit}" if unit != "bytes" else f"{size} bytes"


def keep_stream(chunks: Iterable[bytes], filename: str, deal: Deal) -> Kept:
    """Keeps bytes as they come. Raises Refused for an empty file or one over the limit."""
    with _telling_of_a_full_disk(), plain_spool() as spool:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > settings.PROOFROOM_UPLOAD_BYTES:
                limit = readable_size(settings.PROOFROOM_UPLOAD_BYTES)
                raise Refused(f"{filename} is larger than the {limit} that are accepted here.")
            spool.write(chunk)
        if size == 0:
            raise Refused(f"{filename} is empty (0 bytes); choose the file again.")
        return keep_file(spool, fingerprint(spool), deal)


def plain_spool() -> BufferedRandom:
    """A file without a name for the time of a job: gone with its process, however that ends."""
    return tempfile.TemporaryFile(dir=incoming_folder())


@contextmanager
def _telling_of_a_full_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise
        raise Refused(f"{FULL}; tell the firm, then hand it in again.") from None


@contextmanager
def _sealed_spool() -> Iterator[tuple[Path, IO[bytes]]]:
    """A file that the storage may take by renaming it."""
    handle, name = tempfile.mkstemp(dir=incoming_folder(), suffix=".sealed")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as spool:
            yield path, spool
    finally:
        path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Found:
    """What a file of ours is: by its bytes, not by what was said of it."""

    sha256: str
    tree: str
    size: int
    media_type: str


def fingerprint(plain: IO[bytes]) -> Found:
    """Hashes a file from its beginning to its end."""
    plain.seek(0)
    head = plain.read(HEAD)
    plain.seek(0)
    found = fingerprint_of(plain)
    return Found(found.sha256, found.tree, found.size, sniffed_type(head))


def keep_file(plain: IO[bytes], found: Found, deal: Deal) -> Kept:
    """Keeps a file under its hash, sealed under a name of its own.

    First the bytes, then the row: a crash in between leaves at most a file that nothing speaks of
    and nothing opens. Of two uploads of the same bytes at the same moment one key has to win.
    """
    blob = Blob.objects.filter(pk=found.sha256, gone_at=None).first()
    if blob is None or not _is_whole(blob):
        plain.seek(0)
        place, key = _sealed_copy(plain, found.sha256)
        blob = _row_of_sealed(found, place, deal, key)
        if blob.path != place:
            storages["default"].delete(place)
    return Kept(blob, found.media_type)


def _is_whole(blob: Blob) -> bool:
    """A file that is damaged or gone is put there again by whoever hands it in again."""
    storage = storages["default"]
    if not storage.exists(blob.path):
        return False
    if blob.sealed and not blob.keys.exists():
        return False
    size = sealed_size(blob.size) if blob.sealed else blob.size
    return bool(storage.size(blob.path) == size)


def _sealed_copy(plain: IO[bytes], sha256: str) -> tuple[str, bytes]:
    """Where the sealed bytes lie now, and what opens them."""
    key, place = new_key(), f"blobs/{sha256[:2]}/{sha256}.{secrets.token_hex(8)}"
    with _stored_as(place) as spool:
        seal(plain, spool, key)
    return place, key


@contextmanager
def _stored_as(place: str) -> Iterator[IO[bytes]]:
    """What is written here is put into the storage, once it is sure to outlast a power cut."""
    with _sealed_spool() as (path, spool):
        yield spool
        spool.flush()
        os.fsync(spool.fileno())
        with path.open("rb") as file:
            storages["default"].save(place, _Movable(file, name=str(path)))


def keep_made(plain: IO[bytes], place: str, under: bytes) -> None:
    """Keeps what was made of a file or of a room, sealed under a key of the file or the room."""
    storages["default"].delete(place)
    with _stored_as(place) as spool:
        seal_under(plain, spool, under, place)


def open_made(place: str, under: bytes) -> tuple[IO[bytes], int]:
    """The plain bytes of it, and how many; also where an earlier release kept them plain.

    Raises Refused where the file is gone, Tampered where it is another or damaged.
    """
    try:
        stored: Any = storages["default"].open(place, "rb")
    except FileNotFoundError:
        raise Refused(GONE) from None
    return opened_under(stored, stored.size, under, place)


def require_opens(stream: IO[bytes], at: int = 0) -> None:
    """Raises Refused where the bytes from here on were changed, before anybody waits for them.

    Damage that lies further on breaks a download off.
    """
    try:
        stream.seek(at)
        stream.read(1)
        stream.seek(at)
    except Tampered:
        stream.close()
        raise Refused(GONE) from None


def seal_kept(blob: Blob) -> bool:
    """Seals a file that was kept plain; False where somebody else did, or no deal has it.

    Raises Refused where it is not what was handed in: then it stays as it lies, to be looked at.
    """
    with open_blob(blob) as plain:
        if fingerprint_of(plain).sha256 != blob.sha256:
            raise Refused(f"{blob.path} is not what was handed in; see verify_evidence.")
        plain.seek(0)
        place, key = _sealed_copy(plain, blob.sha256)
    with transaction.atomic():
        now = Blob.objects.select_for_update().get(pk=blob.pk)
        deals = Deal.objects.filter(evidence__versions__in=blob.versions.filter(deletion=None))
        ours = not now.sealed and now.gone_at is None and deals.exists()
        if ours:
            Blob.objects.filter(pk=blob.pk).update(path=place, sealed=True)
            for deal in deals.distinct():
                give_key(now, deal, key)
    storages["default"].delete(blob.path if ours else place)
    return ours


@transaction.atomic
def _row_of_sealed(found: Found, place: str, deal: Deal, key: bytes) -> Blob:
    """The row with the deal's key to it; whoever came second gets the row of the first."""
    blob, made = Blob.objects.get_or_create(
        sha256=found.sha256, defaults={"size": found.size, "path": place, "sealed": True}
    )
    blob = Blob.objects.select_for_update().get(pk=blob.pk)
    lost = not made and (blob.gone_at is not None or not _is_whole(blob))
    if lost:
        transaction.on_commit(partial(storages["default"].delete, blob.path))
        blob.keys.all().delete()
        Preview.objects.filter(blob=blob).delete()  # it opens with the key that goes
        _now_at(blob, place)
    if made or lost:
        give_key(blob, deal, key)
    return blob


def _now_at(blob: Blob, place: str) -> None:
    """The row says where the bytes lie now; what a scanner said of lost ones counts no more."""
    blob.path, blob.sealed, blob.gone_at = place, True, None
    blob.scan, blob.scan_note = Scan.NOT, ""
    blob.save(update_fields=["path", "sealed", "gone_at", "scan", "scan_note"])


def kept_before(sha256: str) -> Kept | None:
    """What a process put into the storage before it died, if it did."""
    blob = Blob.objects.filter(pk=sha256, gone_at=None).first()
    if blob is None or not _is_whole(blob):
        return None
    with open_blob(blob) as file:
        return Kept(blob, sniffed_type(file.read(HEAD)))


def require_there(version: EvidenceVersion) -> None:
    """Raises Refused where the bytes of this version were deleted under the firm's term."""
    if version.deletion is not None:
        raise Refused(
            f"{version.filename} was deleted on {version.deletion.at:%d %B %Y} under the firm's "
            "term. Its hash stays, and what was found in it."
        )


def open_blob(blob: Blob) -> IO[bytes]:
    """The bytes of a blob, as a file to read from. Raises Refused where they are not to be had."""
    storage: Any = storages["default"]
    key = key_of(blob) if blob.sealed else b""
    try:
        stored = storage.open(blob.path, "rb")
        return opened(stored, blob.size, key) if blob.sealed else stored
    except FileNotFoundError:
        raise Refused(
            f"The stored file {blob.sha256[:12]}… is missing from the evidence storage; "
            "restore it from a backup."
        ) from None
    except OSError as error:
        if is_local():
            raise
        raise Unreachable(f"The evidence storage cannot be read now: {error}") from error


def path_of_blob(blob: Blob, copy: Path) -> str:
    """Where a child process reads the bytes: where they lie, or in a copy made at this path."""
    try:
        if not blob.sealed:
            return str(storages["default"].path(blob.path))
    except NotImplementedError:
        pass
    with open_blob(blob) as stored, copy.open("wb") as out:
        try:
            shutil.copyfileobj(stored, out, PIECE)
        except Tampered:
            raise Refused(
                f"The stored file {blob.sha256[:12]}… was changed; restore it from a backup."
            ) from None
    return str(copy)
