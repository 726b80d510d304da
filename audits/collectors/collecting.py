"""What a collector is: the way from blobs to one fact, in two steps.

`read` turns one blob into a part (a pure function of path and bytes, so that it can be cached by
blob id and run in any process); `assemble` turns the parts of a whole tree into the fact. Every
blob is fetched once and offered to all collectors that want it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from audits.facts.tree import File, Tree

Part = TypeVar("Part")
Fact = TypeVar("Fact")

DEFAULT_LIMIT = 2 * 1024 * 1024
"""Bytes of a blob that a collector reads unless it says otherwise; longer ones are skipped."""


class Unreadable(Exception):
    """A blob that a collector wanted and could not parse; the message is the reason shown."""


class Memory(Protocol):
    """Entries that outlast an audit, by names of any bytes."""

    def recall(self, names: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Those of these entries that are there and whole, with their names."""

    def remember(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Keeps entries."""


class Aids(Struct, frozen=True):
    """What a fact may be put together by: what earlier audits kept, and so many processes."""

    memory: Memory | None = None
    processes: int = 1


ALONE = Aids()


class Collector(Struct, Generic[Part, Fact], frozen=True):
    """How one kind of fact is gathered. All callables are module-level functions (picklable).

    `wants(file)` chooses blobs by path; `read(path, content)` gives the part or None and may raise
    `Unreadable`; `assemble(tree, parts)` gets (path, part) pairs sorted by path.
    Raise `version` whenever `read` would give another part for the same bytes. `warm` prepares what
    all reading shares, once, before it is spread over processes. `endings` are the only suffixes of
    files that `wants` may want, so that of other files it is not asked; none where a name decides.
    `assemble_by` does what `assemble` does with the aids that there are, and is taken before it.
    `certain(file)` says of which wanted files there is a part whatever they hold, unless they are
    broken: where there is no room for the part, such a file need not be read.
    """

    fact: type[Fact]
    version: int
    wants: Callable[[File], bool]
    read: Callable[[str, bytes], Part | None]
    assemble: Callable[[Tree, Sequence[tuple[str, Part]]], Fact]
    limit: int = DEFAULT_LIMIT
    warm: Callable[[], object] | None = None
    endings: Collection[str] = ()
    assemble_by: Callable[[Tree, Sequence[tuple[str, Part]], Aids], Fact] | None = None
    certain: Callable[[File], bool] | None = None


class Derivation(Struct, Generic[Fact], frozen=True):
    """How a fact is made from other facts instead of from blobs.

    `derive` gets the facts of the types in `needs` as positional arguments, in that order; it runs
    after all collectors and after the derivations whose facts it needs. Collectors and derivations
    are found as the named values of the modules of `audits.collectors`.
    """

    fact: type[Fact]
    needs: tuple[type, ...]
    derive: Callable[..., Fact]
