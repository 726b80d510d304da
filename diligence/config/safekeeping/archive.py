"""The form of the archive: a tar that any tool opens, with the hash of everything in it.

    header.json          who made it, when, and the state of the migrations
    tables/NAME.copy.gz  the rows of a table, as PostgreSQL's COPY writes them
    files/PATH           what lies in the storage, byte for byte
    SHA256SUMS           a line for each member above, in the form of coreutils
    manifest.json        counts of rows and files, and the hash of SHA256SUMS

The manifest comes last, so that an archive which ends early has none and is refused. Nothing but
one piece of a member is ever in memory, whatever the size of the archive.
"""

import hashlib
import json
import re
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

SCHEMA = "proofroom/backup/1"
HEADER, SUMS, MANIFEST = "header.json", "SHA256SUMS", "manifest.json"
PIECE = 1024**2
"""Bytes read at a time."""
MOST_WORDS = 64 * 1024**2
"""Bytes of a header or manifest at most: they are read as a whole."""
SAFE = re.compile(r"(?:[A-Za-z0-9][\w.-]*/)*[A-Za-z0-9][\w.-]*", re.ASCII)
"""A path below a folder: no way up, no root, no sign that a file system could read otherwise."""
DAMAGE = (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError, TypeError)


class ArchiveError(Exception):
    """The archive cannot be used; one sentence that says why."""


@dataclass(frozen=True)
class Header:
    """What is known before the first row is read."""

    version: str
    made_at: str
    postgresql: str
    migrations: dict[str, list[str]]
    schema: str = SCHEMA


@dataclass(frozen=True)
class Rows:
    """A table as it was written: how many rows, of which columns."""

    rows: int
    columns: list[str]


@dataclass
class Manifest:
    """What an archive holds."""

    header: Header
    tables: dict[str, Rows] = field(default_factory=dict)
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    sums: str = ""


class Hashing:
    """A stream that hashes and counts what goes through it, in either direction."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.count = stream, 0
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of all that went through until now."""
        return self._digest.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """Reads on."""
        return self._noted(self.stream.read(size))

    def write(self, data: bytes) -> int:
        """Writes on."""
        self.stream.write(self._noted(data))
        return len(data)

    def _noted(self, data: bytes) -> bytes:
        self._digest.update(data)
        self.count += len(data)
        return data

    def drained(self) -> "Hashing":
        """Reads to the end."""
        while self.read(PIECE):
            pass
        return self


def through(stream: Any) -> Any:
    """A stream hashed on its way; tarfile asks types for more than it ever calls."""
    return Hashing(stream)


# Writing --------------------------------------------------------------------------------------


class Writer:
    """An archive as it grows. `sha256` is that of the whole once it is closed."""

    def __init__(self, out: IO[bytes], header: Header) -> None:
        self.manifest = Manifest(header)
        self._out = through(out)
        self._tar = tarfile.open(  # noqa: SIM115 - `finish` closes it
            fileobj=self._out, mode="w|", format=tarfile.PAX_FORMAT, bufsize=PIECE
        )
        self._sums = tempfile.TemporaryFile()  # noqa: SIM115 - it goes with its last name
        self._add_words(HEADER, asdict(header))

    def add_table(self, name: str, rows: Rows, spool: IO[bytes]) -> None:
        """A table whose rows lie packed in a file, which is read from its start."""
        spool.flush()
        size = spool.seek(0, 2)
        spool.seek(0)
        self._add(f"tables/{name}.copy.gz", size, spool)
        self.manifest.tables[name] = rows

    def add_file(self, path: str, size: int, stream: IO[bytes]) -> None:
        """A file of the storage."""
        if not SAFE.fullmatch(path):
            raise ArchiveError(f"The storage holds {path!r}, a name that no archive should carry.")
        self._add(f"files/{path}", size, stream)
        self.manifest.files += 1
        self.manifest.bytes += size

    def finish(self) -> str:
        """Writes sums and manifest; the SHA-256 of the whole archive."""
        size = self._sums.tell()
        self._sums.seek(0)
        self.manifest.sums = self._put(SUMS, size, self._sums)
        self._sums.close()
        self._add_words(MANIFEST, asdict(self.manifest))
        self._tar.close()
        return str(self._out.sha256)

    def _add(self, name: str, size: int, stream: IO[bytes]) -> None:
        self._sums.write(_line(self._put(name, size, stream), name))

    def _add_words(self, name: str, words: dict[str, Any]) -> None:
        with tempfile.SpooledTemporaryFile(max_size=PIECE) as spool:
            spool.write(json.dumps(words, indent=1, sort_keys=True).encode())
            size = spool.tell()
            spool.seek(0)
            if name == MANIFEST:
                self._put(name, size, spool)
            else:
                self._add(name, size, spool)

    def _put(self, name: str, size: int, stream: Any) -> str:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, int(time.time()), 0o600
        hashed = through(stream)
        self._tar.addfile(info, hashed)
        return str(hashed.sha256)


