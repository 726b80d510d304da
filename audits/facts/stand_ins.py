"""Functions that are named for a result and do not compute one."""

from msgspec import Struct

from audits.engine.types import Evidence


class StandIn(Struct, frozen=True, order=True):
    """A function that gives back chance (`is_random`) or always the same number.

    `is_variable` marks a variable named for a measure that is given a draw.
    """

    path: str
    line: int
    name: str
    is_random: bool
    is_variable: bool = False

    @property
    def place(self) -> Evidence:
        """Where it gives its answer back."""
        if self.is_variable:
            return Evidence(self.path, self.line, f"“{self.name}” is drawn at random")
        what = "a random number" if self.is_random else "always the same number"
        return Evidence(self.path, self.line, f"“{self.name}” gives back {what}")


class StandIns(Struct, frozen=True):
    """All of the product's Python, sorted by path and line."""

    items: tuple[StandIn, ...] = ()
