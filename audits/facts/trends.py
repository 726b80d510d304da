"""Whether a figure falls over time, judged on the whole series and never on its worst span.

A weighted line is fitted through spans of the log, each weighed by its rows. Its error is widened
twice. By the dispersion of the spans beyond what their rows explain: quasi-likelihood,
P. McCullagh and J. Nelder, Generalized Linear Models (1989) 4.5. And by the correlation r of
neighbouring spans, which makes n of them worth n(1-r)/(1+r): G. Bayley and J. Hammersley, JRSS 8
(1946) 184-197, with r put right for its bias in short series: M. Kendall, Biometrika 41 (1954)
403-404. Both are measured around a smooth curve, or around one step where a step fits better, and
not around the line: a fall in one step, or late, is no noise. The line is one test for the whole
series, so that many spans raise no false alarm.

A curve through good and bad seasons hides how they hang together. So what the spans vary beyond
their rows is taken to correlate by 0.8 at least, and where it shows, the level is stricter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from audits.engine.measured import rounded
from audits.facts.prediction_log import Trend

if TYPE_CHECKING:
    from audits.facts.intervals import Array

ALPHA = 0.002
"""A decay is said only where chance alone would show such a fall in 1 of 1,000 logs: at 0.01 one
honest room in 200 would be accused, which costs more than to miss a small fall."""

ROUGH = 1.25
"""A dispersion above this says that good and bad spans are more than sampling."""

ALPHA_ROUGH = 0.001
"""The level for such a log, since a run of bad spans looks like a fall."""

SEASONS = 0.8
"""The least correlation of neighbours in what is not sampling; our rule, by simulation: of logs
whose spans correlate so, at most 1 in 20 is then called decaying."""

MATERIAL = 0.01
"""The least fall of a share over the whole log that is called decay: one percentage point."""

MATERIAL_RELATIVE = 0.05
"""The least rise of an error over the whole log, as a share of its mean."""

MOST_SPANS = 30
SPAN_ROWS = 30
FEWEST_SPANS = 6
FEWEST_ROWS = 100
SPANS = (
    f"A trend is tested on up to {MOST_SPANS} equal spans of the log, fewer where they would hold "
    f"under {SPAN_ROWS} labelled rows on average."
)
DAYS = 30
MOST_CORRELATION = 0.9


@dataclass(frozen=True)
class Point:
    """A span: its middle in days, the figure, and the variance that its rows explain."""

    day: float
    value: float
    variance: float
    rows: int


def too_short(points: Sequence[Point]) -> str:
    """Why no trend can be told, or empty."""
    rows = sum(p.rows for p in points)
    if len(points) < FEWEST_SPANS:
        return f"a trend needs labels in {FEWEST_SPANS} spans of time; the log has {len(points)}"
    if rows < FEWEST_ROWS:
        return f"a trend needs {FEWEST_ROWS} labelled rows; the log has {rows}"
    if all(p.variance <= 0 for p in points):
        return "the figure is the same in every span"
    return ""


def span_count(labelled: int) -> int:
    """Into how many equal spans a log is cut for the test."""
    return max(FEWEST_SPANS, min(MOST_SPANS, labelled // SPAN_ROWS))


def trend(metric: str, points: Sequence[Point], *, higher_is_better: bool = True) -> Trend:
    """The line through at least six spans."""
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
    dispersion, correlation, free = _noise(day, value, weight)
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
        spans=len(points),
        dispersion=rounded(dispersion, 3),
        autocorrelation=rounded(correlation, 3),
    )


def _noise(day: "Array", value: "Array", weight: "Array") -> tuple[float, float, int]:
    """Dispersion, correlation of neighbours and freedom, around what fits better."""
    curve, step = _around_curve(day, value, weight), _around_step(value, weight)
    left, free = min((curve, step), key=lambda found: float((found[0] ** 2).sum()) / found[1])
    dispersion = max(1.0, float((left**2).sum()) / free)
    seasons = SEASONS * (1 - 1 / dispersion)
    return dispersion, max(seasons, _correlation(left, len(day) - free)), free


def _around_step(value: "Array", weight: "Array") -> tuple["Array", int]:
    """Standardised distances from two levels, with the break where it fits best; 3 terms."""
    import numpy as np

    edge = 3 if len(value) >= 12 else 2
    before, sums = np.cumsum(weight)[:-1], np.cumsum(weight * value)[:-1]
    after, others = weight.sum() - before, (weight * value).sum() - sums
    explained = (sums**2 / before + others**2 / after)[edge - 1 : len(value) - edge]
    at = edge - 1 + int(explained.argmax())
    levels = np.where(np.arange(len(value)) <= at, sums[at] / before[at], others[at] / after[at])
    return (value - levels) * np.sqrt(weight), len(value) - 3


def _around_curve(day: "Array", value: "Array", weight: "Array") -> tuple["Array", int]:
    """Standardised distances from a line, or a parabola from 8 spans on, and their freedom."""
    import numpy as np

    degree = 1 if len(day) < 8 else 2
    scaled = 2 * (day - day.mean()) / (day.max() - day.min())
    root = np.sqrt(weight)
    curve = np.vander(scaled, degree + 1) * root[:, None]
    found = np.linalg.lstsq(curve, value * root, rcond=None)[0]
    return value * root - curve @ found, len(day) - degree - 1


def _correlation(left: "Array", terms: int) -> float:
    """The correlation of neighbours, at least 0, put right for short series and fitted terms."""
    total = float((left**2).sum())
    if total <= 0:
        return 0.0
    r = float((left[1:] * left[:-1]).sum()) / total
    return min(MOST_CORRELATION, max(0.0, r + (terms - 1 + 2 * terms * r) / len(left)))


def is_decay(found: Trend, level: float, *, share: bool = True) -> bool:
    """Whether a trend is a decay: significant, for the worse, and large enough to matter."""
    least = MATERIAL if share else MATERIAL_RELATIVE * abs(level)
    strict = ALPHA_ROUGH if found.dispersion > ROUGH else ALPHA
    return found.p < strict and found.fall >= least
