"""Reads git's log of a history: who, when, and the names and ids of the files that changed.

What a commit changed never changes itself. Where a `Memory` knows it from an earlier reading, git
is asked for the heads of all commits, which is cheap, and for the changes of those commits only
that are new since. The outcome is that of the whole log, limits included, or the whole log is read.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

from msgspec import Struct

from audits.facts.history import Change, Commit
from audits.facts.tree import Tree
from audits.sources.git_listing import records
from audits.sources.git_process import Git
from audits.sources.paths import decoded
from audits.sources.snapshot import Limits, megabytes

_FORMAT = "%x01%H%x00%P%x00%at%x00%ct%x00{}%x00{}%x00"
_HEAD_FIELDS = 6
_LARGEST_MAILMAP = 1024 * 1024
_LONGEST_NAME = 80
_CHANGES = ("--raw", "--no-abbrev", "--no-renames", "--root", "--no-ext-diff", "--no-textconv")
_ANEW = 20
"""Once one byte in so many is new, a log is kept anew."""

_Head = list[bytes]


class Told(Struct, frozen=True):
    """What the log says of a commit after its head: its changes, in so many bytes.

    Where it is not `whole`, a limit cut it off, and it has at least so many bytes.
    """

    changes: tuple[Change, ...]
    bytes: int
    whole: bool = True


class Memory(Protocol):
    """Where the changes of commits are kept between audits."""

    def told_of(self, commits: Sequence[str]) -> tuple[str, dict[str, Told]]:
        """The first of these commits whose log is kept, and its log; nothing where none is."""

    def keep(self, commit: str, told: Mapping[str, Told]) -> None:
        """Keeps the log of a commit."""


class Log(Struct, frozen=True):
    """The commits, newest first; `cut` says which limit ended them, `damaged` that git broke off.

    `told` has what can be kept of it.
    """

    commits: tuple[Commit, ...] = ()
    cut: str = ""
    damaged: bool = False
    told: Mapping[str, Told] | None = None


def log_of(git: Git, tree: Tree, limits: Limits, memory: Memory | None = None) -> Log:
    """The log of the commits that lead to the tree's."""
    reader = _Reader(git, tree, limits)
    log = _continued(reader, memory) if memory else None
    if log is None:
        log = reader.whole()
        if memory and log.told and not log.damaged:
            memory.keep(reader.commit, log.told)
    return log


def _continued(reader: "_Reader", memory: Memory) -> Log | None:
    """The log, as far as it was known before; None where it has to be read from the start."""
    heads = reader.heads()
    base, told = memory.told_of([_id_of(head) for head in heads])
    if not base:
        return None
    new: Mapping[str, Told] = {}
    if base != reader.commit:
        newer = reader.whole(since=base)
        if newer.damaged:
            return None
        new = newer.told or {}
        told.update(new)
    log = reader.joined(heads, told)
    if log and _size_told(new) * _ANEW > _size_told(told):
        memory.keep(reader.commit, told)
    return log


def _size_told(told: Mapping[str, Told]) -> int:
    """The bytes of the log that this stands for."""
    return sum(each.bytes for each in told.values())


class _Reader:
    """Asks git for the log of one tree's commit, within limits."""

    def __init__(self, git: Git, tree: Tree, limits: Limits) -> None:
        self.commit = tree.commit or ""
        self._git = git
        self._most_commits, self._most_bytes = limits.history_commits, limits.history_log_bytes
        self._too_long = (
            f"only the newest commits were looked at: the log exceeds {megabytes(self._most_bytes)}"
        )
        self._mailmap, self._who = _mailmap(tree, self.commit)

    def _command(self, *more: str, since: str = "") -> list[str]:
        """One more commit than are looked at shows whether there are more."""
        beyond = [f"^{since}"] if since else []
        return [*self._mailmap, "log", "-z", *more, "--no-color", "--no-show-signature",
                "--no-notes", f"--max-count={self._most_commits + 1}", f"--format={self._who}",
                "--end-of-options", self.commit, *beyond, "--"]  # fmt: skip

    def whole(self, since: str = "") -> Log:
        """All of it; only what is new since a commit where one is named."""
        told: dict[str, Told] = {}
        commits: list[Commit] = []
        lines = _Lines(self._most_bytes)
        with self._git.talking(*self._command(*_CHANGES, since=since)) as process:
            if process.stdout is None:
                raise RuntimeError("git was started without pipes")
            for head, said in lines.commits(records(process.stdout)):
                told[_id_of(head)] = said
                if said.whole:
                    commits.append(_commit(head, said.changes))
                if len(commits) == self._most_commits:
                    break
            ended = lines.full or len(commits) == self._most_commits or process.wait() == 0
        cut = self._too_long if lines.full else ""
        return Log(tuple(commits), cut, damaged=not ended, told=told)

    def heads(self) -> list[_Head]:
        """The heads of all commits, in the order of the log; none where git breaks off."""
        lines = _Lines(self._most_bytes)
        with self._git.talking(*self._command()) as process:
            if process.stdout is None:
                raise RuntimeError("git was started without pipes")
            heads = [head for head, _ in lines.commits(records(process.stdout))]
            return heads if process.wait() == 0 and not lines.full else []

    def joined(self, heads: Sequence[_Head], told: Mapping[str, Told]) -> Log | None:
        """What the whole log would give; None where that is not known.

        A log that is cut off does not tell that its last commit was complete: that is known when
        the next one begins.
        """
        commits: list[Commit] = []
        read = 0
        for head in heads:
            read += _size_of(head[:1])
            if read > self._most_bytes:
                return Log(tuple(commits[:-1]), self._too_long)
            if len(commits) == self._most_commits:
                break
            said = told.get(_id_of(head))
            if said is None:
                return None
            read += _size_of(head[1:]) + said.bytes
            if read > self._most_bytes:
                return Log(tuple(commits), self._too_long)
            if not said.whole:
                return None
            commits.append(_commit(head, said.changes))
        return Log(tuple(commits))


