"""One pass over the blobs of a tree, offered to every collector; then the facts that follow.

A file that a collector cannot read is listed as skipped and never stops the pass. The facts do not
depend on the order in which the source gives its blobs.
"""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from audits.collectors.collecting import Collector, Derivation, Unreadable
from audits.engine.types import Skipped
from audits.facts.tree import File, Tree

PACKAGE = "audits.collectors"
EVERYTHING = "(the whole repository)"
STAGE = "Reading files"
_TICK = 50


class Source(Protocol):
    """What gathering needs of a snapshot."""

    @property
    def tree(self) -> Tree:
        """The files."""

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, bytes | Skipped]]:
        """Their content, each once, in any order."""


Notice = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Stock:
    """All that can be gathered: what reads blobs, and what is computed from other facts."""

    collectors: tuple[Collector[Any, Any], ...]
    derived: tuple[Derivation[Any], ...] = ()


@dataclass(frozen=True)
class Gathered:
    """The facts by their type (the tree among them) and what could not be read."""

    facts: Mapping[type, object]
    skipped: tuple[Skipped, ...]


@dataclass
class _Work:
    parts: dict[type, list[tuple[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    skipped: set[Skipped] = field(default_factory=set)


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
) -> Gathered:
    """Reads each wanted blob once and gives the facts. No file is read beyond `file_bytes`."""
    work = _Work()
    plan = _plan(source.tree, stock.collectors, file_bytes, work)
    files = [source.tree.files[i] for i in sorted(plan)]
    readers = {source.tree.files[i].path: wanting for i, wanting in plan.items()}
    notice(STAGE, 0, len(files))
    for done, (file, content) in enumerate(source.read(files), start=1):
        if isinstance(content, Skipped):
            work.skipped.add(content)
        else:
            _offer(file, content, readers[file.path], work)
        if done % _TICK == 0 or done == len(files):
            notice(STAGE, done, len(files))
    facts = _assembled(source.tree, stock, work)
    skipped = tuple(sorted(work.skipped, key=lambda s: (s.path, s.reason)))
    return Gathered(facts, skipped)


def _plan(
    tree: Tree, collectors: Sequence[Collector[Any, Any]], file_bytes: int, work: _Work
) -> dict[int, list[Collector[Any, Any]]]:
    """Which collectors want which file of the tree."""
    plan: dict[int, list[Collector[Any, Any]]] = {}
    for position, file in enumerate(tree.files):
        for collector in collectors:
            if not collector.wants(file):
                continue
            limit = min(collector.limit, file_bytes)
            if file.size > limit:
                work.skipped.add(Skipped(file.path, f"larger than the limit of {_size(limit)}"))
            else:
                plan.setdefault(position, []).append(collector)
    return plan


def _offer(
    file: File, content: bytes, collectors: Sequence[Collector[Any, Any]], work: _Work
) -> None:
    for collector in collectors:
        try:
            part = collector.read(file.path, content)
        except Unreadable as reason:
            work.skipped.add(Skipped(file.path, str(reason)))
        except (RecursionError, MemoryError):
            work.skipped.add(Skipped(file.path, "nested too deeply to be examined"))
        except Exception as fault:  # noqa: BLE001 - one file must not sink the audit
            what = f"could not be parsed: {type(fault).__name__}"
            work.skipped.add(Skipped(file.path, what))
        else:
            if part is not None:
                work.parts[collector.fact].append((file.path, part))


def _assembled(tree: Tree, stock: Stock, work: _Work) -> dict[type, object]:
    facts: dict[type, object] = {Tree: tree}
    for collector in stock.collectors:
        parts = sorted(work.parts[collector.fact], key=lambda part: part[0])
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
    except Exception as fault:  # noqa: BLE001 - one fact must not sink the audit
        reason = f"{fact.__name__} could not be put together: {type(fault).__name__}: {fault}"
        work.skipped.add(Skipped(EVERYTHING, reason))


def _size(count: int) -> str:
    for unit, name in ((1024 * 1024, "MB"), (1024, "KB")):
        if count >= unit:
            return f"{count // unit:,} {name}"
    return f"{count} bytes"
