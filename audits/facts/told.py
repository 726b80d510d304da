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

    __slots__ = ("_found", "asked", "grown")

    def __init__(self, asked: int = 0, found: dict[int, Any] | None = None) -> None:
        self.asked = asked
        self.grown = False
        self._found = found or _NOTHING

    def answer(self, bit: int) -> Any:
        """What was answered to one who asked."""
        found = self._found.get(bit, ())
        if type(found) is Late:
            found = self._found[bit] = found.make(found.stored)
        return found

    def note(self, bit: int, found: Any) -> None:
        """Keeps an answer."""
        self.asked |= bit
        self.grown = True
        if found != ():
            if self._found is _NOTHING:
                self._found = {}
            self._found[bit] = found

    @property
    def found(self) -> dict[int, Any]:
        """The answers that are not empty; some may be late."""
        return self._found
