"""Bytes become a blob: hashed where they lie, stored once by content, never through memory.

Files come in next to where evidence is kept (`incoming` in the data folder), so that on one machine
keeping a file is a rename, whatever its size. With object storage it is sent from there.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import transaction

from diligence.lib.disks import FULL, is_full
from diligence.lib.fingerprints import fingerprint_of
from diligence.lib.sealed import new_key, opened, seal
from diligence.lib.sniffing import sniffed_type
from diligence.models import Blob, Deal, EvidenceVersion, Scan
from diligence.services.errors import Refused
from diligence.services.sealing_keys import give_key, key_of, seals

HEAD = 64 * 1024
"""Bytes that the type is sniffed from."""
PIECE = 1024 * 1024
"""Bytes read at a time."""


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
    with _spool() as (path, spool):
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > settings.PROOFROOM_UPLOAD_BYTES:
                limit = readable_size(settings.PROOFROOM_UPLOAD_BYTES)
                raise Refused(f"{filename} is larger than the {limit} that are accepted here.")
            spool.write(chunk)
        spool.flush()
        if size == 0:
            raise Refused(f"{filename} is empty (0 bytes); choose the file again.")
        return keep_file(path, fingerprint(path), deal)


@contextmanager
def _spool() -> Iterator[tuple[Path, IO[bytes]]]:
    handle, name = tempfile.mkstemp(dir=incoming_folder(), suffix=".form")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as spool:
            yield path, spool
    except OSError as error:
        if not is_full(error):
            raise
        raise Refused(f"{FULL}; tell the firm, then hand it in again.") from None
    finally:
        path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Found:
    """What a file on our disk is: by its bytes, not by what was said of it."""

    sha256: str
    tree: str
    size: int
    media_type: str


def fingerprint(path: Path) -> Found:
    """Hashes what lies on the disk, once it is sure to be there after a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        head = file.read(HEAD)
        file.seek(0)
        found = fingerprint_of(file)
    return Found(found.sha256, found.tree, found.size, sniffed_type(head))


def keep_file(path: Path, found: Found, deal: Deal) -> Kept:
    """Keeps a file of ours under its hash and takes it away from where it lay.

    First the bytes, then the row: a crash in between leaves at most a file that nothing speaks of.
    """
    blob = Blob.objects.filter(pk=found.sha256, gone_at=None).first()
    if blob is None or not _is_whole(blob):
        blob = _keep_sealed(path, found, deal) if seals() else _keep_plain(path, found)
    path.unlink(missing_ok=True)
    return Kept(blob, found.media_type)


def _is_whole(blob: Blob) -> bool:
    """A plain file that is damaged or gone is put there again by whoever hands it in again."""
    storage = storages["default"]
    if not storage.exists(blob.path):
        return False
    return blob.keys.exists() if blob.sealed else storage.size(blob.path) == blob.size


def _keep_plain(path: Path, found: Found) -> Blob:
    """On one machine a rename, in which a file of any size takes no time."""
    place = _place(found.sha256)
    _put(storages["default"], place, path, found.size)
    blob, made = Blob.objects.get_or_create(
        sha256=found.sha256, defaults={"size": found.size, "path": place}
    )
    if not made and (blob.gone_at is not None or blob.sealed):
        _bring_back(blob, path, place)
    return blob


@transaction.atomic
def _bring_back(blob: Blob, path: Path, place: str) -> None:
    """Keeps bytes again that were deleted for another deal, one hand at a time."""
    Blob.objects.select_for_update().get(pk=blob.pk)
    _put(storages["default"], place, path, blob.size)
    _now_at(blob, place, sealed=False)


def _now_at(blob: Blob, place: str, *, sealed: bool) -> None:
    """The row says where the bytes lie now; what a scanner said of lost ones counts no more."""
    blob.path, blob.sealed, blob.gone_at = place, sealed, None
    blob.scan, blob.scan_note = Scan.NOT, ""
    blob.save(update_fields=["path", "sealed", "gone_at", "scan", "scan_note"])


def _keep_sealed(path: Path, found: Found, deal: Deal) -> Blob:
    """Seals a copy under a name of its own, for of two at the same moment one key has to win."""
    with path.open("rb") as plain:
        place, key = _sealed_copy(plain, found.sha256)
    blob = _row_of_sealed(found, place, deal, key)
    if blob.path != place:
        storages["default"].delete(place)
    return blob


def _sealed_copy(plain: IO[bytes], sha256: str) -> tuple[str, bytes]:
    """Where the sealed bytes lie now, and what opens them."""
    key, place = new_key(), f"{_place(sha256)}.{secrets.token_hex(8)}"
    with _spool() as (copy, spool):
        seal(plain, spool, key)
        spool.flush()
        os.fsync(spool.fileno())
        with copy.open("rb") as file:
            storages["default"].save(place, _Movable(file, name=str(copy)))
    return place, key


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
        blob.keys.all().delete()
        _now_at(blob, place, sealed=True)
    if made or lost:
        give_key(blob, deal, key)
    return blob


def kept_before(sha256: str) -> Kept | None:
    """What a process put into the storage before it died, if it did."""
    storage, place = storages["default"], _place(sha256)
    sealed = Blob.objects.filter(pk=sha256, sealed=True, gone_at=None).first()
    if sealed is not None:
        with open_blob(sealed) as file:
            return Kept(sealed, sniffed_type(file.read(HEAD)))
    if not storage.exists(place):
        return None
    blob, _ = Blob.objects.get_or_create(
        sha256=sha256, defaults={"size": storage.size(place), "path": place}
    )
    with open_blob(blob) as file:
        return Kept(blob, sniffed_type(file.read(HEAD)))


def _place(sha256: str) -> str:
    return f"blobs/{sha256[:2]}/{sha256}"


def _put(storage: Storage, place: str, path: Path, size: int) -> None:
    if storage.exists(place):
        if storage.size(place) == size:
            return
        storage.delete(place)
    with path.open("rb") as file:
        saved = storage.save(place, _Movable(file, name=str(path)))
    if saved != place:  # two uploads of the same bytes at the same moment: one is enough
        storage.delete(saved)


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
        shutil.copyfileobj(stored, out, PIECE)
    return str(copy)
