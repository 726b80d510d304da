"""How much the band depends on the weights, which are expert opinion.

The share of random weightings, each weight of a lens and of a criterion moved by up to 30% either
way, under which the headline keeps its band. Seeded, so that a report can be drawn again. In
floats, as a thousand draws in fractions would take seconds; caps are not weights and stay.
"""

import math
import random
from collections.abc import Sequence

from msgspec import Struct

from rubrics.scoring.arithmetic import (
    HEADLINE_PER_LEVEL,
    KEYSTONE_MARGIN,
    WEAKEST_LENS_MARGIN,
    Weighed,
)
from rubrics.scoring.bands import band_of
from rubrics.scoring.types import Sensitivity

DRAWS = 1000
SWING = 0.30
SEED = 31_415

# Sums of floats miss exact edges by less than this; a headline is published with one decimal.
_TOLERANCE = 1e-9


class WeighedLens(Struct, frozen=True):
    """A lens with the entries that have a level."""

    weight: float
    entries: tuple[Weighed, ...]


def weight_sensitivity(
    lenses: Sequence[WeighedLens], band: str, *, draws: int = DRAWS
) -> Sensitivity:
    """How many of the draws keep the band."""
    # Not for secrets: a repeatable sequence is the point.
    source = random.Random(SEED)  # noqa: S311 - drawn alike each time, and no secret
    prepared = [_Prepared.of(lens) for lens in lenses]
    kept = sum(band_of(_headline(prepared, source)) == band for _ in range(draws))
    return Sensitivity(draws=draws, kept=kept)


class _Prepared(Struct, frozen=True):
    weight: float
    pairs: tuple[tuple[float, float], ...]
    cap: float

    @staticmethod
    def of(lens: WeighedLens) -> "_Prepared":
        pairs = tuple(
            (float(entry.weight), float(entry.level))
            for entry in lens.entries
            if entry.level is not None
        )
        keystones = [e.level for e in lens.entries if e.keystone and e.level is not None]
        cap = min(keystones) + float(KEYSTONE_MARGIN) if keystones else math.inf
        return _Prepared(lens.weight, pairs, cap)

    def score(self, source: random.Random) -> float:
        total = weighted = 0.0
        for weight, level in self.pairs:
            moved = weight * source.uniform(1 - SWING, 1 + SWING)
            total += moved
            weighted += moved * level
        return min(weighted / total, self.cap)


def _headline(lenses: Sequence[_Prepared], source: random.Random) -> float:
    total = weighted = 0.0
    lowest = math.inf
    for lens in lenses:
        moved = lens.weight * source.uniform(1 - SWING, 1 + SWING)
        score = lens.score(source)
        total += moved
        weighted += moved * score
        lowest = min(lowest, score)
    headline = HEADLINE_PER_LEVEL * min(weighted / total, lowest + float(WEAKEST_LENS_MARGIN))
    return math.floor(headline * 10 + 0.5 + _TOLERANCE) / 10
