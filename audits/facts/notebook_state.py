"""What a notebook's cells need and leave behind, and what kinds of data its outputs show."""

from collections.abc import Iterator

from msgspec import Struct


class CellNames(Struct, frozen=True):
    """The names that a cell reads at once and those that it makes; `ran` without an error."""

    line: int
    reads: tuple[tuple[str, int], ...] = ()
    makes: tuple[str, ...] = ()
    ran: bool = False


class Shown(Struct, frozen=True):
    """Personal data in an output: which kind, how many different ones, and where the first is."""

    kind: str
    count: int
    line: int


class Hidden(Struct, frozen=True):
    """A name that a cell was run with and that running from the top would not give it."""

    name: str
    line: int
    later: bool


class NotebookState(Struct, frozen=True):
    """One notebook; `opaque` says why its names cannot be followed."""

    path: str
    cells: tuple[CellNames, ...] = ()
    opaque: str = ""
    shown: tuple[Shown, ...] = ()

    @property
    def hidden(self) -> tuple[Hidden, ...]:
        """Names that were there only by the order or the past of the session, each once."""
        return tuple(_hidden(self.cells)) if not self.opaque else ()


class NotebookStates(Struct, frozen=True):
    """Those of every notebook that could be read, sorted by path."""

    items: tuple[NotebookState, ...] = ()


def _hidden(cells: tuple[CellNames, ...]) -> Iterator[Hidden]:
    anywhere = {name for cell in cells for name in cell.makes}
    known: set[str] = set()
    for cell in cells:
        if cell.ran:
            for name, line in cell.reads:
                if name not in known:
                    yield Hidden(name, line, name in anywhere)
                    known.add(name)
        known.update(cell.makes)
