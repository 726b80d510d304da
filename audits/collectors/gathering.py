"""One pass over the blobs of a tree, offered to every collector; then the facts that follow.

A file that a collector cannot read is listed as skipped and never stops the pass. The facts do not
depend on the order in which the source gives its blobs.
"""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from msgspec import Struct, field

from audits.collectors.collecting import Aids, Collector, Derivation, Unreadable
from audits.collectors.holding import MOST_HELD, TOO_MUCH, Held, in_order_of_room
from audits.collectors.keeping import Shelf
from audits.collectors.planning import plan_of
from audits.collectors.processes import BrokenOff, spread
from audits.collectors.reading import FileParts, Piece, pieces_in_turn, pieces_of, read_files
from audits.collectors.sights import sights_of
from audits.engine.sight import CLEAR, Sights
from audits.engine.types import Skipped
from audits.facts.tree import File, Tree

PACKAGE = "audits.collectors"
EVERYTHING = "(the whole repository)"
STAGE = "Reading files"
WORTH_A_PROCESS = 1024 * 1024
"""Bytes to read from which on a second process is sooner done than one alone."""


class Source(Protocol):
    """What gathering needs of a snapshot."""

    @property
    def tree(self) -> Tree:
        """The files."""

    @property
    def scattered(self) -> bool:
        """Whether a few files can be read without going through all of it."""

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What the source itself left out."""

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, bytes | Skipped]]:
        """Their content, each once, in any order."""


Notice = Callable[[str, int, int], None]


class Stock(Struct, frozen=True):
    """All that can be gathered: what reads blobs, and what is computed from other facts."""

    collectors: tuple[Collector[Any, Any], ...]
    derived: tuple[Derivation[Any], ...] = ()


class Gathered(Struct, frozen=True):
    """The facts by their type (the tree among them), what could not be read, and what of it."""

    facts: Mapping[type, object]
    skipped: tuple[Skipped, ...]
    sights: Sights = CLEAR


class _Work(Struct):
    parts: dict[type, list[tuple[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    skipped: set[Skipped] = field(default_factory=set)

    def take(self, held: Held, collectors: Sequence[Collector[Any, Any]]) -> None:
        """Adds what was made of all files, and what there was no room for; nothing stays there."""
        for found in held.emptied():
            self.skipped.update(found.skipped)
            for part in found.parts:
                self.parts[collectors[part.number].fact].append((found.file.path, part.value))
        self.skipped.update(Skipped(path, TOO_MUCH) for path in held.dropped)


class Means(Struct, frozen=True):
    """What gathering may use: processes that read, where parts are kept between audits, memory."""

    processes: int = 1
    shelf: Shelf | None = None
    held_bytes: int = MOST_HELD


@cache
def stock() -> Stock:
    """Every collector and derivation that a module of this package names, sorted by fact."""
    collectors: list[Collector[Any, Any]] = []
    derived: list[Derivation[Any]] = []
    package = importlib.import_module(PACKAGE)
    for info in pkgutil.walk_packages(package.__path__, prefix=f"{PACKAGE}."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if isinstance(value, Collector) and value not in collectors:
                collectors.append(value)
            elif isinstance(value, Derivation) and value not in derived:
                derived.append(value)
    return Stock(
        tuple(sorted(collectors, key=lambda c: c.fact.__name__)),
        tuple(sorted(derived, key=lambda d: d.fact.__name__)),
    )


def gather(
    source: Source,
    stock: Stock,
    *,
    file_bytes: int,
    notice: Notice,
    means: Means | None = None,
) -> Gathered:
    """Reads each wanted blob once and gives the facts. No file is read beyond `file_bytes`."""
    means = means or Means()
    aids = Aids(means.shelf, means.processes)
    plan = plan_of(source.tree, stock.collectors, file_bytes, aids)
    work = _Work(skipped=set(plan.skipped))
    wanted = plan.wanted
    files = [file for file in source.tree if file.path in wanted]
    held = Held(means.held_bytes, _certain(stock, wanted))
    done = 0
    known: set[str] = set()
    for some in means.shelf.find(files, wanted) if means.shelf else ():
        known.update(found.file.path for found in some)
        done += _taken(some, held, notice, done, len(files))
    unread = [file for file in files if file.path not in known]
    for some in _read(source, unread, wanted, stock, means, held):
        done += _taken(some, held, notice, done, len(files))
    if done < len(files):
        notice(STAGE, len(files), len(files))  # the others there was no room for
    work.take(held, stock.collectors)
    facts = _assembled(source.tree, stock, work, aids)
    skipped = tuple(sorted(work.skipped, key=lambda s: (s.path, s.reason)))
    lost = (*source.skipped, *skipped)
    planned = ((file, wanted[file.path]) for file in files)
    return Gathered(
        facts, skipped, sights_of(stock.collectors, stock.derived, planned, work.parts, lost)
    )


def _certain(stock: Stock, wanted: Mapping[str, Sequence[int]]) -> Callable[[File], bool]:
    """Of which files some collector makes a part whatever they hold."""
    certain = {n: c.certain for n, c in enumerate(stock.collectors) if c.certain is not None}
    return lambda file: any(certain[n](file) for n in wanted[file.path] if n in certain)


def _taken(some: Sequence[FileParts], held: Held, notice: Notice, done: int, total: int) -> int:
    """Adds what was made of some files and tells how far it is; how many there were."""
    for found in some:
        held.take(found)
    notice(STAGE, done + len(some), total)
    return len(some)


def _read(
    source: Source,
    files: Sequence[File],
    wanted: Mapping[str, Sequence[int]],
    stock: Stock,
    means: Means,
    held: Held,
) -> Iterator[list[FileParts]]:
    """What is made of the files, piece by piece, by as many processes as are worth their start."""

    def work(piece: Piece) -> list[FileParts]:
        found = list(read_files(piece.source or source, piece.files, wanted, stock.collectors))
        if means.shelf:
            means.shelf.keep(found, wanted)
        return found

    large = sum(file.size for file in files) > WORTH_A_PROCESS
    if large:
        for collector in stock.collectors:
            if collector.warm is not None:
                collector.warm()
    if source.scattered:
        pieces = pieces_of(in_order_of_room(files), held.drops)
    else:
        pieces = pieces_in_turn(source, files, held.drops)
    yield from spread(pieces, work, means.processes if large else 1)


def _assembled(tree: Tree, stock: Stock, work: _Work, aids: Aids) -> dict[type, object]:
    facts: dict[type, object] = {Tree: tree}
    for collector in stock.collectors:
        parts = sorted(work.parts[collector.fact], key=lambda part: part[0])
        # Whose it was stays known; the parts themselves would lie in memory beside the fact.
        work.parts[collector.fact] = [(path, None) for path, _ in parts]
        if collector.assemble_by:
            _try(facts, work, collector.fact, collector.assemble_by, tree, parts, aids)
        else:
            _try(facts, work, collector.fact, collector.assemble, tree, parts)
    waiting = list(stock.derived)
    while waiting:
        ready = [d for d in waiting if all(kind in facts for kind in d.needs)]
        if not ready:
            break
        for derived in ready:
            given = [facts[kind] for kind in derived.needs]
            _try(facts, work, derived.fact, derived.derive, *given)
        waiting = [d for d in waiting if d not in ready]
    return facts


def _try(
    facts: dict[type, object],
    work: _Work,
    fact: type,
    make: Callable[..., object],
    *arguments: object,
) -> None:
    """Makes one fact; where that fails, checks that need it will say that they could not look."""
    try:
        facts[fact] = make(*arguments)
    except BrokenOff:
        raise  # the machine's doing, and no fault of what is examined
    except Exception as fault:  # noqa: BLE001 - one fact must not sink the audit
        what = str(fault) if isinstance(fault, Unreadable) else f"{type(fault).__name__}: {fault}"
        reason = f"{fact.__name__} could not be put together: {what}"
        work.skipped.add(Skipped(EVERYTHING, reason))
