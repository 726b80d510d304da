"""Whether a feature of the current sample still has the distribution that the reference had.

Two gates, because either alone misleads: a large sample makes a difference of nothing significant,
and a small one shows large differences by chance. A feature has drifted where the test is
significant after Holm's correction over all features (S. Holm, Scand. J. Statist. 6 (1979) 65-70)
and at least one row in twenty would have to take another value for the samples to agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import TYPE_CHECKING

from audits.engine.measured import rounded
from audits.facts.samples import FeatureDrift

if TYPE_CHECKING:
    from audits.facts.intervals import Array

ALPHA = 0.001
"""The chance of one false alarm among all features of two samples of one distribution: at 0.01 one
in a hundred honest rooms would be accused."""

MATERIAL = 0.05
"""The least share of rows that must have moved. For a normal feature this is a mean that moved by
an eighth of its standard deviation (the distance is 2 Phi(d/2) - 1), well below the PSI of 0.1 that
custom calls moderate: that takes a third of one, or 13 rows in 100. What is smaller is told and
accuses nobody."""

BINS = 10
MOST_CATEGORIES = 50
FEWEST_EXPECTED = 5
NEW_SHARE = 0.01
KS = "Kolmogorov-Smirnov"
CHI2 = "chi-squared"
CONSTANT = "none (one value in both)"


@dataclass(frozen=True)
class Compared:
    """One test: its name, statistic, p before correction, and the share of rows moved."""

    test: str
    statistic: float
    p: float
    moved: float
    psi: float


def numbers(reference: "Array", current: "Array", missing: tuple[int, int]) -> Compared:
    """Kolmogorov-Smirnov on finite values; `missing` counts those without one on each side.

    The statistic is the largest distance of the two cumulated shares: the share of rows that would
    have to move across one value. p is the asymptotic one, which is conservative where values tie.
    """
    import numpy as np
    from scipy.special import kolmogorov

    before, now = np.sort(reference), np.sort(current)
    values = np.concatenate([before, now])
    shares = [np.searchsorted(side, values, "right") / len(side) for side in (before, now)]
    distance = float(np.abs(shares[0] - shares[1]).max())
    size = len(before) * len(now) / (len(before) + len(now))
    edges = np.unique(np.quantile(before, np.linspace(0, 1, BINS + 1)[1:-1]))
    counts = [
        [*np.bincount(np.searchsorted(edges, side, "left"), minlength=len(edges) + 1), gone]
        for side, gone in zip((before, now), missing, strict=True)
    ]
    return Compared(KS, distance, float(kolmogorov(sqrt(size) * distance)), distance, psi(*counts))


def categories(reference: Mapping[str, int], current: Mapping[str, int]) -> Compared:
    """Chi-squared of homogeneity; rare categories are pooled so that five are expected in each.

    The pooling is Cochran's rule: W. G. Cochran, Biometrics 10 (1954) 417-451. The rows moved are
    the total variation distance of the categories.
    """
    from scipy.special import chdtrc

    before, now = _pooled(reference, current)
    totals = (sum(before), sum(now))
    whole = sum(totals)
    statistic = sum(
        (seen - expected) ** 2 / expected
        for side, total in zip((before, now), totals, strict=True)
        for n, seen in enumerate(side)
        if (expected := total * (before[n] + now[n]) / whole) > 0
    )
    free = max(1, len(before) - 1)
    p = float(chdtrc(free, statistic)) if len(before) > 1 else 1.0
    moved = sum(abs(a / totals[0] - b / totals[1]) for a, b in zip(before, now, strict=True)) / 2
    return Compared(CHI2, statistic, p, moved, psi(before, now))


def _pooled(
    reference: Mapping[str, int], current: Mapping[str, int]
) -> tuple[list[int], list[int]]:
    """Counts by category, the rare ones as one."""
    names = sorted(
        {*reference, *current}, key=lambda n: (-reference.get(n, 0) - current.get(n, 0), n)
    )
    totals = (sum(reference.values()), sum(current.values()))
    least = FEWEST_EXPECTED * sum(totals) / max(1, min(totals))
    kept = [n for n in names[:MOST_CATEGORIES] if reference.get(n, 0) + current.get(n, 0) >= least]
    before = [reference.get(n, 0) for n in kept]
    now = [current.get(n, 0) for n in kept]
    rest = (totals[0] - sum(before), totals[1] - sum(now))
    if any(rest):
        before, now = [*before, rest[0]], [*now, rest[1]]
    return before, now


def psi(before: Sequence[int], now: Sequence[int]) -> float:
    """The population stability index; by custom, 0.1 is a moderate and 0.25 a large change.

    N. Siddiqi, Credit Risk Scorecards (2006). Each bin has half a row added, so that an empty one
    does not make it infinite.
    """
    sides = []
    for counts in (before, now):
        total = sum(counts) + 0.5 * len(counts)
        sides.append([(n + 0.5) / total for n in counts])
    return float(sum((b - a) * log(b / a) for a, b in zip(*sides, strict=True)))


def missingness(missing: tuple[int, int], rows: tuple[int, int]) -> Compared | None:
    """Whether values go missing more or less often; None where none is missing on either side."""
    if not any(missing):
        return None
    sides = [{"": gone, "-": n - gone} for gone, n in zip(missing, rows, strict=True)]
    return categories(sides[0], sides[1])


def feature(
    values: Compared | None,
    gaps: Compared | None,
    missing: tuple[int, int],
    rows: tuple[int, int],
    new: Sequence[str] = (),
) -> FeatureDrift:
    """One feature before the correction; two tests on it count twice (Bonferroni)."""
    tests = [test for test in (values, gaps) if test]
    shown = values or gaps
    shares = (rounded(missing[0] / rows[0]), rounded(missing[1] / rows[1]))
    if shown is None:
        shown = Compared(CONSTANT, 0.0, 1.0, 0.0, 0.0)
        tests = [shown]
    lowest = min(tests, key=lambda test: test.p)
    return FeatureDrift(
        test=shown.test,
        statistic=rounded(shown.statistic),
        p=min(1.0, len(tests) * lowest.p),
        psi=rounded(shown.psi),
        drifted=False,
        moved=rounded(max(test.moved for test in tests if test.p <= ALPHA) if lowest.p <= ALPHA
                      else shown.moved),
        missing_before=shares[0],
        missing_now=shares[1],
        new_categories=tuple(new),
    )  # fmt: skip


def corrected(features: Mapping[str, FeatureDrift]) -> dict[str, FeatureDrift]:
    """The features with p corrected by Holm over all of them, and the verdict on each."""
    order = sorted(features, key=lambda name: (features[name].p, name))
    found: dict[str, FeatureDrift] = {}
    highest = 0.0
    for rank, name in enumerate(order):
        highest = max(highest, min(1.0, features[name].p * (len(order) - rank)))
        each = features[name]
        drifted = highest < ALPHA and each.moved >= MATERIAL
        found[name] = replace(
            each, p=rounded(highest, 3), drifted=drifted, because=_because(each, highest, drifted)
        )
    return {name: found[name] for name in features}


def _because(each: FeatureDrift, p: float, drifted: bool) -> str:  # noqa: FBT001 - the verdict
    if drifted:
        return f"{each.moved:.1%} of the rows moved, and chance does not explain it (p {p:.2g})."
    if p < ALPHA:
        return f"The difference is no chance, but only {each.moved:.1%} of the rows moved."
    return f"Chance explains the difference (p {p:.2g})."
