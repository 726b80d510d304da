"""A plain folder as it lies there: links are not followed, and a `.git` in it is left alone."""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from audits.engine.types import Skipped
from audits.facts.tree import File, Tree
from audits.sources.paths import LINK, NOT_A_FILE, Listing, decoded
from audits.sources.snapshot import Content, Limits, Snapshot, SourceError

UNREADABLE = "could not be read: {}"
EMPTY = "This folder has no files in it; name the folder that holds the code."
_CHUNK = 1024 * 1024
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def open_folder(path: Path, location: str, limits: Limits) -> Iterator[Snapshot]:
    """The snapshot of a folder's files at this moment."""
    root = os.fsencode(path)
    listing = Listing(limits)
    raw_of: dict[str, bytes] = {}
    for raw in _walk(root, listing):
        name = decoded(raw)
        if listing.fits(name):
            file = _described(_joined(root, raw), name, listing)
            if file is not None:
                listing.add(file)
                raw_of[name] = raw
    files, skipped = listing.closed()
    if not files:
        raise SourceError(EMPTY)

    def read(wanted: Sequence[File]) -> Iterator[tuple[File, Content]]:
        for file in wanted:
            yield file, _content(_joined(root, raw_of[file.path]), file.path)

    yield Snapshot(location, Tree(files), read, skipped=skipped)


def _walk(root: bytes, listing: Listing) -> Iterator[bytes]:
    """Relative paths of regular files in a fixed order, without recursion."""
    queue = [b""]
    while queue:
        folder = queue.pop()
        below: list[bytes] = []
        for name, kind in _entries(_joined(root, folder), folder, listing):
            path = folder + b"/" + name if folder else name
            if kind == "folder":
                below.append(path)
            elif kind == "file":
                yield path
            else:
                listing.skip(decoded(path), kind)
        queue.extend(reversed(below))


def _joined(root: bytes, path: bytes) -> bytes:
    return root + b"/" + path if path else root


def _entries(folder: bytes, shown: bytes, listing: Listing) -> list[tuple[bytes, str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((e.name, kind_of(e)) for e in entries if e.name != b".git")
    except OSError as error:
        listing.skip_folder(decoded(shown) or ".", UNREADABLE.format(error.strerror))
        return []


def kind_of(entry: "os.DirEntry[bytes]") -> str:
    """`folder`, `file`, or the reason for neither."""
    if entry.is_symlink():
        return LINK
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else NOT_A_FILE


def _described(full: bytes, name: str, listing: Listing) -> File | None:
    """The file with the hash of its content; one beyond the limit has none, it is never read."""
    try:
        descriptor = os.open(full, _FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > listing.limits.file_bytes:
                return File(name, size, "")
            digest = hashlib.sha256()
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        listing.skip(name, UNREADABLE.format(error.strerror))
        return None
    return File(name, size, digest.hexdigest())


def _content(full: bytes, name: str) -> Content:
    try:
        descriptor = os.open(full, _FLAGS)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return Skipped(name, NOT_A_FILE)
            return stream.read()
    except OSError as error:
        return Skipped(name, UNREADABLE.format(error.strerror))
