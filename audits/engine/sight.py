"""How much of what a fact is made from could be read.

"No" means that everything was looked at and nothing was found. Where too much of what could show a
practice was cut off by a limit or could not be read, nobody knows, and that is what is said.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from audits.engine.types import Skipped

TOLERATED = 0.1
"""The share of files that may be unread before "no" stops being an answer.

A repository of any size has an odd file or two. One file in ten is more than that, and no reviewer
would sign "it is not there" over it.
"""

ALL = "…"
ROOT = "."
"""The paths of what is missing from the whole tree, files of every kind."""


class Sight(Struct, frozen=True):
    """Files of the product that were wanted, how many of them were not read, and one of those.

    `hides` is how large what nobody could count may be, against what was read.
    """

    wanted: int = 0
    unread: int = 0
    path: str = ""
    reason: str = ""
    hides: float = 0.0

    @property
    def share(self) -> float:
        """The share that was read, from 0 to 1."""
        counted = 1 - self.unread / self.wanted if self.wanted else 1.0
        return counted / (1 + self.hides * counted)

    @property
    def is_blind(self) -> bool:
        """Whether so much is unread that what was not found may yet be there."""
        return 1 - self.share > TOLERATED

    @property
    def sentence(self) -> str:
        """Why it cannot be told."""
        if not self.unread:
            return f"cannot be told: what {self.path} holds is not here ({self.reason})"
        what = "file" if self.wanted == 1 else "files"
        place = "" if self.path in (ALL, ROOT) else f"{self.path}: "
        return (
            f"cannot be told: {self.unread:,} of {self.wanted:,} {what} that could show it "
            f"could not be read ({place}{self.reason})"
        )


class Sights(Struct, frozen=True, dict=True):
    """What the facts of one tree could not see, by the readers that they are made from.

    `readers` gives those of each fact, `planned` how many files some readers wanted together, and
    `unread` the files of each reader that could not be read.
    """

    readers: Mapping[type, frozenset[int]] = field(default_factory=dict)
    planned: tuple[tuple[frozenset[int], int], ...] = ()
    unread: Mapping[int, tuple[Skipped, ...]] = field(default_factory=dict)

    @cached_property
    def _lost(self) -> dict[frozenset[int], Sight]:
        """What readers lost together, as it was asked for so far."""
        return {}

    def of(self, facts: Iterable[type]) -> Sight:
        """How much could be read of all that these facts are made from, each file counted once."""
        numbers = frozenset[int]().union(*(self.readers.get(f, frozenset()) for f in facts))
        losers = frozenset(number for number in numbers if self.unread.get(number))
        if not losers:
            return Sight()
        if losers not in self._lost:
            self._lost[losers] = self._lost_by(losers)
        lost = self._lost[losers]
        read = sum(count for some, count in self.planned if some & numbers)
        return replace(lost, wanted=read + lost.unread)

    def _lost_by(self, numbers: Iterable[int]) -> Sight:
        """What some readers could not read, each file counted once; all that was wanted of it."""
        lost = {s.path: s for number in numbers for s in self.unread[number]}.values()
        missed = sum(s.files for s in lost)
        first = min(lost, key=lambda s: (bool(s.hides) and missed > 0, s.path, s.reason))
        return Sight(missed, missed, first.path, first.reason, sum(s.hides for s in lost))


CLEAR = Sights()
