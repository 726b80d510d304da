"""What every kind of source gives: a pinned tree, its bytes on demand, what was left out."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from audits.engine.types import Skipped
from audits.facts.tree import File, Tree
from diligence.lib.outgoing import NONE, PrivateHosts

MEBI = 1024 * 1024

Content = bytes | Skipped
"""The bytes of a file, or why there are none."""

Reader = Callable[[Sequence[File]], Iterator[tuple[File, Content]]]

Notice = Callable[[str, int, int], None]
"""Told the stage, what is done and how much there is; a total of 0 means that nobody knows."""


class SourceError(Exception):
    """A source that cannot be used; the message is one sentence that says why and what to do."""


class Limits(Struct, frozen=True):
    """How much of a source is looked at. What a limit cuts off is listed as skipped or refused.

    `files` in a tree; `file_bytes` of one file; `total_bytes` unpacked from an archive or fetched;
    `ratio` of unpacked to packed bytes of an archive; `path_bytes` and `depth` of one path;
    `seconds` that one git command may take. `private_hosts` are the firm's own.
    Of the history the newest `history_commits` are looked at, up to `history_log_bytes` of git's
    log, and the newest `history_bytes` of versions of files that the tree does not have any more.
    `facts_bytes` of memory may be taken by what was made of single files.
    """

    files: int = 200_000
    file_bytes: int = 32 * MEBI
    total_bytes: int = 8 * 1024 * MEBI
    ratio: int = 200
    path_bytes: int = 4096
    depth: int = 100
    seconds: int = 900
    private_hosts: PrivateHosts = NONE
    history_commits: int = 50_000
    history_log_bytes: int = 64 * MEBI
    history_bytes: int = 160 * MEBI
    facts_bytes: int = 160 * MEBI


LIMITS = Limits()


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class Snapshot(Struct, frozen=True):
    """A tree at a commit (or as found), with a reader of its blobs. Valid while its source is open.

    `git_dir` is a private git directory where there is a history to read, over the objects in
    `objects`, or its own where that is None.
    `scattered` sources give a few files without going through all of them, archives do not.
    """

    location: str
    tree: Tree
    reader: Reader
    committed_at: str | None = None
    skipped: tuple[Skipped, ...] = ()
    git_dir: Path | None = None
    objects: Path | None = None
    scattered: bool = True

    @property
    def commit(self) -> str | None:
        """The full commit id, or None where there is none."""
        return self.tree.commit

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(f.size for f in self.tree)

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, Content]]:
        """The content of these files, each once, in an order that suits the source."""
        return self.reader(files)


def megabytes(count: int) -> str:
    """A size as people say it."""
    return f"{count / MEBI:,.0f} MB" if count >= MEBI else f"{count:,} bytes"
