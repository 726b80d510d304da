"""A metric as somebody recorded it over time: its trend, its gaps, and what cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from audits.engine.measured import rounded
from audits.facts.metrics_history import MetricSeries
from audits.facts.periods import DAY, iso
from audits.facts.prediction_log import Trend
from audits.facts.trends import Point, is_decay, too_short, trend

ERRORS = ("mae", "rmse", "mse", "loss", "error", "mape", "wape", "log loss", "logloss", "brier")
"""Metrics of which less is better."""

LONG_GAP = 3
"""A gap that is so many times the median one is told."""

SAME_RUN = 5
"""So many records in a row with one value are told."""

STEADY = 0.001
"""The chance below which a series is steadier than its numbers of rows allow."""

SWING = 10


@dataclass(frozen=True)
class Record:
    """One record: seconds, the value as it is written, on how many rows, of which version."""

    at: float
    value: float
    written: str
    n: int | None = None
    version: str = ""


def series(metric: str, records: Sequence[Record]) -> MetricSeries:
    """The facts on one metric; `records` in the order of time, at least one."""
    values = [r.value for r in records]
    gaps = [(b.at - a.at) / DAY for a, b in pairwise(records)]
    found = _trend(metric, records)
    lower_better = metric.strip().lower().replace("_", " ") in ERRORS
    level = sum(values) / len(values)
    share = all(0 <= v <= 1 for v in values) and not lower_better
    return MetricSeries(
        points=len(records),
        first=iso(records[0].at) or "",
        last=iso(records[-1].at) or "",
        latest=rounded(values[-1]),
        lowest=rounded(min(values)),
        highest=rounded(max(values)),
        trend=found,
        falling=is_decay(found, level, share=share) if found else None,
        longest_gap_days=rounded(max(gaps)) if gaps else None,
        median_gap_days=rounded(median(gaps)) if gaps else None,
        suspicions=tuple(_suspicions(records, gaps)),
    )


def _trend(metric: str, records: Sequence[Record]) -> Trend | None:
    points = [Point(r.at / DAY, r.value, v, r.n or 1) for r, v in _with_variance(records)]
    # The records of a history need not say their rows; then only their number counts.
    whole = [Point(p.day, p.value, p.variance, max(p.rows, 100)) for p in points]
    if too_short(whole) or len({p.day for p in points}) < 3:
        return None
    lower_better = metric.strip().lower().replace("_", " ") in ERRORS
    return trend(metric, points, higher_is_better=not lower_better)


def _with_variance(records: Sequence[Record]) -> list[tuple[Record, float]]:
    """What each record's rows explain; without rows, half the mean square of successive steps.

    J. von Neumann et al., Ann. Math. Statist. 12 (1941) 153-162: a slow trend hardly enters it.
    """
    values = [r.value for r in records]
    if all(r.n for r in records) and all(0 <= v <= 1 for v in values):
        level = sum(r.value * (r.n or 0) for r in records) / sum(r.n or 0 for r in records)
        return [(r, level * (1 - level) / (r.n or 1)) for r in records]
    steps = [(b - a) ** 2 for a, b in pairwise(values)]
    variance = sum(steps) / (2 * max(1, len(steps)))
    return [(r, variance) for r in records]


def _suspicions(records: Sequence[Record], gaps: Sequence[float]) -> list[str]:
    told = []
    middle = median(gaps) if gaps else 0.0
    long = sum(gap > LONG_GAP * middle for gap in gaps) if middle > 0 else 0
    if long:
        told.append(f"{long} gaps are more than {LONG_GAP} times the median gap.")
    run = _longest_run([r.value for r in records])
    if run >= SAME_RUN:
        told.append(f"{run} records in a row have the very same value.")
    impossible = sum(_impossible(r) for r in records)
    if impossible:
        told.append(f"{impossible} values cannot be a share of the rows that they name.")
    if _too_steady(records):
        told.append("The values vary less than the numbers of rows that they name allow.")
    sizes = [r.n for r in records if r.n]
    if sizes and max(sizes) > SWING * min(sizes):
        told.append(f"The numbers of rows differ by more than {SWING} times.")
    return told


def _longest_run(values: Sequence[float]) -> int:
    best = run = 1 if values else 0
    for before, now in pairwise(values):
        run = run + 1 if before == now else 1
        best = max(best, run)
    return best


def _impossible(record: Record) -> bool:
    """Whether no whole number of hits gives this share, at the digits in which it is written."""
    if not record.n or not 0 <= record.value <= 1:
        return False
    decimals = len(record.written.partition(".")[2])
    half_digit = 0.5 * 10.0**-decimals
    hits = round(record.value * record.n)
    return abs(hits / record.n - record.value) > half_digit * 1.000001


def _too_steady(records: Sequence[Record]) -> bool:
    from scipy.special import chdtr

    sized = [r for r in records if r.n and 0 <= r.value <= 1]
    if len(sized) < 6:
        return False
    total = sum(r.n or 0 for r in sized)
    level = sum(r.value * (r.n or 0) for r in sized) / total
    if not 0 < level < 1:
        return False
    statistic = sum((r.value - level) ** 2 * (r.n or 0) for r in sized) / (level * (1 - level))
    return bool(chdtr(len(sized) - 1, statistic) < STEADY)