def _mailmap(tree: Tree, commit: str) -> tuple[list[str], str]:
    """The options and the format by which the names are those of the repository's own mailmap."""
    file = tree.get(".mailmap")
    if file is None or file.size > _LARGEST_MAILMAP:
        return ["-c", "mailmap.blob=", "-c", "log.mailmap=false"], _FORMAT.format("%an", "%ae")
    return ["-c", f"mailmap.blob={commit}:.mailmap"], _FORMAT.format("%aN", "%aE")


class _Lines:
    """Takes git's log apart as it comes, and stops where it is too long."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._read = 0
        self._left: dict[str, str] = {}
        """Ids that newer commits came upon and no older one has brought in yet."""

    @property
    def full(self) -> bool:
        """Whether it was longer than allowed."""
        return self._read > self._most

    def commits(self, stream: Iterator[bytes]) -> Iterator[tuple[_Head, Told]]:
        """The head of every commit and what is said of it."""
        head: _Head = []
        changes: list[Change] = []
        began = 0
        for token in self._counted(stream):
            text = token.lstrip(b"\n")
            if text.startswith(b"\x01"):
                if head:
                    yield head, Told(tuple(changes), self._read - _size_of([token]) - began)
                head = [text, *islice(self._counted(stream), _HEAD_FIELDS - 1)]
                changes, began = [], self._read
            elif text.startswith(b":"):
                path = next(self._counted(stream), None)
                change = self._change(text, path) if path is not None else None
                if change is not None:
                    changes.append(change)
        if len(head) == _HEAD_FIELDS:
            yield head, Told(tuple(changes), self._read - began, whole=not self.full)

    def _counted(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        for token in stream:
            self._read += len(token) + 1
            if self.full:
                return
            yield token

    def _change(self, head: bytes, raw: bytes) -> Change | None:
        """One record: `:mode mode id id status`. Links and submodules are no files."""
        fields = head[1:].split(b" ")
        if len(fields) != 5:
            return None
        old, new, before, after, _ = fields
        was, is_now = old.startswith(b"100"), new.startswith(b"100")
        if not (was or is_now):
            return None
        came, found = after.decode() if is_now else "", before.decode() if was else ""
        # What one commit brought in a newer one came upon: both hold the same text.
        came, found = self._left.pop(came, came), self._left.setdefault(found, found)
        return Change(sys.intern(decoded(raw)), found, came)


def _size_of(tokens: Sequence[bytes]) -> int:
    """The bytes of these in the log, where a NUL follows each."""
    return sum(map(len, tokens)) + len(tokens)


def _id_of(head: _Head) -> str:
    return head[0][1:].decode("ascii", "replace")


def _commit(head: _Head, changes: tuple[Change, ...]) -> Commit:
    oid, parents, authored, committed, name, address = (
        part.decode("utf-8", "replace") for part in head
    )
    return Commit(
        oid[1:],
        tuple(parents.split()),
        _moment(authored),
        _moment(committed),
        sys.intern(" ".join(name.split())[:_LONGEST_NAME]),
        sys.intern(address.strip()[:_LONGEST_NAME]),
        changes,
    )


def _moment(text: str) -> int:
    """A time; one that no clock shows is 0."""
    return int(text) if text.isdecimal() and len(text) < 12 else 0
