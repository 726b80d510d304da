"""Keeps what was read of a history, under the commit that it was read for.

There are two entries for a commit: what its log says of all commits, and which earlier versions of
files were searched for credentials, with what was found. An audit of a later commit starts from
those of the newest commit before it that has them. It writes entries of its own once much is new;
until then what it searched is noted with those that it started from. They lie in the table of the
facts of files and share its bounds. What a folder on this machine holds is not checked against its
ids by git, what was fetched or handed in is: the entries of a folder are taken for it alone.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec
import zstandard

from audits.collectors.entries import Entries, code_digest
from audits.collectors.secrets import COLLECTOR
from audits.facts.history import Change
from audits.facts.secrets import Secret
from audits.facts.tree import File
from audits.services.allowances import Resources
from audits.sources.git_log import Known, Told
from audits.sources.snapshot import Snapshot

_Rows = list[tuple[str, int, bool, msgspec.Raw]]
_Log = tuple[list[str], list[str], _Rows, bytes, str]
"""Paths, ids, for each commit its id, bytes, wholeness and the numbers of three per change, and
the heads of all commits with the mailmap of their names.

The numbers are packed commit by commit: a million of them as objects would take 40 MB at a time."""
_numbers = msgspec.msgpack.Decoder(list[int])
_Versions = tuple[dict[str, int], dict[str, tuple[Secret, ...]], dict[str, int]]


class Searched(msgspec.Struct):
    """Earlier versions of files that were searched: their sizes, and what was found in which.

    The key of a version is its blob's id, a stroke and its path. `others` are the sizes of versions
    that were not searched, as they are too large or too old.
    """

    versions: dict[str, int] = msgspec.field(default_factory=dict)
    secrets: dict[str, tuple[Secret, ...]] = msgspec.field(default_factory=dict)
    others: dict[str, int] = msgspec.field(default_factory=dict)
    grown: bool = False

    def learn(self, sizes: Mapping[str, int]) -> None:
        """Notes the sizes of versions that are not searched yet."""
        if sizes:
            self.grown = True
            self.others.update(sizes)

    def add(self, file: File, found: tuple[Secret, ...]) -> None:
        """Notes what one version holds."""
        self.grown = True
        self.versions[file.path] = file.size
        self.others.pop(file.path, None)
        if found:
            self.secrets[file.path] = found

    @property
    def sizes(self) -> Mapping[str, int]:
        """The bytes of each version that is known."""
        return {**self.versions, **self.others}


class Remembered:
    """What is known of the histories of one kind of source; a `Memory` for reading git's log."""

    def __init__(self, entries: Entries, kind: str) -> None:
        self._entries = entries
        self._root = f"{code_digest()} {COLLECTOR.version} {kind}"
        self._found = ""
        """The commit whose log was found."""
        self._base = ""
        """The commit whose log is there now."""

    def known_of(self, commits: Sequence[str]) -> tuple[str, Known]:
        """The first of these commits whose log is kept, and its log; nothing where none is."""
        place = self._entries.first_of(self._key("log", commit) for commit in commits)
        if place is None:
            return "", Known({})
        log = self._read(self._key("log", commits[place]), _Log)
        known = _restored(log) if log else None
        if known is None:
            return "", Known({})
        self._base = self._found = commits[place]
        return self._found, known

    def keep(self, commit: str, known: Known) -> None:
        """Keeps the log of a commit, and from now on what is searched with it."""
        self._base = commit
        self._write(self._key("log", commit), _dumped(known))

    def searched(self) -> Searched:
        """The versions that were searched at the commit whose log was found."""
        versions = (
            self._read(self._key("versions", self._found), _Versions) if self._found else None
        )
        return Searched(*versions) if versions else Searched()

    def keep_searched(self, searched: Searched) -> None:
        """Keeps what was searched; more than one history holds does no harm there."""
        if self._base and (self._base != self._found or searched.grown):
            self._write(
                self._key("versions", self._base),
                (searched.versions, searched.secrets, searched.others),
            )

    def _key(self, what: str, commit: str) -> bytes:
        return hashlib.sha256(f"{self._root} {what} {commit}".encode()).digest()

    def _read(self, key: bytes, kind: Any) -> Any:
        """An entry, or None where there is none of this form."""
        bodies = [body for some in self._entries.find([key]) for _, body in some]
        with suppress(msgspec.MsgspecError, zstandard.ZstdError, ValueError):
            for body in bodies:
                content = zstandard.ZstdDecompressor().decompress(body)
                return msgspec.msgpack.decode(content, type=kind)
        return None

    def _write(self, key: bytes, content: object) -> None:
        with suppress(ValueError, OverflowError):
            packed = zstandard.ZstdCompressor(level=1).compress(msgspec.msgpack.encode(content))
            self._entries.keep([(key, packed)])


def remembered(resources: Resources, snapshot: Snapshot) -> Remembered | None:
    """What is known of histories like this one; None where nothing is kept."""
    if resources.cache is None or snapshot.git_dir is None:
        return None
    kind = "checked" if snapshot.objects is None else f"as found in {snapshot.objects}"
    return Remembered(Entries(resources.cache, resources.cache_key), kind)


def _dumped(known: Known) -> _Log:
    """The log with each path and each id once."""
    paths: dict[str, int] = {}
    ids: dict[str, int] = {}

    def numbers(changes: Sequence[Change]) -> Iterator[int]:
        for path, before, after in changes:
            yield paths.setdefault(path, len(paths))
            yield ids.setdefault(before, len(ids))
            yield ids.setdefault(after, len(ids))

    packed = msgspec.msgpack.encode
    rows = [
        (c, t.bytes, t.whole, msgspec.Raw(packed(list(numbers(t.changes)))))
        for c, t in known.told.items()
    ]
    return list(paths), list(ids), rows, known.heads, known.named_by


def _restored(log: _Log) -> Known | None:
    """The log again; None where its numbers lead nowhere."""
    paths, ids, rows, heads, named_by = log
    told: dict[str, Told] = {}
    try:
        for commit, size, whole, numbers in rows:
            three = zip(*[iter(_numbers.decode(numbers))] * 3, strict=True)
            changes = tuple([Change(paths[p], ids[b], ids[a]) for p, b, a in three])
            told[commit] = Told(changes, size, whole)
    except (IndexError, ValueError, msgspec.MsgspecError):
        return None
    return Known(told, heads, named_by)
