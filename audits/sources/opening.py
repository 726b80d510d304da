"""Tells what a location is and opens it: the one way into an examination."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audits.sources.folder import open_folder
from audits.sources.git import open_git
from audits.sources.shadow import git_folder
from audits.sources.snapshot import LIMITS, Limits, Notice, Snapshot, SourceError, silent

NOTHING_THERE = "There is nothing at this path; check its spelling."
NO_REVISION = (
    "A revision can only be chosen in a git repository, and this is a plain {}; "
    "leave --rev out, or hand in a bundle."
)


@contextmanager
def open_source(
    location: str,
    *,
    rev: str | None = None,
    token: str | None = None,
    limits: Limits = LIMITS,
    notice: Notice = silent,
) -> Iterator[Snapshot]:
    """The snapshot of whatever lies at `location`, valid inside the `with`.

    Raises SourceError, whose message is fit for a person, where it cannot be used.
    """
    path = Path(location)
    if not path.exists():
        raise SourceError(NOTHING_THERE)
    git = git_folder(path) if path.is_dir() else None
    if git is not None:
        with open_git(git, location, rev, limits) as snapshot:
            yield snapshot
    elif path.is_dir():
        if rev is not None:
            raise SourceError(NO_REVISION.format("folder"))
        with open_folder(path, location, limits) as snapshot:
            yield snapshot
    else:
        raise SourceError("not yet")
