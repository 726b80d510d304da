"""Which collectors want which file of a tree, as an earlier audit of it may have found already.

What a collector wants follows from the path and the size of a file. So the plan for a tree is kept
under the collectors and the limit, with the size of each file beside it: a file of another size is
asked about anew, as is one that was not there.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import zstandard

from audits.collectors.collecting import Collector, Memory
from audits.engine.types import Skipped
from audits.facts.tree import File, Tree

_Wish = tuple[tuple[int, ...], tuple[int, ...]]
"""The collectors, by their place, that want a file, and the limits that it is larger than."""
_Rows = dict[str, tuple[int, int]]
"""For each path the size of the file and the place of its wish."""

_kept = msgspec.msgpack.Decoder(tuple[list[_Wish], _Rows])
_ANEW = 20
"""Once one file in so many is not known, the plan is kept anew."""


@dataclass(frozen=True)
class Plan:
    """The collectors that want each file, by its path; and what is too large for some of them."""

    wanted: Mapping[str, tuple[int, ...]]
    skipped: frozenset[Skipped]


def plan_of(
    tree: Tree,
    collectors: Sequence[Collector[Any, Any]],
    file_bytes: int,
    memory: Memory | None = None,
) -> Plan:
    """Asks the collectors about every file that a `memory` does not know."""
    name = _name_of(tree, collectors, file_bytes)
    wishes, known = _recalled(memory, name) if memory else ([], {})
    places = {wish: place for place, wish in enumerate(wishes)}
    wish_of = _asking(collectors, file_bytes)
    rows: _Rows = {}
    unknown = 0
    for file in tree:
        row = known.get(file.path)
        if row is None or row[0] != file.size or row[1] >= len(wishes):
            unknown += 1
            row = (file.size, places.setdefault(wish_of(file), len(places)))
        rows[file.path] = row
    wishes = list(places)
    if memory and unknown * _ANEW > len(rows):
        with suppress(ValueError, OverflowError):
            body = zstandard.ZstdCompressor(level=1).compress(
                msgspec.msgpack.encode((wishes, rows))
            )
            memory.remember([(name, body)])
    return Plan(
        {path: wishes[place][0] for path, (_, place) in rows.items() if wishes[place][0]},
        frozenset(
            Skipped(path, f"larger than the limit of {_size(limit)}")
            for path, (_, place) in rows.items()
            for limit in wishes[place][1]
        ),
    )


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
