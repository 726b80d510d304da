"""Reads git's log of a history: who, when, and the names and ids of the files that changed.

What a commit changed never changes itself. Where a `Memory` knows it from an earlier reading, git
is asked for the changes of those commits only that are new since. Where these follow each other in
one line, their heads are all it is asked for as well; otherwise it gives the heads of all commits,
in its order. The outcome is that of the whole log, limits included, or the whole log is read.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
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
_NEWEST = 200
"""Commits of which the heads are asked for first."""

_Head = list[bytes]


class Told(Struct, frozen=True):
    """What the log says of a commit after its head: its changes, in so many bytes.

    Where it is not `whole`, a limit cut it off, and it has at least so many bytes.
    """

    changes: tuple[Change, ...]
    bytes: int
    whole: bool = True


class Known(Struct, frozen=True):
    """What is kept of the log of a commit.

    `heads` are those of all its commits in their order, as git gave them; nothing where these are
    not all. `named_by` is the mailmap of their names.
    """

    told: dict[str, Told]
    heads: bytes = b""
    named_by: str = ""


class Memory(Protocol):
    """Where the logs of commits are kept between audits."""

    def known_of(self, commits: Sequence[str]) -> tuple[str, Known]:
        """The first of these commits whose log is kept, and its log; nothing where none is."""

    def keep(self, commit: str, known: Known) -> None:
        """Keeps the log of a commit."""


class Log(Struct, frozen=True):
    """The commits, newest first; `cut` says which limit ended them, `damaged` that git broke off.

    `known` is what can be kept of it.
    """

    commits: tuple[Commit, ...] = ()
    cut: str = ""
    damaged: bool = False
    known: Known = Known({})


def log_of(git: Git, tree: Tree, limits: Limits, memory: Memory | None = None) -> Log:
    """The log of the commits that lead to the tree's."""
    reader = _Reader(git, tree, limits)
    log = _continued(reader, memory) if memory else None
    if log is None:
        log = reader.whole()
        if memory and log.known.told and not log.damaged:
            memory.keep(reader.commit, log.known)
    return log


def _continued(reader: "_Reader", memory: Memory) -> Log | None:
    """The log, as far as it was known before; None where it has to be read from the start."""
    heads = reader.heads(_NEWEST)
    base, known = memory.known_of([_id_of(head) for head in heads])
    if joined := reader.continued(heads, base, known):
        heads = joined
    elif len(heads) == _NEWEST:
        heads = reader.heads()
        if not base:
            base, known = memory.known_of([_id_of(head) for head in heads])
    if not base:
        return None
    told = known.told
    new: Mapping[str, Told] = {}
    if base != reader.commit:
        newer = reader.whole(since=base)
        if newer.damaged:
            return None
        new = newer.known.told
        told.update(new)
    log = reader.joined(heads, told)
    if log and _size_told(new) * _ANEW > _size_told(told):
        memory.keep(reader.commit, reader.known(told, heads))
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
        self._mailmap, self._who, self._named_by = _mailmap(tree, self.commit)

    def _command(self, *more: str, since: str = "", most: int = sys.maxsize) -> list[str]:
        """One more commit than are looked at shows whether there are more."""
        beyond = [f"^{since}"] if since else []
        most = min(most, self._most_commits + 1)
        return [*self._mailmap, "log", "-z", *more, "--no-color", "--no-show-signature",
                "--no-notes", f"--max-count={most}", f"--format={self._who}",
                "--end-of-options", self.commit, *beyond, "--"]  # fmt: skip

    def whole(self, since: str = "") -> Log:
        """All of it; only what is new since a commit where one is named."""
        told: dict[str, Told] = {}
        heads: list[bytes] = []
        commits: list[Commit] = []
        lines = _Lines(self._most_bytes)
        with self._git.talking(*self._command(*_CHANGES, since=since)) as process:
            if process.stdout is None:
                raise RuntimeError("git was started without pipes")
            for head, said in lines.commits(records(process.stdout)):
                told[_id_of(head)] = said
                heads.append(_packed([head]))
                if said.whole:
                    commits.append(_commit(head, said.changes))
                if len(commits) == self._most_commits:
                    break
            limited = lines.full or len(commits) == self._most_commits
            ended = limited or process.wait() == 0
        cut = self._too_long if lines.full else ""
        known = Known(told, b"" if limited else _SEPARATOR.join(heads), self._named_by)
        return Log(tuple(commits), cut, damaged=not ended, known=known)

    def known(self, told: dict[str, Told], heads: Sequence[_Head]) -> Known:
        """What is kept of a log with these heads."""
        whole = len(heads) <= self._most_commits
        return Known(told, _packed(heads) if whole else b"", self._named_by)

    def continued(self, newest: Sequence[_Head], base: str, known: Known) -> list[_Head]:
        """The heads of all commits: the newest, then what is known of a base that is one of them.

        Nothing where commits of the base may stand between, or may have other names.
        """
        before = _unpacked(known.heads) if known.named_by == self._named_by else []
        new: list[_Head] = []
        for head, older in pairwise(newest):
            if _id_of(head) == base:
                break
            if head[1] != older[0][1:]:
                return []
            new.append(head)
        same = bool(before) and _id_of(before[0]) == base
        return [*new, *before][: self._most_commits + 1] if same else []

    def heads(self, most: int = sys.maxsize) -> list[_Head]:
        """The heads of all commits, in the order of the log; none where git breaks off."""
        lines = _Lines(self._most_bytes)
        with self._git.talking(*self._command(most=most)) as process:
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


_SEPARATOR = b"\0"


def _packed(heads: Iterable[_Head]) -> bytes:
    """Heads as they are kept; what git gave between NULs has none."""
    return _SEPARATOR.join(part for head in heads for part in head)


def _unpacked(heads: bytes) -> list[_Head]:
    parts = heads.split(_SEPARATOR) if heads else []
    whole = len(parts) % _HEAD_FIELDS == 0
    return [parts[at : at + _HEAD_FIELDS] for at in range(0, len(parts), _HEAD_FIELDS) if whole]


def _mailmap(tree: Tree, commit: str) -> tuple[list[str], str, str]:
    """The options and the format by which the names are those of the repository's own mailmap.

    With its id, which is nothing where there is none.
    """
    file = tree.get(".mailmap")
    if file is None or file.size > _LARGEST_MAILMAP:
        return ["-c", "mailmap.blob=", "-c", "log.mailmap=false"], _FORMAT.format("%an", "%ae"), ""
    return ["-c", f"mailmap.blob={commit}:.mailmap"], _FORMAT.format("%aN", "%aE"), file.blob


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
