"""Notebooks and the order in which their cells were run."""

from msgspec import Struct


class Notebook(Struct, frozen=True):
    """`counts` are (execution count, line of the file) of the code cells that were run."""

    path: str
    counts: tuple[tuple[int, int], ...] = ()
    code_cells: int = 0

    @property
    def out_of_order(self) -> tuple[int, int] | None:
        """The first cell whose count does not exceed the one before it: (its place, its line)."""
        for place, (before, after) in enumerate(zip(self.counts, self.counts[1:], strict=False)):
            if after[0] <= before[0]:
                return place + 1, after[1]
        return None


class Notebooks(Struct, frozen=True):
    """Every notebook that could be read, and the paths of those that could not."""

    readable: tuple[Notebook, ...] = ()
    present: tuple[str, ...] = ()

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Notebooks in the tree whose cells are not known."""
        known = {n.path for n in self.readable}
        return tuple(p for p in self.present if p not in known)
