"""Unpacks an archive into a private folder, for readers that need files where they can be sought.

Only regular files are written, each under a path that stays within; links, devices and names that
lead out are left out with the reason. The limits are those of an archive that is read as a stream.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from audits.engine.types import Skipped
from audits.facts.tree import File
from audits.sources.archive import in_archive
from audits.sources.archive_members import BadMember, Bomb, Member
from audits.sources.opening import archive_at
from audits.sources.paths import Listing
from audits.sources.snapshot import Limits, SourceError

NO_ROOM = (
    "There is no room on this machine to unpack this archive; hand in fewer files, or tell "
    "whoever runs Proofroom."
)
NOT_WRITTEN = "its name cannot be a file's here ({})"
EMPTY_ARCHIVE = "This archive has no files in it; make it again from the folder."
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def unpack(path: Path, into: Path, limits: Limits) -> tuple[Skipped, ...]:
    """Writes the files of an archive below `into`; what was left out, with reasons.

    Raises SourceError where it is damaged, locked, empty, or unfolds to more than is allowed.
    """
    listing = Listing(limits)
    for file, member in _wanted(path, listing):
        try:
            _write(into / file.path, member)
        except BadMember as error:
            listing.skip(file.path, str(error))
        except OSError as error:
            if error.errno in _FULL:
                raise SourceError(NO_ROOM) from None
            listing.skip(file.path, NOT_WRITTEN.format(error.strerror))
        else:
            listing.add(file)
    files, skipped = listing.closed()
    if not files:
        raise SourceError(EMPTY_ARCHIVE)
    return skipped


def _wanted(path: Path, listing: Listing) -> Iterator[tuple[File, Member]]:
    archive = archive_at(path, listing.limits)
    for index, member in enumerate(archive.members()):
        if index > 2 * listing.limits.files:
            raise SourceError(Bomb.members(listing.limits.files))
        name = in_archive(member, listing)
        if name is not None:
            yield File(name, member.size, ""), member


def _write(path: Path, member: Member) -> None:
    """A new file that nobody else may read; no link is ever made here that could lead elsewhere."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as out:
        for chunk in member.chunks():
            out.write(chunk)
