"""Zip and tar archives, read as streams: nothing is unpacked onto the disk, no name is trusted.

The archive is gone through once to list and hash its files, and again for each reading. A `.git` in
it is left alone, and a single folder around everything is taken off the paths.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from audits.engine.types import Skipped
from audits.facts.tree import File, Tree
from audits.sources.archive_members import Archive, BadMember, Bomb, Member
from audits.sources.paths import OUTSIDE, Listing, leads_out
from audits.sources.snapshot import Content, Limits, Snapshot, SourceError

EMPTY_ARCHIVE = "This archive has no files in it; make it again from the folder with the code."
_IGNORED = frozenset({".git", "__MACOSX"})


@contextmanager
def open_archive(archive: Archive, location: str, limits: Limits) -> Iterator[Snapshot]:
    """The snapshot of an archive's files."""
    listing = Listing(limits)
    index_of = _index(archive, listing)
    files, skipped = listing.closed()
    if not files:
        raise SourceError(EMPTY_ARCHIVE)
    top = _common_folder(files)
    files = tuple(replace(f, path=f.path.removeprefix(top)) for f in files)
    skipped = tuple(replace(s, path=s.path.removeprefix(top)) for s in skipped)

    def read(wanted: Sequence[File]) -> Iterator[tuple[File, Content]]:
        by_index = {index_of[top + file.path]: file for file in wanted}
        for index, member in enumerate(archive.members()):
            if not by_index:
                return
            file = by_index.pop(index, None)
            if file is not None:
                yield file, _content(member, file)

    yield Snapshot(location, Tree(files), read, skipped=skipped, scattered=False)


def _index(archive: Archive, listing: Listing) -> dict[str, int]:
    """Lists every file; the position of each in the archive, by its path there."""
    index_of: dict[str, int] = {}
    for index, member in enumerate(archive.members()):
        if index > 2 * listing.limits.files:
            raise SourceError(Bomb.members(listing.limits.files))
        file = _listed(member, listing)
        if file is not None:
            listing.add(file)
            index_of[file.path] = index
    return index_of


def in_archive(member: Member, listing: Listing) -> str | None:
    """The path of a file within; None, with the reason noted, where the member is left out."""
    parts = [part for part in member.path.split("/") if part not in ("", ".")]
    if member.reason == "folder" or _IGNORED & set(parts):
        return None
    path = "/".join(parts)
    if leads_out(member.path) or leads_out(path) or "\0" in path:
        listing.skip(member.path, OUTSIDE.format("archive"))
    elif member.reason:
        listing.skip(path, member.reason)
    elif listing.fits(path):
        return path
    return None


def _listed(member: Member, listing: Listing) -> File | None:
    """The file with the hash of its content; None, with the reason noted, where it is left out."""
    path = in_archive(member, listing)
    if path is None:
        return None
    if member.size > listing.limits.file_bytes:
        return File(path, member.size, "")
    return _hashed(member, path, listing)


def _hashed(member: Member, path: str, listing: Listing) -> File | None:
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in member.chunks():
            digest.update(chunk)
            size += len(chunk)
    except BadMember as error:
        listing.skip(path, str(error))
        return None
    return File(path, size, digest.hexdigest())


def _content(member: Member, file: File) -> Content:
    try:
        return b"".join(member.chunks())
    except BadMember as error:
        return Skipped(file.path, str(error))


def _common_folder(files: Sequence[File]) -> str:
    """The one folder around all files with its slash, or an empty string."""
    first = files[0].path.partition("/")
    top = first[0] + first[1]
    return top if first[1] and all(f.path.startswith(top) for f in files) else ""
