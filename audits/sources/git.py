"""A git repository's tree at a commit, read from its objects: no checkout, filter or fetching."""

import hashlib
import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from audits.engine.types import Skipped
from audits.facts.tree import File, Tree
from audits.sources.git_listing import Memory, ask, listed
from audits.sources.git_process import Git
from audits.sources.shadow import DAMAGED, Names, shadow_of
from audits.sources.snapshot import Content, Limits, Snapshot, SourceError

NO_CONTENT = "its content is not in this copy of the repository"
BROKEN_CONTENT = "its content in the repository is damaged"
NO_COMMITS = (
    "This repository has no commits yet; commit the code, or hand in the folder without its .git."
)
_MOST_RESTARTS = 200
_LONGEST_REVISION = 250


@contextmanager
def open_git(
    path: Path, location: str, rev: str | None, limits: Limits, memory: Memory | None = None
) -> Iterator[Snapshot]:
    """The snapshot of a git directory at a revision (HEAD unless said)."""
    with TemporaryDirectory(prefix="proofroom-") as scratch:
        git, names = shadow_of(path, Path(scratch) / "shadow", limits.seconds)
        yield snapshot_of(git, names, location, rev, limits, memory)


def snapshot_of(
    git: Git,
    names: Names,
    location: str,
    rev: str | None,
    limits: Limits,
    memory: Memory | None = None,
) -> Snapshot:
    """The tree at a revision of a git directory of our own."""
    commit = _commit_of(git, names, rev)
    files, skipped = listed(git, commit, limits, memory)
    return Snapshot(
        location=location,
        tree=Tree(files, commit),
        reader=_Blobs(git).read,
        committed_at=_time_of(git, commit),
        skipped=skipped,
        git_dir=git.git_dir,
        objects=git.objects,
    )


def _commit_of(git: Git, names: Names, rev: str | None) -> str:
    """The full id of the commit that a revision names. Raises SourceError with what to name."""
    if rev is not None and not _is_revision(rev):
        raise SourceError(
            f"The revision {rev[:_LONGEST_REVISION]!r} cannot be one; "
            "give a branch, a tag or a commit id."
        )
    spec = "HEAD" if rev is None else rev
    answer = git.run(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{spec}^{{commit}}"
    )  # fmt: skip
    if answer.ok and re.fullmatch(r"[0-9a-f]{40,64}", answer.text):
        return answer.text
    raise SourceError(_why_no_commit(names, rev))


def _is_revision(rev: str) -> bool:
    """Whether a text may go to git: no option, nothing that cannot be seen, of sensible length."""
    plain = rev.isprintable() and rev.strip() and not rev.startswith("-")
    return bool(plain) and len(rev) <= _LONGEST_REVISION


def _why_no_commit(names: Names, rev: str | None) -> str:
    if not names.refs and not re.fullmatch(r"[0-9a-f]{40,64}", names.head):
        return NO_COMMITS
    known = f"known branches: {few(names.branches)}" if names.branches else "there are no branches"
    if rev not in (None, "HEAD"):
        return (
            f"The revision {rev!r} is not in this repository ({known}); "
            "give a branch, a tag or a commit id that it holds."
        )
    target = names.refs.get(names.head, "" if names.head.startswith("refs/") else names.head)
    if target:
        return DAMAGED
    return (
        f"HEAD of this repository names no commit ({known}); say with --rev which one to examine."
    )


def few(branches: Sequence[str]) -> str:
    """The first names of branches, as they can be printed."""
    shown = ", ".join(repr(b)[1:-1] for b in branches[:5])
    return f"{shown} and {len(branches) - 5} more" if len(branches) > 5 else shown


def _time_of(git: Git, commit: str) -> str | None:
    answer = git.run("log", "--no-walk", "--format=%ct", "--end-of-options", commit)
    try:
        moment = datetime.fromtimestamp(int(answer.text), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.isoformat().replace("+00:00", "Z")


class _Blobs:
    """Streams blobs through `git cat-file`, each distinct one once."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, Content]]:
        """The content of the files; files of the same blob follow each other."""
        by_blob: dict[str, list[File]] = defaultdict(list)
        for file in files:
            by_blob[file.blob].append(file)
        for blob, content in self._contents(list(by_blob)):
            for file in by_blob[blob]:
                yield file, (content if isinstance(content, bytes) else Skipped(file.path, content))

    def _contents(self, blobs: list[str]) -> Iterator[tuple[str, bytes | str]]:
        """Bytes or a reason for each blob. Git gives up at a damaged packed object: start anew."""
        position = 0
        for _ in range(_MOST_RESTARTS):
            for content in self._stream(blobs[position:]):
                yield blobs[position], content
                position += 1
            if position >= len(blobs):
                return
            yield blobs[position], BROKEN_CONTENT
            position += 1
        for blob in blobs[position:]:
            yield blob, BROKEN_CONTENT

    def _stream(self, blobs: list[str]) -> Iterator[bytes | str]:
        """What one process gives, up to the first object that it breaks off at."""
        if not blobs:
            return
        with self._git.talking("cat-file", "--batch", "--buffer") as process:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("git was started without pipes")
            threading.Thread(target=ask, args=(process.stdin, blobs), daemon=True).start()
            for _ in blobs:
                content = _answer(process.stdout)
                if content is None:
                    return
                yield content


def _answer(stream: IO[bytes]) -> bytes | str | None:
    """The next object, a reason, or None where git broke off."""
    header = stream.readline().split()
    if len(header) == 2 and header[1] == b"missing":
        return NO_CONTENT
    if len(header) != 3 or not header[2].isdigit():
        return None
    size = int(header[2])
    content = stream.read(size)
    if len(content) != size or stream.read(1) != b"\n":
        return None
    return content if _is(header[0], content) else BROKEN_CONTENT


def _is(oid: bytes, content: bytes) -> bool:
    """Whether a blob's content is the one that its id stands for; git does not look."""
    digest = hashlib.sha1(usedforsecurity=False) if len(oid) == 40 else hashlib.sha256()
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest().encode() == oid
