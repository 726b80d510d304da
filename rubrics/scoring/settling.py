"""What a criterion stands at once several reviewers have scored it, and what is still open.

Follows the method's section on two raters. Equal levels stand. A difference that its rules send to
a third person waits for that person; any other is talked over for ten minutes against the decision
test, and where the talk ends without one level the lower counts. A third person's decision is
final. Until a difference is settled the lower level counts, and the interval reaches to the higher.

Asked and not supplied counts as 0; who could not assess a criterion says nothing about its level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rubrics.scoring.agreement import Call, Disputed, reasons_to_adjudicate

Kind = Literal[
    "agreed", "one-voice", "unknown", "to-talk", "to-adjudicate", "talked", "lower", "adjudicated"
]
"""How a criterion got its level. `one-voice`: only one of the reviewers could assess it. `talked`
and `lower`: after the ten minutes, with and without one level. The two that begin with `to` are
open."""

EVERY_DIFFERENCE = "Agreement is below 0.80, so every difference is adjudicated."


@dataclass(frozen=True, slots=True)
class Rating:
    """One reviewer's word; None where they could not assess, 0 where it was not supplied."""

    reviewer: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """All that decides what a criterion stands at.

    `talked` holds the levels that the reviewers came to in their talk, one each; it is complete
    when as many spoke as had a level. `adjudicated` is the third person's level.
    """

    ratings: tuple[Rating, ...]
    target: int
    keystone: bool
    touches_knock_out: bool
    every_difference: bool = False
    talked: tuple[int, ...] = ()
    adjudicated: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What counts. `level` is None where nobody could assess; `upper` is above it while open."""

    kind: Kind
    level: int | None
    upper: int | None
    reasons: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.kind in ("to-talk", "to-adjudicate")


def settle(case: Case) -> Settled:
    """The level that counts, how it came about, and why a third person must decide."""
    levels = [rating.level for rating in case.ratings if rating.level is not None]
    reasons = _reasons(case, levels)
    if case.adjudicated is not None:
        return Settled("adjudicated", case.adjudicated, case.adjudicated, reasons)
    if not levels:
        return Settled("unknown", None, None)
    low, high = min(levels), max(levels)
    if low == high:
        alone = len(levels) == 1 and len(case.ratings) > 1
        return Settled("one-voice" if alone else "agreed", low, low)
    if reasons:
        return Settled("to-adjudicate", low, high, reasons)
    if len(case.talked) < len(levels):
        return Settled("to-talk", low, high)
    return _after_the_talk(case.talked)


def needs_every_difference(call: Call, *, briefed_again: bool) -> bool:
    """Whether agreement is so low that no difference is left to a talk.

    Between the two thresholds the method says so. Below the lower one the lenses that differ most
    are scored again; where even that leaves it there, a third person decides on every difference.
    """
    return call == "adjudicate-all" or (call == "re-brief" and briefed_again)


def _after_the_talk(talked: Sequence[int]) -> Settled:
    lowest = min(talked)
    same = lowest == max(talked)
    return Settled("talked" if same else "lower", lowest, lowest)


def _reasons(case: Case, levels: Sequence[int]) -> tuple[str, ...]:
    disputed = Disputed(tuple(levels), case.target, case.keystone, case.touches_knock_out)
    reasons = reasons_to_adjudicate(disputed)
    if not reasons and case.every_difference and len(set(levels)) > 1:
        return (EVERY_DIFFERENCE,)
    return reasons
