"""Holds what was made of the files, within a bound on memory that no tree exceeds.

Where a tree gives more than that, the files of the product are kept before all others and then in
the order of their paths; the rest is listed as skipped. What is kept does not depend on the order
in which the files were read.
"""

from bisect import insort
from collections.abc import Iterator

from audits.collectors.reading import FileParts
from audits.facts.tree import NOT_PRODUCT, File

MOST_HELD = 160 * 1024 * 1024
"""Bytes that the facts of single files may take together, as `FileParts.weight` estimates, unless
whoever runs Proofroom says otherwise."""
TOO_MUCH = "the facts of the files before it fill the memory that an examination may use"
_Place = tuple[bool, str]


class Held:
    """What was made of the files so far; `most` bounds their weight."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._weight = 0
        self._found: dict[str, FileParts] = {}
        self._order: list[_Place] | None = None
        self._cut: _Place | None = None
        self.dropped: set[str] = set()

    def take(self, found: FileParts) -> None:
        """Adds what was made of one file, and lets go of the last ones where it is too much."""
        place = _place_of(found.file)
        if found.parts and self._cut is not None and place >= self._cut:
            self.dropped.add(found.file.path)
            return
        self._found[found.file.path] = found
        self._weight += found.weight
        if self._order is not None and found.parts:
            insort(self._order, place)
        while self._weight > self._most:
            self._let_go()

    def _let_go(self) -> None:
        if self._order is None:
            self._order = sorted(_place_of(f.file) for f in self._found.values() if f.parts)
        self._cut = self._order.pop()
        path = self._cut[1]
        self._weight -= self._found.pop(path).weight
        self.dropped.add(path)

    def __iter__(self) -> Iterator[FileParts]:
        """All that is kept."""
        return iter(self._found.values())

    def emptied(self) -> Iterator[FileParts]:
        """All that is kept, file by file, and no longer afterwards."""
        while self._found:
            yield self._found.popitem()[1]


def _place_of(file: File) -> _Place:
    return (bool(file.role & NOT_PRODUCT), file.path)