def _line(sha256: str, name: str) -> bytes:
    return f"{sha256}  {name}\n".encode()


# Reading --------------------------------------------------------------------------------------


def examined(path: Path, accept: Callable[[Header], None], sha256: str = "") -> Manifest:
    """Reads the whole archive once and returns its manifest where every hash in it is right.

    `accept` hears of the header before anything else is read, and may refuse it. With `sha256` the
    archive as a whole has to be the one that was meant.
    """
    try:
        with path.open("rb") as raw:
            whole = through(raw)
            with tarfile.open(fileobj=whole, mode="r|", bufsize=PIECE) as tar:
                manifest = _manifest_of(tar, accept)
            whole.drained()
    except DAMAGE as error:
        raise ArchiveError(f"{path.name} is damaged or no backup: {error}.") from error
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}.") from error
    if sha256 and sha256.lower() != whole.sha256:
        raise ArchiveError(f"{path.name} is another archive: its SHA-256 is {whole.sha256}.")
    return manifest


def _manifest_of(tar: tarfile.TarFile, accept: Callable[[Header], None]) -> Manifest:
    """Follows the order in which archives are written; anything else is damage."""
    seen: set[str] = set()
    lines = hashlib.sha256()
    header = None
    for member in _passing(tar):
        name = _name_of(member)
        if name == SUMS:
            break
        if name in seen:
            raise ValueError(f"{name} is in it twice")
        if header is None:
            header, digest = _header_of(tar, member, accept)
        else:
            digest = Hashing(_opened(tar, member)).drained().sha256
        if not name.startswith("files/"):
            seen.add(name)
        lines.update(_line(digest, name))
    else:
        raise ValueError("it ends early")
    sums = Hashing(_opened(tar, member)).drained().sha256
    last = tar.next()
    if last is None or last.name != MANIFEST:
        raise ValueError("it ends early")
    manifest = _manifest(json.loads(_words(tar, last)))
    if not (lines.hexdigest() == sums == manifest.sums and manifest.header == header):
        raise ValueError("a hash in it is not that of its content")
    return manifest


def _passing(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in tar:
        tar.members.clear()  # type: ignore[attr-defined] # or it remembers all that it passed
        yield member


def _name_of(member: tarfile.TarInfo) -> str:
    """The name of a plain file that stays below its folder; everything else is hostile."""
    plain = member.type == tarfile.REGTYPE and member.sparse is None
    if not plain or not SAFE.fullmatch(member.name):
        raise ValueError(f"it holds {member.name!r}, which no backup has")
    if member.name not in (HEADER, SUMS) and not member.name.startswith(("tables/", "files/")):
        raise ValueError(f"it holds {member.name!r}, which no backup has")
    return member.name


def _header_of(
    tar: tarfile.TarFile, member: tarfile.TarInfo, accept: Callable[[Header], None]
) -> tuple[Header, str]:
    if member.name != HEADER:
        raise ValueError("it does not begin with a header")
    words = _words(tar, member)
    said = json.loads(words)
    if said.get("schema") != SCHEMA:
        raise ValueError(f"its form is {said.get('schema')!r}, and this version reads {SCHEMA}")
    header = Header(**said)
    accept(header)
    return header, hashlib.sha256(words).hexdigest()


def _manifest(said: dict[str, Any]) -> Manifest:
    return Manifest(
        **{
            **said,
            "header": Header(**said["header"]),
            "tables": {name: Rows(**rows) for name, rows in said["tables"].items()},
            "sequences": {
                name: (int(at), bool(hit)) for name, (at, hit) in said["sequences"].items()
            },
        }
    )


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(member)
    if stream is None:
        raise ValueError(f"it holds {member.name!r}, which no backup has")
    return stream


def _words(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > MOST_WORDS:
        raise ValueError(f"{member.name} is too large")
    return _opened(tar, member).read()


@contextmanager
def reopened(path: Path) -> Iterator[tarfile.TarFile]:
    """An archive that was examined, for reading what is in it."""
    with tarfile.open(path, mode="r:") as tar:
        yield tar


def members(tar: tarfile.TarFile, folder: str) -> Iterator[tuple[str, IO[bytes]]]:
    """The members below a folder by their path in it, as they follow each other."""
    for member in _passing(tar):
        if member.name.startswith(f"{folder}/"):
            yield _name_of(member).removeprefix(f"{folder}/"), _opened(tar, member)
