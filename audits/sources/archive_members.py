"""The members of an archive one after the other, with limits on what they may unfold to."""

import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, cast

import zstandard
from msgspec import Struct

from audits.sources.paths import HARD_LINK, LINK, NOT_A_FILE
from audits.sources.snapshot import MEBI, Limits, SourceError, megabytes

DAMAGED_ARCHIVE = (
    "This archive is damaged or was cut short; make it again, or hand in a git bundle."
)
NOT_TAR = (
    "This file is compressed but holds no tar archive; "
    "hand in a git bundle, or a .zip, .tar, .tar.gz or .tar.zst of the folder with the code."
)
LOCKED = "This zip archive is protected by a password; make it again without one."
BAD_CONTENT = "its content in the archive is damaged"
SPARSE = "a sparse file; its size cannot be trusted"
_CHUNK = 256 * 1024
_LONGEST_NAME = MEBI
_INNOCENT_BYTES = 64 * MEBI
_ZSTD_WINDOW = 2**27
_LONGEST_DIRECTORY = 128 * MEBI
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_TAR_FAULTS = (
    tarfile.TarError, zstandard.ZstdError, zlib.error, EOFError, OSError, ValueError, OverflowError,
    RecursionError,
)  # fmt: skip


class BadMember(Exception):
    """One member cannot be read; the message is the reason."""


class Bomb(SourceError):
    """The archive unfolds to more than the limits allow."""

    @staticmethod
    def members(most: int) -> str:
        """The sentence for too many members."""
        return f"This archive has more than {2 * most:,} members; hand in a git bundle instead."

    @staticmethod
    def size(limits: Limits) -> str:
        """The sentence for too many bytes."""
        return (
            f"This archive unpacks to more than {megabytes(limits.total_bytes)} or to more than "
            f"{limits.ratio} times its size and was refused; hand in the code without data."
        )


class Member(Struct, frozen=True):
    """One entry. `reason` is empty for a file, `folder`, or why it is left out.

    `chunks` gives its bytes and works only until the next member is asked for.
    """

    path: str
    size: int
    reason: str
    chunks: Callable[[], Iterator[bytes]]


class Archive(Protocol):
    """What can be gone through, as often as wanted."""

    def members(self) -> Iterator[Member]:
        """All entries in their order. Raises SourceError."""


class Zip(Struct, frozen=True):
    """A zip archive."""

    file: Path
    limits: Limits

    def members(self) -> Iterator[Member]:
        """All entries. Raises SourceError."""
        with self.file.open("rb", buffering=0) as raw:
            try:
                opened = zipfile.ZipFile(_Directory(raw, self.limits))
            except _ZIP_FAULTS:
                raise SourceError(DAMAGED_ARCHIVE) from None
            with opened:
                entries = opened.infolist()
                self._check(entries)
                for entry in entries:
                    yield _zip_member(opened, entry)

    def _check(self, entries: Sequence[zipfile.ZipInfo]) -> None:
        if any(entry.flag_bits & 1 for entry in entries):
            raise SourceError(LOCKED)
        if sum(entry.file_size for entry in entries) > _allowed(self.file, self.limits):
            raise Bomb(Bomb.size(self.limits))


