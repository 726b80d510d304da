"""Keeps what was made of each file on disk, so that an unchanged file is not read again.

An entry is known by the file's path and blob, the collectors that wanted it with their versions,
and the code that makes facts. Its bytes are MessagePack under a checksum. Entries are bounded in
size, the longest unused go first, and the whole may be deleted at any time: whatever is wrong with
it only means that files are read again.
"""

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any

from audits.collectors.collecting import Collector
from audits.collectors.reading import FileParts, Part
from audits.collectors.storing import (
    Form,
    Unstorable,
    bytes_of,
    dumped,
    form_of_result,
    restored,
    stored_in,
)
from audits.engine.types import Skipped
from audits.facts.tree import File

MOST_BYTES = 1024 * 1024 * 1024
NAME = "facts.sqlite3"
_FORMAT = "2"
_CHECK = 16
_DAY = 86_400
_FEW = 500
_WAIT_SECONDS = 10.0
_TABLE = """
create table if not exists facts (
    key blob primary key, used integer not null, data blob not null
) without rowid
"""


class Shelf:
    """The entries of one folder, for one set of collectors."""

    def __init__(self, folder: Path, collectors: Sequence[Collector[Any, Any]]) -> None:
        self._file = folder / NAME
        self._collectors = collectors
        self._forms = [_form(c) for c in collectors]
        self._root = _code_digest()

    def usable(self) -> bool:
        """Makes the folder and the table; False where that cannot be."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with closing(self._opened()) as database:
                database.execute("pragma journal_mode = wal")
                database.execute(_TABLE)
        except sqlite3.DatabaseError:
            return self._begun_anew()
        except OSError:
            return False
        return True

    def _begun_anew(self) -> bool:
        """A file that is no database any more is taken away, once."""
        try:
            for ending in ("", "-wal", "-shm"):
                self._file.with_name(NAME + ending).unlink(missing_ok=True)
            with closing(self._opened()) as database:
                database.execute(_TABLE)
        except (OSError, sqlite3.Error):
            return False
        return True

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=_WAIT_SECONDS, isolation_level=None)
        database.execute("pragma synchronous = off")
        return database

    def _key(self, file: File, numbers: Sequence[int]) -> bytes:
        told = [self._root, file.path, file.blob, str(file.size)]
        told += [f"{_name(self._collectors[n])} {self._collectors[n].version}" for n in numbers]
        return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).digest()

    def find(
        self, files: Sequence[File], wanted: Mapping[str, Sequence[int]]
    ) -> Iterator[list[FileParts]]:
        """What is known of these files, a portion at a time."""
        keys = {self._key(f, wanted[f.path]): f for f in files if f.blob}
        today = int(time.time()) // _DAY
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database:
            for some in _portions(list(keys)):
                marks = ",".join("?" * len(some))
                asked = f"select key, used, data from facts where key in ({marks})"  # noqa: S608
                rows = database.execute(asked, some).fetchall()
                entries = (self._restored(keys[k], wanted[keys[k].path], d) for k, _, d in rows)
                yield [entry for entry in entries if entry is not None]
                stale = [(today, key) for key, used, _ in rows if used != today]
                if stale:
                    database.executemany("update facts set used = ? where key = ?", stale)

    def keep(self, entries: Iterable[FileParts], wanted: Mapping[str, Sequence[int]]) -> None:
        """Adds entries; nothing happens where the disk will not have them."""
        today = int(time.time()) // _DAY
        rows = []
        for entry in entries:
            if entry.lasting and entry.file.blob:
                with suppress(Unstorable, ValueError, OverflowError, RecursionError):
                    key = self._key(entry.file, wanted[entry.file.path])
                    rows.append((key, today, self._dumped(entry, wanted[entry.file.path])))
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database:
            database.execute("begin immediate")
            database.executemany("insert or replace into facts values (?, ?, ?)", rows)
            database.execute("commit")

    def trim(self, most: int = MOST_BYTES) -> None:
        """Takes away the longest unused entries while there are more bytes than allowed."""
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database:
            size = self._file.stat().st_size
            if size <= most:
                return
            (kept,) = database.execute("select sum(length(data)) from facts").fetchone()
            excess = (kept or 0) - int(most * 0.8)
            if excess > 0:
                database.execute(
                    "delete from facts where key in (select key from (select key, sum(length(data))"
                    " over (order by used, key rows unbounded preceding) as so_far from facts)"
                    " where so_far <= ?)", (excess,),
                )  # fmt: skip
            database.execute("vacuum")
            database.execute("pragma wal_checkpoint(truncate)")

    def _dumped(self, entry: FileParts, numbers: Sequence[int]) -> bytes:
        parts = [[numbers.index(p.number), self._into(p)] for p in entry.parts]
        body = bytes_of([_FORMAT, parts, [s.reason for s in entry.skipped], entry.weight])
        return hashlib.sha256(body).digest()[:_CHECK] + body

    def _into(self, part: Part) -> Any:
        form = self._forms[part.number]
        if form is None:
            raise Unstorable(f"parts of {self._collectors[part.number].fact.__name__}")
        return dumped(form, part.value)

    def _back(self, number: int, stored: Any) -> Part:
        form = self._forms[number]
        if form is None:
            raise Unstorable("a part that is never kept")
        return Part(number, restored(form, stored))

    def _restored(self, file: File, numbers: Sequence[int], data: bytes) -> FileParts | None:
        """The entry, or None where its bytes are not what was written."""
        body = data[_CHECK:]
        if hashlib.sha256(body).digest()[:_CHECK] != data[:_CHECK]:
            return None
        try:
            form, parts, reasons, weight = stored_in(body)
            found = tuple(self._back(numbers[place], stored) for place, stored in parts)
        except (ValueError, TypeError, KeyError, IndexError, Unstorable):
            return None
        skipped = tuple(Skipped(file.path, reason) for reason in reasons)
        return FileParts(file, found, skipped, weight) if form == _FORMAT else None


def _portions(keys: list[bytes]) -> list[list[bytes]]:
    return [keys[at : at + _FEW] for at in range(0, len(keys), _FEW)]


def _name(collector: Collector[Any, Any]) -> str:
    return f"{collector.fact.__module__}.{collector.fact.__qualname__}"


def _form(collector: Collector[Any, Any]) -> Form | None:
    try:
        return form_of_result(collector.read)
    except Unstorable:
        return None


@cache
def _code_digest() -> str:
    """A hash of the code that makes parts, so that no other version's entries are taken."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    for folder in ("collectors", "facts", "engine"):
        for file in sorted((package / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
