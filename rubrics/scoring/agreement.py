"""How far reviewers agree, beyond chance, and what must be adjudicated.

Krippendorff's alpha with ordinal distance and missing values, after K. Krippendorff, "Computing
Krippendorff's Alpha-Reliability" (2011): a coincidence matrix over all pairs of ratings of an item,
observed against expected disagreement. The interval is a percentile bootstrap over items, seeded.
Exact and within-one agreement stand beside it, as alpha falls where most levels are alike.
The thresholds are those of the method's section on two raters.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from rubrics.scoring.types import HIGHEST_LEVEL

Ratings = Sequence[Sequence[int | None]]
Call = Literal["sign-off", "adjudicate-all", "re-brief", "undefined"]

DRAWS = 1000
SEED = 27_182
SIGN_OFF = 0.80
RE_BRIEF = 0.667
WIDE_DIFFERENCE = 2
WEAK_KEYSTONE = 1


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over the items that at least two rated; None where it cannot be computed."""

    items: int
    pairs: int
    alpha: float | None
    low: float | None
    high: float | None
    exact: float | None
    within_one: float | None
    call: Call


@dataclass(frozen=True, slots=True)
class Disputed:
    """What of a criterion decides whether its difference must be adjudicated."""

    levels: tuple[int, ...]
    target: int
    keystone: bool
    touches_knock_out: bool


def agreement(ratings: Ratings, *, draws: int = DRAWS) -> Agreement:
    """Agreement of the reviewers; one row an item, one column a reviewer, None where unrated."""
    rows = [row for row in (_rated(row) for row in ratings) if len(row) > 1]
    differences = [abs(a - b) for row in rows for a, b in combinations(row, 2)]
    alpha = _alpha(rows)
    low, high = _interval(rows, draws) if alpha is not None else (None, None)
    return Agreement(
        items=len(rows),
        pairs=len(differences),
        alpha=_rounded(alpha),
        low=_rounded(low),
        high=_rounded(high),
        exact=_share(differences, 0),
        within_one=_share(differences, 1),
        call=_call(alpha),
    )


def krippendorff_alpha(ratings: Ratings) -> float | None:
    """Ordinal alpha, unrounded; None where nothing varies or nothing is rated twice."""
    return _alpha([row for row in (_rated(row) for row in ratings) if len(row) > 1])


def differing_most(by_lens: Mapping[str, Ratings]) -> tuple[str, ...]:
    """The lenses whose reviewers differ more, per pair of ratings, than over all lenses together.

    They are those to score again where agreement is too low; none where nobody differs.
    """
    found = {lens: _differences(ratings) for lens, ratings in by_lens.items()}
    everything = [item for items in found.values() for item in items]
    if not any(everything):
        return ()
    usual = sum(everything) / len(everything)
    return tuple(
        lens for lens, items in found.items() if items and sum(items) / len(items) >= usual
    )


def _differences(ratings: Ratings) -> list[int]:
    rows = (_rated(row) for row in ratings)
    return [abs(a - b) for row in rows for a, b in combinations(row, 2)]


def reasons_to_adjudicate(disputed: Disputed) -> tuple[str, ...]:
    """Why a difference must go to a third reviewer; none where ten minutes' talk will do."""
    if len(set(disputed.levels)) < 2:
        return ()
    low, high = min(disputed.levels), max(disputed.levels)
    reasons = (
        (high - low >= WIDE_DIFFERENCE, f"The levels differ by {high - low}."),
        (low < disputed.target <= high, f"They straddle the stage's target of {disputed.target}."),
        (disputed.keystone and low <= WEAK_KEYSTONE, f"A keystone stands at {low}."),
        (disputed.touches_knock_out, "A knock-out hangs on it."),
    )
    return tuple(text for holds, text in reasons if holds)


def _rated(row: Sequence[int | None]) -> tuple[int, ...]:
    levels = tuple(level for level in row if level is not None)
    if any(level < 0 for level in levels):
        message = "A level cannot be negative."
        raise ValueError(message)
    return levels


def _alpha(rows: Sequence[tuple[int, ...]]) -> float | None:
    """1 - observed / expected disagreement, from the coincidence matrix."""
    size = max((level for row in rows for level in row), default=HIGHEST_LEVEL) + 1
    coincidences = [[0.0] * size for _ in range(size)]
    for row in rows:
        for first, second in combinations(row, 2):
            coincidences[first][second] += 1 / (len(row) - 1)
            coincidences[second][first] += 1 / (len(row) - 1)
    totals = [sum(line) for line in coincidences]
    distances = _ordinal_distances(totals)
    levels = list(combinations(range(size), 2))
    observed = sum(coincidences[a][b] * distances[a][b] for a, b in levels)
    expected = sum(totals[a] * totals[b] * distances[a][b] for a, b in levels)
    if expected == 0:
        return None
    return 1 - (sum(totals) - 1) * observed / expected


def _ordinal_distances(totals: Sequence[float]) -> list[list[float]]:
    """Squared: the ratings from one level to the other, the ends counted half."""
    running = [0.0]
    for total in totals:
        running.append(running[-1] + total)
    middles = [(before + after) / 2 for before, after in pairwise(running)]
    return [[(a - b) ** 2 for b in middles] for a in middles]


def _interval(rows: Sequence[tuple[int, ...]], draws: int) -> tuple[float | None, float | None]:
    # Not for secrets: a repeatable sequence is the point.
    source = random.Random(SEED)  # noqa: S311 - drawn alike each time, and no secret
    alphas = [_alpha(source.choices(rows, k=len(rows))) for _ in range(draws)]
    found = sorted(alpha for alpha in alphas if alpha is not None)
    if not found:
        return None, None
    last = len(found) - 1
    return found[round(0.025 * last)], found[round(0.975 * last)]


def _share(differences: Sequence[int], most: int) -> float | None:
    if not differences:
        return None
    return _rounded(sum(item <= most for item in differences) / len(differences))


def _call(alpha: float | None) -> Call:
    if alpha is None:
        return "undefined"
    if alpha >= SIGN_OFF:
        return "sign-off"
    return "adjudicate-all" if alpha >= RE_BRIEF else "re-brief"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
