"""Reads some files of a source and offers each to the collectors that want it.

It depends on nothing but its arguments, so that any process can do it for any part of a tree.
"""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.packing import PackedFile
from audits.collectors.unread import UnreadFile
from audits.engine.types import Skipped
from audits.facts.tree import File

_PICKLED_TIMES = 4
"""How much larger in memory than in its pickled form a part is; measured."""
TOO_DEEP = "nested too deeply to be examined"

Drops = Callable[[File], bool]
"""Whether a file need not be read any more; asked once, when its turn comes."""

PIECE_FILES = 1_000
LEAST_PIECE_BYTES = 128 * 1024
MOST_PIECE_BYTES = 1536 * 1024


class Source(Protocol):
    """What reading needs of a snapshot."""

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, bytes | Skipped]]:
        """Their content, each once, in any order."""


class Loaded(Struct, frozen=True):
    """Files whose content is here already, to be handed to another process."""

    contents: tuple[tuple[File, bytes | Skipped], ...]

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, bytes | Skipped]]:
        """All of them."""
        del files
        return iter(self.contents)


class Piece(Struct, frozen=True):
    """Some files to read at once; `source` where they come with their content."""

    files: tuple[File, ...]
    source: Loaded | None = None


def pieces_of(files: Sequence[File], drops: Drops) -> Iterator[Piece]:
    """The files in pieces of a size that keeps every process busy and progress moving.

    A file that by then is dropped is in none.
    """
    most = _piece_bytes(files)
    some: list[File] = []
    size = 0
    for file in files:
        if drops(file):
            continue
        if some and (size + file.size > most or len(some) >= PIECE_FILES):
            yield Piece(tuple(some))
            some, size = [], 0
        some.append(file)
        size += file.size
    if some:
        yield Piece(tuple(some))


def pieces_in_turn(source: Source, files: Sequence[File], drops: Drops) -> Iterator[Piece]:
    """The same for a source that has to be gone through in its own order."""
    most = _piece_bytes(files)
    some: list[tuple[File, bytes | Skipped]] = []
    size = 0
    for file, content in source.read(files):
        if drops(file):
            continue
        some.append((file, content))
        size += file.size
        if size > most or len(some) >= PIECE_FILES:
            yield _loaded(some)
            some, size = [], 0
    if some:
        yield _loaded(some)


def _loaded(contents: list[tuple[File, bytes | Skipped]]) -> Piece:
    return Piece(tuple(file for file, _ in contents), Loaded(tuple(contents)))


def _piece_bytes(files: Sequence[File]) -> int:
    return min(MOST_PIECE_BYTES, max(LEAST_PIECE_BYTES, sum(f.size for f in files) // 16))


class Part(Struct, frozen=True):
    """What one collector made of one file; `number` is the collector's place in the stock."""

    number: int
    value: Any


class FileParts(Struct, frozen=True):
    """All parts of one file, and why some collector has none."""

    file: File
    parts: tuple[Part, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    weight: int = 0
    """About how many bytes of memory the parts take."""
    lasting: bool = True
    """Whether the same bytes would give the same again; not so where they could not be had."""


def read_files(
    source: Source,
    files: Sequence[File],
    wanted: Mapping[str, Sequence[int]],
    collectors: Sequence[Collector[Any, Any]],
) -> Iterator[FileParts]:
    """What the collectors make of each file, in the order in which the source gives them."""
    for file, content in source.read(files):
        if isinstance(content, Skipped):
            yield FileParts(file, skipped=(content,), lasting=False)
        else:
            yield _offered(file, content, wanted[file.path], collectors)


def _offered(
    file: File, content: bytes, numbers: Sequence[int], collectors: Sequence[Collector[Any, Any]]
) -> FileParts:
    parts: list[Part] = []
    skipped: list[Skipped] = []
    lasting = True
    for number in numbers:
        try:
            value = collectors[number].read(file.path, content)
        except Unreadable as reason:
            skipped.append(Skipped(file.path, str(reason)))
        except (RecursionError, MemoryError):
            skipped.append(Skipped(file.path, TOO_DEEP))
            lasting = False
        except Exception as fault:  # noqa: BLE001 - one file must not sink the audit
            what = f"could not be parsed: {type(fault).__name__}"
            skipped.append(Skipped(file.path, what))
            lasting = False
        else:
            if value is not None:
                parts.append(Part(number, value))
    weight = sum(weight_of(part.value) for part in parts)
    return FileParts(file, tuple(parts), tuple(skipped), weight, lasting)


def weight_of(part: object) -> int:
    """About how many bytes of memory a part takes, of whichever collector."""
    if isinstance(part, PackedFile | UnreadFile):
        return part.weight
    return _PICKLED_TIMES * len(pickle.dumps(part, pickle.HIGHEST_PROTOCOL))
