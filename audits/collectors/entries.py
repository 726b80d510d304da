"""A table of entries on disk: bounded, the longest unused go first, safe to delete at any time.

Every entry lies under a checksum. Whatever is wrong with the file, or with the disk, only means
that nothing is known: no call here raises for it.
"""

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

MOST_BYTES = 1024 * 1024 * 1024
NAME = "facts.sqlite3"
_CHECK = 16
_DAY = 86_400
_FEW = 500
_WAIT_SECONDS = 10.0
_TABLE = """
create table if not exists facts (
    key blob primary key, used integer not null, data blob not null
) without rowid
"""


class Entries:
    """The entries of one folder, whoever keeps them."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME

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

    def find(self, keys: Sequence[bytes]) -> Iterator[list[tuple[bytes, bytes]]]:
        """The whole ones of these entries with their keys, a portion of the keys at a time."""
        today = int(time.time()) // _DAY
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database:
            for at in range(0, len(keys), _FEW):
                some = keys[at : at + _FEW]
                marks = ",".join("?" * len(some))
                asked = f"select key, used, data from facts where key in ({marks})"  # noqa: S608 - question marks
                rows = database.execute(asked, some).fetchall()
                yield [(k, d[_CHECK:]) for k, _, d in rows if d[:_CHECK] == _sum_of(d[_CHECK:])]
                stale = [(today, key) for key, used, _ in rows if used != today]
                if stale:
                    database.executemany("update facts set used = ? where key = ?", stale)

    def first_of(self, keys: Sequence[bytes]) -> bytes | None:
        """The first of these keys that has an entry."""
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database:
            for at in range(0, len(keys), _FEW):
                some = keys[at : at + _FEW]
                marks = ",".join("?" * len(some))
                asked = f"select key from facts where key in ({marks})"  # noqa: S608 - question marks
                there = {key for (key,) in database.execute(asked, some)}
                if there:
                    return next(key for key in some if key in there)
        return None

    def keep(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Adds entries, or puts them in the place of others with their keys."""
        today = int(time.time()) // _DAY
        rows = [(key, today, _sum_of(body) + body) for key, body in entries]
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


def _sum_of(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:_CHECK]


@cache
def code_digest() -> str:
    """A hash of the code that makes what is kept, so that no other version's entries are taken."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    for folder in ("collectors", "sources", "facts", "engine", "checks"):
        for file in sorted((package / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
