"""What one criterion would change: the headline one level up and one level down.

Each line moves one criterion and leaves all others as they are, with every cap applied, so that a
reader sees which single level the band hangs on. What nobody examined is tried at both ends. It is
arithmetic on the present scorecard and no forecast: in life levels move together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from rubrics.catalog.schema import Rubric
from rubrics.scoring.arithmetic import Weighed, exact, headline_sum, lens_sum, published
from rubrics.scoring.bands import band_of
from rubrics.scoring.types import HIGHEST_LEVEL, CriterionTerm, RollUp

HEADLINE_DIGITS = 1


@dataclass(frozen=True, slots=True)
class Moved:
    """The headline with one criterion at another level; `by` is the change in points of 100."""

    level: int
    headline: float
    by: float
    band: str


@dataclass(frozen=True, slots=True)
class Step:
    """One criterion, one level down and one level up; None at the ends of the ladder.

    An unknown has no level; it is tried at 0 and at 4.
    """

    criterion: str
    title: str
    lens: str
    level: int | None
    down: Moved | None
    up: Moved | None

    @property
    def reach(self) -> float:
        """How far the headline moves at most, in points."""
        return max((abs(each.by) for each in (self.down, self.up) if each), default=0.0)

    def changes_band(self, band: str) -> bool:
        """Whether either way leaves this band."""
        return any(each.band != band for each in (self.down, self.up) if each)


def steps_of(rubric: Rubric, rollup: RollUp) -> tuple[Step, ...]:
    """Every applicable criterion, the furthest reaching first; nothing where there is no score."""
    if rollup.headline.score is None:
        return ()
    lenses = _entries(rollup)
    weights = {lens.id: exact(lens.weight) for lens in rubric.lenses}
    point = rollup.headline.score
    found = [
        _step(term, lenses, weights, point)
        for term in rollup.terms
        if term.outcome != "not-applicable"
    ]
    return tuple(sorted(found, key=lambda step: -step.reach))


_Lenses = Mapping[str, tuple[Weighed, ...]]


def _entries(rollup: RollUp) -> _Lenses:
    return {
        lens.lens: tuple(
            Weighed(term.criterion, Fraction(term.weight), term.keystone, term.level)
            for term in lens.terms
            if term.outcome != "not-applicable"
        )
        for lens in rollup.lenses
    }


def _step(
    term: CriterionTerm, lenses: _Lenses, weights: Mapping[str, Fraction], point: float
) -> Step:
    down, up = _neighbours(term.level)

    def moved(level: int | None) -> Moved | None:
        if level is None:
            return None
        headline = _headline_with(term, level, lenses, weights)
        change = published(exact(headline) - exact(point), HEADLINE_DIGITS)
        return Moved(level, headline, change, band_of(headline))

    return Step(term.criterion, term.title, term.lens, term.level, moved(down), moved(up))


def _neighbours(level: int | None) -> tuple[int | None, int | None]:
    if level is None:
        return 0, HIGHEST_LEVEL
    return level - 1 if level > 0 else None, level + 1 if level < HIGHEST_LEVEL else None


def _headline_with(
    term: CriterionTerm, level: int, lenses: _Lenses, weights: Mapping[str, Fraction]
) -> float:
    whole = headline_sum(list(_scores_with(term, level, lenses, weights)))
    # The criterion itself has a level, so at least its lens has a score.
    return published(whole.score, HEADLINE_DIGITS) if whole else 0.0


def _scores_with(
    term: CriterionTerm, level: int, lenses: _Lenses, weights: Mapping[str, Fraction]
) -> Iterator[tuple[Fraction, Fraction]]:
    """Weight and score of each lens that has one, with the criterion at this level."""
    for lens, entries in lenses.items():
        if lens == term.lens:
            entries = tuple(
                Weighed(e.criterion, e.weight, e.keystone, level)
                if e.criterion == term.criterion
                else e
                for e in entries
            )
        found = lens_sum(entries)
        if found is not None:
            yield weights[lens], found.score
