"""What was told of one file so far, in as little memory as most files need: nothing was found."""

from collections import defaultdict
from collections.abc import Callable, Sequence
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


class Settled:
    """Which of some files have answered what; what a file answered stays its answer."""

    __slots__ = ("_answers", "_asked")

    def __init__(self, told: Sequence[Told | None]) -> None:
        self._asked: dict[int, list[int]] = defaultdict(list)
        self._answers: dict[int, list[int]] = defaultdict(list)
        for place, each in enumerate(told):
            self._asked[each.asked if each else 0].append(place)
            for bit in each.found if each else ():
                self._answers[bit].append(place)

    def may_answer(self, bits: int) -> set[int]:
        """The places of files with an answer to any of these questions, or not asked all yet."""
        unasked = (some for asked, some in self._asked.items() if asked & bits != bits)
        answers = (some for bit, some in self._answers.items() if bit & bits)
        return set[int]().union(*unasked, *answers)
