"""What was told of one file so far, in as little memory as most files need: nothing was found."""

from collections.abc import Callable
from typing import Any

_NOTHING: dict[int, Any] = {}


class Late:
    """An answer that is made from what is stored when somebody asks for it."""

    __slots__ = ("make", "stored")

    def __init__(self, make: Callable[[Any], Any], stored: Any) -> None:
        self.make, self.stored = make, stored


class Told:
    """Answers by the bits of those who asked; `asked` has a bit for each, `()` is not kept."""

    __slots__ = ("asked", "found", "grown")

    def __init__(self, asked: int = 0, found: dict[int, Any] | None = None) -> None:
        self.asked = asked
        self.grown = False
        self.found = found or _NOTHING
        """The answers that are not empty; some may be late."""

    def made(self, bit: int) -> Any:
        """An answer that is late."""
        late = self.found[bit]
        self.found[bit] = found = late.make(late.stored)
        return found

    def note(self, bit: int, found: Any) -> None:
        """Keeps an answer."""
        self.asked |= bit
        self.grown = True
        if found != ():
            if self.found is _NOTHING:
                self.found = {}
            self.found[bit] = found
