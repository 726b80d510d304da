"""The formulas of the roll-up, in exact fractions.

Exact, so that the order of the criteria cannot matter, a headline on a band edge is on it, and the
same scorecard gives the same bytes on every machine. Rounding happens once, in `published`.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor

from msgspec import Struct

KEYSTONE_MARGIN = Fraction(3, 2)
WEAKEST_LENS_MARGIN = Fraction(1)
HEADLINE_PER_LEVEL = 25


class Weighed(Struct, frozen=True):
    """An applicable criterion in the sum of its lens; no level while it is unknown.

    `upper` is the highest level that is still open where reviewers differ; else the level itself.
    """

    criterion: str
    weight: Fraction
    keystone: bool
    level: int | None
    upper: int | None = None

    def filled(self, level: int) -> "Weighed":
        """The same with this level where its own is unknown, for an end of the interval.

        Where reviewers differ it goes as far towards this level as they do.
        """
        if self.level is not None:
            upper = self.level if self.upper is None else self.upper
            level = min(max(level, self.level), upper)
        return Weighed(self.criterion, self.weight, self.keystone, level)


class LensSum(Struct, frozen=True):
    """A lens: its weighted mean, the cap that its weakest keystones set, and the lesser of both."""

    mean: Fraction
    cap: Fraction | None
    weakest_keystones: tuple[str, ...]
    score: Fraction

    @property
    def capped(self) -> bool:
        """True where the cap binds."""
        return self.score < self.mean


class HeadlineSum(Struct, frozen=True):
    """Both terms of the headline, from 0 to 100."""

    mean: Fraction
    weakest: Fraction

    @property
    def score(self) -> Fraction:
        """The lesser term."""
        return min(self.mean, self.weakest)


def lens_sum(entries: Iterable[Weighed]) -> LensSum | None:
    """S = sum(w x level) / sum(w), at most the lowest keystone + 1.5; None with nothing known."""
    known = [(entry, entry.level) for entry in entries if entry.level is not None]
    if not known:
        return None
    total = sum((entry.weight for entry, _ in known), Fraction(0))
    mean = sum((entry.weight * level for entry, level in known), Fraction(0)) / total
    keystones = [(level, entry.criterion) for entry, level in known if entry.keystone]
    if not keystones:
        return LensSum(mean, None, (), mean)
    lowest = min(level for level, _ in keystones)
    cap = lowest + KEYSTONE_MARGIN
    names = tuple(criterion for level, criterion in keystones if level == lowest)
    return LensSum(mean, cap, names, min(mean, cap))


def filled(entries: Iterable[Weighed], level: int) -> tuple[Weighed, ...]:
    """The entries with every unknown at this level, and what is not settled as near to it."""
    return tuple(entry.filled(level) for entry in entries)


def headline_sum(lenses: Sequence[tuple[Fraction, Fraction]]) -> HeadlineSum | None:
    """H = 25 x min(sum(W x S), lowest S + 1.0) of (weight, score) pairs; weights are normalised."""
    if not lenses:
        return None
    total = sum((weight for weight, _ in lenses), Fraction(0))
    mean = sum((weight * score for weight, score in lenses), Fraction(0)) / total
    weakest = min(score for _, score in lenses) + WEAKEST_LENS_MARGIN
    return HeadlineSum(HEADLINE_PER_LEVEL * mean, HEADLINE_PER_LEVEL * weakest)


def ratio(part: Fraction, whole: Fraction) -> Fraction:
    """The share, and 0 of nothing."""
    return part / whole if whole else Fraction(0)


def exact(number: float) -> Fraction:
    """The decimal that a person wrote, not its nearest binary: 0.18 is 18/100."""
    return Fraction(str(number))


def published(value: Fraction, digits: int) -> float:
    """Rounded half up, the one time that a figure is rounded."""
    scale: int = 10**digits
    return floor(value * scale + Fraction(1, 2)) / scale
