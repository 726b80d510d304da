"""Tells what a location is, by its content, and opens it: the one way into an examination."""

import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from audits.sources.archive import open_archive
from audits.sources.archive_members import Archive, Tar, Zip
from audits.sources.bundle import MAGIC, open_bundle
from audits.sources.folder import open_folder
from audits.sources.git import open_git
from audits.sources.git_listing import Memory
from audits.sources.remote import HTTPS_ONLY, open_remote
from audits.sources.shadow import git_folder
from audits.sources.snapshot import LIMITS, Limits, Notice, Snapshot, SourceError, silent

NOTHING_THERE = "There is nothing at this path; check its spelling."
NO_PERMISSION = "This path may not be read by the user that runs Proofroom; change its permissions."
SPECIAL = (
    "This is neither a file nor a folder; name a repository, a bundle, an archive or a folder."
)
EMPTY_FILE = "This file is empty (0 bytes); make the bundle or archive again and hand it in."
NO_REVISION = (
    "A revision can only be chosen in a git repository, and this is {}; "
    "leave the revision out, or hand in a git bundle."
)
NOT_A_ZIP = (
    "This file is named .zip but is not a zip archive; make it again, or hand in a git bundle."
)
UNSUPPORTED = (
    "This file is neither a git bundle nor a .zip, .tar, .tar.gz or .tar.zst archive; make a "
    "bundle with `git bundle create repository.bundle --all`."
)
_SCHEME = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*(://|::)")
_SCP_LIKE = re.compile(r"\A[^/\s@]+@[^/\s:@]+:\S+")


@contextmanager
def open_source(
    location: str,
    *,
    rev: str | None = None,
    token: str | None = None,
    limits: Limits = LIMITS,
    notice: Notice = silent,
    memory: Memory | None = None,
) -> Iterator[Snapshot]:
    """The snapshot of whatever lies at `location`, valid inside the `with`.

    A `memory` makes a large tree that was opened before sooner known, and never another.
    Raises SourceError, whose message is fit for a person, where it cannot be used.
    """
    if _SCHEME.match(location):
        with open_remote(location, rev, token, limits, notice, memory) as snapshot:
            yield snapshot
        return
    with _local(location, rev, limits, memory) as snapshot:
        yield snapshot


def _local(
    location: str, rev: str | None, limits: Limits, memory: Memory | None
) -> AbstractContextManager[Snapshot]:
    path = _existing(location)
    if path.is_dir():
        git = git_folder(path)
        if git is not None:
            return open_git(git, location, rev, limits, memory)
        if rev is not None:
            raise SourceError(NO_REVISION.format("a plain folder"))
        return open_folder(path, location, limits)
    if not path.is_file():
        raise SourceError(SPECIAL)
    head = _first_bytes(path)
    if head.startswith(MAGIC):
        return open_bundle(path, location, rev, limits, memory)
    archive = archive_at(path, limits)
    if rev is not None:
        raise SourceError(NO_REVISION.format("an archive"))
    return open_archive(archive, location, limits)


def _existing(location: str) -> Path:
    path = Path(location)
    try:
        there = path.exists()
    except OSError:
        there = False
    if not there and _SCP_LIKE.fullmatch(location):
        raise SourceError(HTTPS_ONLY)
    if not there:
        raise SourceError(NOTHING_THERE)
    if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
        raise SourceError(NO_PERMISSION)
    return path


def _first_bytes(path: Path) -> bytes:
    """Enough of a file to tell every kind that is read. Raises SourceError if there is none."""
    with path.open("rb") as stream:
        head = stream.read(512)
    if not head:
        raise SourceError(EMPTY_FILE)
    return head


def archive_at(path: Path, limits: Limits) -> Archive:
    """The archive in a file, told by its first bytes. Raises SourceError where it is none."""
    head = _first_bytes(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Zip(path, limits)
    if head.startswith(b"\x1f\x8b"):
        return Tar(path, "gzip", limits)
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return Tar(path, "zstd", limits)
    if head[257:262] == b"ustar":
        return Tar(path, "", limits)
    raise SourceError(NOT_A_ZIP if path.suffix.lower() == ".zip" else UNSUPPORTED)
