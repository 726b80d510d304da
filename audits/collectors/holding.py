"""Holds what was made of the files, within a bound on memory that no tree exceeds.

Where a tree gives more than that, the files of the product are kept before all others and then in
the order of their paths; the rest is listed as skipped. What is kept does not depend on the order
in which the files were read.

What lies beyond the bound stays there, so that whoever goes through the product first learns early
which files need not be read at all.
"""

from bisect import insort
from collections.abc import Callable, Iterator, Sequence

from audits.collectors.reading import FileParts
from audits.facts.tree import NOT_PRODUCT, File

MOST_HELD = 160 * 1024 * 1024
"""Bytes that the facts of single files may take together, as `FileParts.weight` estimates, unless
whoever runs Proofroom says otherwise."""
TOO_MUCH = "the facts of the files before it fill the memory that an examination may use"
_Place = tuple[bool, str]


class Held:
    """What was made of the files so far; `most` bounds their weight.

    Of `certain` files something is made whatever they hold, as far as their place matters.
    """

    def __init__(
        self, most: int = MOST_HELD, certain: Callable[[File], bool] = lambda _: False
    ) -> None:
        self._most = most
        self._certain = certain
        self._weight = 0
        self._found: dict[str, FileParts] = {}
        self._order: list[_Place] | None = None
        self._cut: _Place | None = None
        self.dropped: set[str] = set()

    def take(self, found: FileParts) -> None:
        """Adds what was made of one file, and lets go of the last ones where it is too much."""
        if found.parts and self._is_beyond(found.file):
            self.dropped.add(found.file.path)
            return
        self._found[found.file.path] = found
        self._weight += found.weight
        if self._order is not None and found.parts:
            insort(self._order, _place_of(found.file))
        while self._weight > self._most:
            self._let_go()

    def _let_go(self) -> None:
        if self._order is None:
            self._order = sorted(_place_of(f.file) for f in self._found.values() if f.parts)
        self._cut = self._order.pop()
        path = self._cut[1]
        self._weight -= self._found.pop(path).weight
        self.dropped.add(path)

    def drops(self, file: File) -> bool:
        """Drops a file, read or not, where something would be made of it and there is no room."""
        beyond = self._is_beyond(file) and self._certain(file)
        if beyond:
            self._found.pop(file.path, None)
            self.dropped.add(file.path)
        return beyond

    def _is_beyond(self, file: File) -> bool:
        return self._cut is not None and _place_of(file) >= self._cut

    def __iter__(self) -> Iterator[FileParts]:
        """All that is kept."""
        return iter(self._found.values())

    def emptied(self) -> Iterator[FileParts]:
        """All that is kept, file by file, and no longer afterwards."""
        # A broken file may have been read before it was known that there would be no room.
        for found in tuple(self._found.values()):
            self.drops(found.file)
        while self._found:
            yield self._found.popitem()[1]


def in_order_of_room(files: Sequence[File]) -> list[File]:
    """Files in the order of the tree as they are kept: those of the product first."""
    return sorted(files, key=lambda file: bool(file.role & NOT_PRODUCT))


def _place_of(file: File) -> _Place:
    return (bool(file.role & NOT_PRODUCT), file.path)
