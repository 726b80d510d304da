"""A table of entries on disk: bounded, the longest unused go first, safe to delete at any time.

Every entry lies under a checksum or, where there is a key, sealed under a name that tells nothing:
with the key gone nobody reads what was kept under it. Whatever is wrong with the file, or with the
disk, only means that nothing is known: no call here raises for it.
"""

import hashlib
import hmac
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import cache
from itertools import islice
from pathlib import Path

MOST_BYTES = 1024 * 1024 * 1024
NAME, SEALED = "facts.sqlite3", "sealed.sqlite3"
_CHECK = 16
_NONCE = 12
_DAY = 86_400
_FEW = 500
_WAIT_SECONDS = 10.0
_TABLE = """
create table if not exists facts (
    id integer primary key, key blob not null unique, used integer not null, data blob not null
)
"""


class Entries:
    """The entries of one folder, whoever keeps them."""

    def __init__(self, folder: Path, key: bytes = b"") -> None:
        self._file = folder / (SEALED if key else NAME)
        self._lid: _Lid | _Seal = _Seal(key) if key else _Lid()

    def usable(self) -> bool:
        """Makes the folder and the table; False where that cannot be.

        Beside a sealed table a plain one of an earlier release is taken away.
        """
        try:
            if self._file.name == SEALED:
                _take_away(self._file.with_name(NAME))
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
            _take_away(self._file)
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
        """The whole ones of these entries with their keys, a portion of the keys at a time.

        They are looked up in the order in which the index has them, which takes half the time.
        """
        today, lid = int(time.time()) // _DAY, self._lid
        named = sorted((lid.name(key), key) for key in keys)
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database:
            for at in range(0, len(keys), _FEW):
                some = dict(named[at : at + _FEW])
                marks = ",".join("?" * len(some))
                asked = f"select key, used, data from facts where key in ({marks})"  # noqa: S608 - question marks
                rows = database.execute(asked, list(some)).fetchall()
                bodies = [(some[name], lid.opened(name, data)) for name, _, data in rows]
                yield [(key, body) for key, body in bodies if body is not None]
                stale = [(today, key) for key, used, _ in rows if used != today]
                if stale:
                    database.executemany("update facts set used = ? where key = ?", stale)

    def first_of(self, keys: Iterable[bytes]) -> int | None:
        """The place of the first of these keys that has an entry; no more are made than needed."""
        waiting, before = iter(keys), 0
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database:
            while some := [self._lid.name(key) for key in islice(waiting, _FEW)]:
                marks = ",".join("?" * len(some))
                asked = f"select key from facts where key in ({marks})"  # noqa: S608 - question marks
                there = {name for (name,) in database.execute(asked, some)}
                if there:
                    return before + next(n for n, name in enumerate(some) if name in there)
                before += len(some)
        return None

    def keep(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Adds entries, or puts them in the place of others with their keys."""
        today = int(time.time()) // _DAY
        named = ((self._lid.name(key), body) for key, body in entries)
        rows = [(name, today, self._lid.closed(name, body)) for name, body in named]
        with suppress(sqlite3.Error, OSError), closing(self._opened()) as database:
            database.execute("begin immediate")
            database.executemany(
                "insert or replace into facts (key, used, data) values (?, ?, ?)", rows
            )
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


def _take_away(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


class _Lid:
    """How entries lie where there is no key: plain, under a checksum."""

    def name(self, key: bytes) -> bytes:
        """What it lies under."""
        return key

    def closed(self, _name: bytes, body: bytes) -> bytes:
        """What is written."""
        return _sum_of(body) + body

    def opened(self, _name: bytes, data: bytes) -> bytes | None:
        """What was written; None where that is not whole."""
        body = data[_CHECK:]
        return body if data[:_CHECK] == _sum_of(body) else None


class _Seal:
    """How entries lie under a key: AES-256-GCM under a nonce of chance, each bound to its name."""

    def __init__(self, key: bytes) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._key, self._cipher, self._broken = key, AESGCM(key), InvalidTag

    def name(self, key: bytes) -> bytes:
        """What it lies under."""
        return hmac.digest(self._key, key, "sha256")

    def closed(self, name: bytes, body: bytes) -> bytes:
        """What is written."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, body, name)

    def opened(self, name: bytes, data: bytes) -> bytes | None:
        """What was written; None where that is not whole, or not of this key."""
        try:
            return self._cipher.decrypt(data[:_NONCE], data[_NONCE:], name)
        except (self._broken, ValueError):
            return None


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
