"""Which collectors want which file of a tree, as an earlier audit of it may have found already.

What a collector wants follows from the path and the size of a file. So the plan for a tree is kept
under the collectors and the limit, with the size of each file beside it: a file of another size is
asked about anew, as is one that was not there.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import msgspec
import zstandard

from audits.collectors.collecting import ALONE, Aids, Collector, Memory
from audits.collectors.processes import spread
from audits.engine.types import Skipped
from audits.facts.tree import File, Tree

_Wish = tuple[tuple[int, ...], tuple[int, ...]]
"""The collectors, by their place, that want a file, and the limits that it is larger than."""
_NOTHING: _Wish = ((), ())
_Rows = dict[str, tuple[int, int]]
"""For each path the size of the file and the place of its wish."""

_kept = msgspec.msgpack.Decoder(tuple[list[_Wish], _Rows])
WORTH_A_PROCESS = 20_000
"""Files to ask about from which on a second process is sooner done than one alone."""
_AT_A_TIME = 4_000
_ANEW = 20
"""Once one file in so many is not known, the plan is kept anew."""


class Plan(msgspec.Struct, frozen=True):
    """The collectors that want each file, by its path; and what is too large for some of them."""

    wanted: Mapping[str, tuple[int, ...]]
    skipped: frozenset[Skipped]


def plan_of(
    tree: Tree,
    collectors: Sequence[Collector[Any, Any]],
    file_bytes: int,
    aids: Aids = ALONE,
) -> Plan:
    """Asks the collectors about every file that no memory knows."""
    memory = aids.memory
    name = _name_of(tree, collectors, file_bytes)
    wishes, known = _recalled(memory, name) if memory else ([], {})
    places = {wish: place for place, wish in enumerate(wishes)}
    rows: _Rows = {}
    unknown: list[File] = []
    for file in tree:
        row = known.get(file.path)
        if row is None or row[0] != file.size or row[1] >= len(wishes):
            unknown.append(file)
        else:
            rows[file.path] = row
    for file, wish in _asked(unknown, _asking(collectors, file_bytes), aids.processes):
        rows[file.path] = (file.size, places.setdefault(wish, len(places)))
    wishes = list(places)
    if memory and len(unknown) * _ANEW > len(rows):
        with suppress(ValueError, OverflowError):
            body = zstandard.ZstdCompressor(level=1).compress(
                msgspec.msgpack.encode((wishes, rows))
            )
            memory.remember([(name, body)])
    wanting = {place: wants for place, (wants, _) in enumerate(wishes) if wants}
    limiting = {place: limits for place, (_, limits) in enumerate(wishes) if limits}
    return Plan(
        {f.path: wanting[place] for f in tree if (place := rows[f.path][1]) in wanting},
        frozenset(
            Skipped(path, f"larger than the limit of {_size(limit)}")
            for path, (_, place) in (rows.items() if limiting else ())
            for limit in limiting.get(place, ())
        ),
    )


def _asked(
    files: Sequence[File], wish_of: Callable[[File], _Wish], processes: int
) -> Iterator[tuple[File, _Wish]]:
    """What becomes of each of the files, told by several processes where there are many."""

    def work(place: int) -> tuple[int, list[_Wish]]:
        same: dict[_Wish, _Wish] = {}  # is written once for all files that share it
        wishes = map(wish_of, files[place : place + _AT_A_TIME])
        return place, [same.setdefault(wish, wish) for wish in wishes]

    many = len(files) > WORTH_A_PROCESS
    for place, wishes in spread(range(0, len(files), _AT_A_TIME), work, processes if many else 1):
        yield from zip(files[place : place + _AT_A_TIME], wishes, strict=True)


def _name_of(tree: Tree, collectors: Sequence[Collector[Any, Any]], file_bytes: int) -> bytes:
    """What the plan of a tree is kept under: the names at its root keep repositories apart."""
    told = [f"{c.fact.__module__}.{c.fact.__qualname__} {c.version} {c.limit}" for c in collectors]
    root = sorted({file.path.partition("/")[0] for file in tree})
    text = "\0".join([str(file_bytes), *told, "", *root])
    return b"plan" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _recalled(memory: Memory, name: bytes) -> tuple[list[_Wish], _Rows]:
    """What was kept; nothing where there is none or it is no good."""
    with suppress(msgspec.MsgspecError, zstandard.ZstdError, ValueError):
        for _, body in memory.recall([name]):
            return _kept.decode(zstandard.ZstdDecompressor().decompress(body))
    return [], {}


def _asking(collectors: Sequence[Collector[Any, Any]], file_bytes: int) -> Callable[[File], _Wish]:
    """The question what becomes of a file."""

    @cache
    def asked(suffix: str) -> list[tuple[int, Callable[[File], bool], int]]:
        some = ((n, c) for n, c in enumerate(collectors) if not c.endings or suffix in c.endings)
        return [(n, c.wants, min(c.limit, file_bytes)) for n, c in some]

    def wish_of(file: File) -> _Wish:
        wanting = [(n, limit) for n, wants, limit in asked(file.suffix) if wants(file)]
        if not wanting:
            return _NOTHING
        size = file.size
        return (
            tuple([n for n, limit in wanting if size <= limit]),
            tuple(sorted({limit for _, limit in wanting if size > limit})),
        )

    return wish_of


def _size(count: int) -> str:
    for unit, name in ((1024 * 1024, "MB"), (1024, "KB")):
        if count >= unit:
            return f"{count // unit:,} {name}"
    return f"{count} bytes"
