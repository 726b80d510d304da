"""Parts of a file by HTTP (RFC 9110, section 14): one range of bytes, or the whole.

Several ranges in one answer, which no browser asks of a download, are answered with the whole, as
the standard allows.
"""

import re
from dataclasses import dataclass
from typing import IO

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Unsatisfiable(ValueError):
    """The range begins behind the end of the file."""


@dataclass(frozen=True)
class Part:
    """Bytes `start` to before `stop` of a file of `size` bytes."""

    start: int
    stop: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes it is."""
        return self.stop - self.start

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the file."""
        return self.length == self.size

    @property
    def content_range(self) -> str:
        """The header that names it."""
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"

    def of(self, file: IO[bytes]) -> "IO[bytes] | Slice":
        """The part of an open file; the whole is the file itself, which servers can send faster."""
        return file if self.is_whole else Slice(file, self)


class Slice:
    """A part of a file, read from its start to its end; closing it closes the file."""

    def __init__(self, file: IO[bytes], part: Part) -> None:
        file.seek(part.start)
        self._file = file
        self._left = part.length

    def read(self, size: int = -1) -> bytes:
        """At most this many of the bytes that are left; all of them where no size is given."""
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._file.read(wanted)
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def part_asked(header: str, size: int) -> Part:
    """The range that the header asks for; the whole where it asks for none that we serve.

    Raises Unsatisfiable, with the header that says so, where nothing of it is there.
    """
    found = _ONE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return Part(0, size, size)
    first, last = found[1], found[2]
    if first == "":
        return _within(size - min(size, int(last)), size, size)
    if last and int(last) < int(first):
        return Part(0, size, size)
    return _within(int(first), int(last) + 1 if last else size, size)


def _within(start: int, stop: int, size: int) -> Part:
    if start >= size:
        raise Unsatisfiable(f"bytes */{size}")
    return Part(start, min(stop, size), size)
