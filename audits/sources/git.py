"""A git repository's tree at a commit, read from its objects: no checkout, filter or fetching."""

import hashlib
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from audits.engine.types import Skipped
from audits.facts.tree import File, Tree
from audits.sources.git_process import Git
from audits.sources.paths import IN_GIT, LINK, OUTSIDE, SUBMODULE, Listing, decoded, leads_out
from audits.sources.shadow import DAMAGED, Names, shadow_of
from audits.sources.snapshot import Content, Limits, Snapshot, SourceError

NO_CONTENT = "its content is not in this copy of the repository"
BROKEN_CONTENT = "its content in the repository is damaged"
CUT_TREE = (
    "part of the file tree could not be read: objects of the repository are missing or damaged"
)
NO_COMMITS = (
    "This repository has no commits yet; commit the code, or hand in the folder without its .git."
)
_RECORD = re.compile(r"(\d{6,11}) [a-z]{4,6} ([0-9a-f]{40,64})(?: {1,20}(\S{1,20}))?\t([^\0]+)")
_MODES = {"120000": LINK, "160000": SUBMODULE}
_MOST_RESTARTS = 200
_CHUNK = 1024 * 1024
_LONGEST_REVISION = 250


@contextmanager
def open_git(path: Path, location: str, rev: str | None, limits: Limits) -> Iterator[Snapshot]:
    """The snapshot of a git directory at a revision (HEAD unless said)."""
    with TemporaryDirectory(prefix="proofroom-") as scratch:
        git, names = shadow_of(path, Path(scratch) / "shadow", limits.seconds)
        yield snapshot_of(git, names, location, rev, limits)


def snapshot_of(git: Git, names: Names, location: str, rev: str | None, limits: Limits) -> Snapshot:
    """The tree at a revision of a git directory of our own."""
    commit = _commit_of(git, names, rev)
    files, skipped = _listed(git, commit, limits)
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


def _listed(git: Git, commit: str, limits: Limits) -> tuple[tuple[File, ...], tuple[Skipped, ...]]:
    """Every file at the commit; links and submodules are listed as skipped."""
    listing = Listing(limits)
    whole = _take_all(git, listing, ("ls-tree", "-r", "-l", "-z", "--full-tree", commit))
    if not whole:
        # A damaged blob ends a listing with sizes; without them only a damaged tree does.
        listing = Listing(limits)
        whole = _take_all(git, listing, ("ls-tree", "-r", "-z", "--full-tree", commit))
        listing.files = sized(git, listing.files)
    if not whole:
        if not (listing.files or listing.skipped):
            raise SourceError(DAMAGED)
        listing.skip(".", CUT_TREE, max(1, len(listing.files)))  # as much again may be missing
    return listing.closed()


def _take_all(git: Git, listing: Listing, command: Sequence[str]) -> bool:
    """Takes the records of a listing until there are too many; False where git broke off."""
    with git.talking(*command) as process:
        if process.stdout is None:
            raise RuntimeError("git was started without pipes")
        for part in _portions(process.stdout):
            _take(listing, part)
            if listing.is_full:
                return True
        return process.wait() == 0


def records(stream: IO[bytes]) -> Iterator[bytes]:
    """Records that end with a NUL; a last one that is cut off is left out."""
    for part in _portions(stream):
        yield from part.split(b"\0")


def _portions(stream: IO[bytes]) -> Iterator[bytes]:
    """Some whole records at a time, without the NUL of the last."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        part, found, rest = (rest + chunk).rpartition(b"\0")
        if found:
            yield part


def sized(git: Git, files: Iterable[File]) -> list[File]:
    """The files with their sizes, 0 for what cannot be told."""
    kept = list(files)
    oids = sorted({file.blob for file in kept})
    sizes: dict[str, int] = {}
    with git.talking("cat-file", "--batch-check=%(objectname) %(objectsize)") as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("git was started without pipes")
        threading.Thread(target=_ask, args=(process.stdin, oids), daemon=True).start()
        for line in process.stdout:
            oid, _, size = line.decode("ascii", "replace").strip().partition(" ")
            sizes[oid] = int(size) if size.isdigit() else 0
    return [File(file.path, sizes.get(file.blob, 0), file.blob) for file in kept]


def _take(listing: Listing, records: bytes) -> None:
    """Records of ls-tree: `mode type id [size] TAB path`, with a NUL between them."""
    for mode, oid, size, path in _RECORD.findall(decoded(records)):
        # Only such a path can have a part that misleads, and hardly any is one.
        odd = path[0] in "./" or "/." in path or path[1:2] == ":"
        if mode in _MODES:
            listing.skip(path, _MODES[mode])
        elif odd and (leads_out(path) or "." in path.split("/")):
            listing.skip(path, OUTSIDE.format("repository"))
        elif odd and ".git" in path.lower().split("/"):
            listing.skip(path, IN_GIT)
        elif listing.fits(path):
            listing.add(File(path, int(size) if size.isdigit() else 0, oid))


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
            threading.Thread(target=_ask, args=(process.stdin, blobs), daemon=True).start()
            for _ in blobs:
                content = _answer(process.stdout)
                if content is None:
                    return
                yield content


def _ask(stream: IO[bytes], blobs: Iterable[str]) -> None:
    """Writes the ids from a thread of its own, so that neither side waits for the other."""
    with suppress(BrokenPipeError, ValueError, OSError):
        stream.write("".join(f"{blob}\n" for blob in blobs).encode())
        stream.close()


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
