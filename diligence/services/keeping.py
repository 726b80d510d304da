"""Bytes become a blob: hashed where they lie, stored once by content, never through memory.

Files come in next to where evidence is kept (`incoming` in the data folder), so that on one machine
keeping a file is a rename, whatever its size. With object storage it is sent from there.
"""

import os
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

from diligence.lib.fingerprints import fingerprint_of
from diligence.lib.sniffing import sniffed_type
from diligence.models import Blob, EvidenceVersion, Scan
from diligence.services.errors import Refused

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


def keep_stream(chunks: Iterable[bytes], filename: str) -> Kept:
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
        return keep_file(path, fingerprint(path))


@contextmanager
def _spool() -> Iterator[tuple[Path, IO[bytes]]]:
    handle, name = tempfile.mkstemp(dir=incoming_folder(), suffix=".form")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as spool:
            yield path, spool
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


def keep_file(path: Path, found: Found) -> Kept:
    """Keeps a file of ours under its hash and takes it away from where it lay.

    First the bytes, then the row: a crash in between leaves at most a file that the next upload of
    it reuses.
    """
    place = _place(found.sha256)
    _put(storages["default"], place, path, found.size)
    blob, _ = Blob.objects.get_or_create(
        sha256=found.sha256, defaults={"size": found.size, "path": place}
    )
    if blob.gone_at is not None:
        _bring_back(blob, path)
    path.unlink(missing_ok=True)
    return Kept(blob, found.media_type)


@transaction.atomic
def _bring_back(blob: Blob, path: Path) -> None:
    """Keeps bytes again that were deleted for another deal, one hand at a time."""
    Blob.objects.select_for_update().get(pk=blob.pk)
    _put(storages["default"], blob.path, path, blob.size)
    Blob.objects.filter(pk=blob.pk).update(gone_at=None, scan=Scan.NOT, scan_note="")


def kept_before(sha256: str) -> Kept | None:
    """What a process put into the storage before it died, if it did."""
    storage, place = storages["default"], _place(sha256)
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
    try:
        return storage.open(blob.path, "rb")  # type: ignore[no-any-return]
    except FileNotFoundError:
        raise Refused(
            f"The stored file {blob.sha256[:12]}… is missing from the evidence storage; "
            "restore it from a backup."
        ) from None
    except OSError as error:
        if is_local():
            raise
        raise Unreachable(f"The evidence storage cannot be read now: {error}") from error