class _Directory(io.BufferedReader):
    """A zip archive that refuses to give a list of members too long to be kept in memory."""

    def __init__(self, raw: io.FileIO, limits: Limits) -> None:
        super().__init__(raw)
        self._limits = limits

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes; what zipfile reads at once is the list. Raises Bomb."""
        most = Bomb.members(self._limits.files)
        if size is not None and size > _LONGEST_DIRECTORY:
            raise Bomb(most)
        content = super().read(size)
        if content.count(_DIRECTORY_ENTRY) > 2 * self._limits.files:
            raise Bomb(most)
        return content


def _zip_member(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    mode = stat.S_IFMT(entry.external_attr >> 16)
    # Some programs for Windows write their own separator.
    path = _printable(entry.filename.replace("\\", "/"))
    reason = ""
    if path.endswith("/"):
        reason = "folder"
    elif mode == stat.S_IFLNK:
        reason = LINK
    elif mode not in (0, stat.S_IFREG):
        reason = NOT_A_FILE

    def chunks() -> Iterator[bytes]:
        try:
            with opened.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except _ZIP_FAULTS:
            raise BadMember(BAD_CONTENT) from None

    return Member(path, entry.file_size, reason, chunks)


class Tar(Struct, frozen=True):
    """A tar archive; `packing` is empty, `gzip` or `zstd`."""

    file: Path
    packing: str
    limits: Limits

    def members(self) -> Iterator[Member]:
        """All entries. Raises SourceError."""
        sentence = DAMAGED_ARCHIVE
        try:
            with self._unpacked() as stream:
                sentence = NOT_TAR if self.packing and stream.holds_something() else sentence
                opened = _opened(stream)
                while (entry := opened.next()) is not None:
                    sentence = DAMAGED_ARCHIVE
                    # Where the next entry should start, be the size of this one a lie.
                    if opened.offset > stream.allowed:
                        raise Bomb(Bomb.size(self.limits))
                    yield _tar_member(opened, entry)
                    # Each entry would be kept otherwise, however many there are.
                    vars(opened)["members"] = []
        except _TAR_FAULTS:
            raise SourceError(sentence) from None

    @contextmanager
    def _unpacked(self) -> "Iterator[_Metered]":
        allowed = _allowed(self.file, self.limits)
        with self.file.open("rb") as packed:
            stream: IO[bytes] = packed
            if self.packing == "gzip":
                stream = cast("IO[bytes]", gzip.GzipFile(fileobj=packed))
            elif self.packing == "zstd":
                reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
                stream = cast("IO[bytes]", reader.stream_reader(packed, read_across_frames=True))
            yield _Metered(stream, allowed, self.limits)


class _Metered:
    """A stream that refuses to give more than it is allowed to."""

    def __init__(self, stream: IO[bytes], allowed: int, limits: Limits) -> None:
        self._stream, self._left, self._limits = stream, allowed, limits
        self.allowed = allowed
        self._ahead = b""

    def holds_something(self) -> bool:
        """Whether anything can be unpacked at all."""
        self._ahead = self._stream.read(1)
        return bool(self._ahead)

    def read(self, size: int = _CHUNK) -> bytes:
        """The next bytes. Raises Bomb."""
        chunk = self._ahead + self._stream.read(size - len(self._ahead))
        self._ahead = b""
        self._left -= len(chunk)
        if self._left < 0:
            raise Bomb(Bomb.size(self._limits))
        return chunk


class _Header(tarfile.TarInfo):
    """A header that does not end the archive silently where it is damaged."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Header":
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if type(error).__name__ == "EOFHeaderError":
                raise
            raise tarfile.ReadError(str(error)) from None
        if header.type not in tarfile.SUPPORTED_TYPES or header.isreg() or header.isdir():
            return header
        if header.size > _LONGEST_NAME:
            raise tarfile.ReadError("a name or a link that is too long")
        return header


def _opened(stream: _Metered) -> tarfile.TarFile:
    return tarfile.open(
        fileobj=cast("IO[bytes]", stream), mode="r|", tarinfo=_Header, encoding="utf-8",
        errors="surrogateescape",
    )  # fmt: skip


def _tar_member(opened: tarfile.TarFile, entry: tarfile.TarInfo) -> Member:
    def chunks() -> Iterator[bytes]:
        stream = opened.extractfile(entry)
        try:
            while stream is not None and (chunk := stream.read(_CHUNK)):
                yield chunk
        except _TAR_FAULTS:
            raise SourceError(DAMAGED_ARCHIVE) from None

    return Member(_printable(entry.name), entry.size, _tar_reason(entry), chunks)


def _tar_reason(entry: tarfile.TarInfo) -> str:
    if entry.isdir():
        return "folder"
    if entry.issym():
        return LINK
    if entry.islnk():
        return HARD_LINK
    if entry.issparse():
        return SPARSE
    return "" if entry.isreg() else NOT_A_FILE


def _allowed(file: Path, limits: Limits) -> int:
    """How much this archive may unfold to; a small one may be packed ever so well."""
    return min(limits.total_bytes, max(_INNOCENT_BYTES, limits.ratio * file.stat().st_size))


def _printable(name: str) -> str:
    """Bytes that were not UTF-8 become `\\xNN`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
