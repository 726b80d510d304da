"""Whether a figure falls over time, judged on the whole series and never on its worst period.

A weighted line is fitted through the periods, each weighed by its rows. Its error is widened twice:
by the dispersion of the periods around the line beyond what their rows explain (quasi-likelihood:
P. McCullagh and J. Nelder, Generalized Linear Models (1989) 4.5), and by the correlation of
neighbouring periods, which makes n of them worth n(1-r)/(1+r) (G. Bayley and J. Hammersley, JRSS 8
(1946) 184-197), with r put right for its bias in short series (M. Kendall, Biometrika 41 (1954)
403-404). The line is one test for the whole series, so that many periods raise no false alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from audits.engine.measured import rounded
from audits.facts.prediction_log import Trend

if TYPE_CHECKING:
    from audits.facts.intervals import Array

ALPHA = 0.01
"""A decay is said only where chance alone would show such a line in 1 of 100 logs, falling or
rising: to accuse falsely costs more than to miss a small fall."""

MATERIAL = 0.01
"""The least fall of a share over the whole log that is called decay: one percentage point."""

MATERIAL_RELATIVE = 0.05
"""The least rise of an error over the whole log, as a share of its mean."""

FEWEST_PERIODS = 6
FEWEST_ROWS = 100
DAYS = 30
MOST_CORRELATION = 0.9


@dataclass(frozen=True)
class Point:
    """A period: its middle in days, the figure, and the variance that its rows explain."""

    day: float
    value: float
    variance: float
    rows: int


def too_short(points: Sequence[Point]) -> str:
    """Why no trend can be told, or empty."""
    rows = sum(p.rows for p in points)
    if len(points) < FEWEST_PERIODS:
        return f"a trend needs {FEWEST_PERIODS} periods with labels; the log has {len(points)}"
    if rows < FEWEST_ROWS:
        return f"a trend needs {FEWEST_ROWS} labelled rows; the log has {rows}"
    if all(p.variance <= 0 for p in points):
        return "the figure is the same in every period"
    return ""


def trend(metric: str, points: Sequence[Point], *, higher_is_better: bool = True) -> Trend:
    """The line through at least six periods."""
    import numpy as np
    from scipy.special import stdtr, stdtrit

    day, value, variance = (
        np.array([getattr(p, name) for p in points]) for name in ("day", "value", "variance")
    )
    weight = 1.0 / np.maximum(variance, 1e-12)
    centre = float((weight * day).sum() / weight.sum())
    level = float((weight * value).sum() / weight.sum())
    spread = float((weight * (day - centre) ** 2).sum())
    slope = float((weight * (day - centre) * (value - level)).sum() / spread)
    left = np.sqrt(weight) * (value - level - slope * (day - centre))
    free = len(points) - 2
    dispersion = max(1.0, float((left**2).sum()) / free)
    correlation = _correlation(left)
    error = sqrt(dispersion * (1 + correlation) / (1 - correlation) / spread)
    p = 2.0 * float(stdtr(free, -abs(slope) / error))
    half = float(stdtrit(free, 0.975)) * error
    worse = -1.0 if higher_is_better else 1.0
    return Trend(
        metric=metric,
        slope=rounded(slope * DAYS),
        interval=(rounded((slope - half) * DAYS), rounded((slope + half) * DAYS)),
        p=rounded(p, 3),
        fall=rounded(worse * slope * float(day.max() - day.min())),
        periods=len(points),
        dispersion=rounded(dispersion, 3),
        autocorrelation=rounded(correlation, 3),
    )


def _correlation(left: "Array") -> float:
    """The correlation of neighbours, at least 0, put right for short series."""
    total = float((left**2).sum())
    if total <= 0:
        return 0.0
    r = float((left[1:] * left[:-1]).sum()) / total
    return min(MOST_CORRELATION, max(0.0, r + (1 + 4 * r) / len(left)))


def is_decay(found: Trend, level: float, *, share: bool = True) -> bool:
    """Whether a trend is a decay: significant, for the worse, and large enough to matter."""
    least = MATERIAL if share else MATERIAL_RELATIVE * abs(level)
    return found.p < ALPHA and found.fall >= least
