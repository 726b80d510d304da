"""What each fact could not see: files that its collector wanted and that gave it nothing.

Only files of the product count, since a test, a document or a vendored copy shows no practice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audits.collectors.collecting import Collector, Derivation
from audits.engine.sight import ALL, CLEAR, ROOT, Sights
from audits.engine.types import Skipped
from audits.facts.tree import NOT_PRODUCT, File, role_of

Collectors = Sequence[Collector[Any, Any]]
Plan = Iterable[tuple[File, tuple[int, ...]]]
Parts = Mapping[type, Sequence[tuple[str, Any]]]
_MADE_BY_MACHINES = (".lock", "-lock.json", "-lock.yaml", ".lock.json")


def sights_of(
    collectors: Collectors,
    derived: Sequence[Derivation[Any]],
    plan: Plan,
    parts: Parts,
    skipped: Sequence[Skipped],
) -> Sights:
    """The sight of all facts, derived ones by what they need."""
    lost = [s for s in skipped if (s.files or s.hides) and _could_show(s)]
    if not lost:
        return CLEAR
    asked = [(s, File(s.path, 0, "")) for s in lost]
    unread = {
        number: tuple(_missed(collector, parts[collector.fact], asked))
        for number, collector in enumerate(collectors)
    }
    gone = {s.path for some in unread.values() for s in some}
    planned = Counter(
        numbers for file, numbers in plan if not file.role & NOT_PRODUCT and file.path not in gone
    )
    counted = tuple((frozenset(numbers), count) for numbers, count in planned.items())
    return Sights(_readers(collectors, derived), counted, unread)


def _of_product(path: str) -> bool:
    return not role_of(path) & NOT_PRODUCT


def _could_show(skipped: Skipped) -> bool:
    """Whether a person may have written a practice there; not in data or in a lock file."""
    path = f"{skipped.path}/" if skipped.hides else skipped.path
    name = path.rpartition("/")[2].lower()
    data = name.endswith(".json") and name != "package.json"
    return _of_product(path) and not data and not name.endswith(_MADE_BY_MACHINES)


def _missed(
    collector: Collector[Any, Any],
    parts: Sequence[tuple[str, Any]],
    lost: Sequence[tuple[Skipped, File]],
) -> list[Skipped]:
    """What this collector wanted of the lost files and got nothing from."""
    given = {path for path, _ in parts}
    return [
        s
        for s, file in lost
        if s.path in (ALL, ROOT) or s.hides or (s.path not in given and _wants(collector, file))
    ]


def _wants(collector: Collector[Any, Any], file: File) -> bool:
    may = not collector.endings or file.suffix in collector.endings
    return may and collector.wants(file)


def _readers(
    collectors: Collectors, derived: Sequence[Derivation[Any]]
) -> dict[type, frozenset[int]]:
    """The collectors, by number, that each fact is made from in the end."""
    readers = {c.fact: frozenset([n]) for n, c in enumerate(collectors)}
    for _ in derived:  # each round reaches at least one step further
        for each in derived:
            needed = [readers.get(kind, frozenset[int]()) for kind in each.needs]
            readers[each.fact] = frozenset[int]().union(*needed)
    return readers
