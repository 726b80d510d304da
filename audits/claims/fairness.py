"""A largest gap between groups that is claimed, against the metric of each group in the log.

Supported where the gap between the best and the worst group is at most the claimed one. It is
contradicted only where a gap is larger and significantly so: the lower limit of an interval for the
difference lies above the claimed gap. The interval joins those of the two groups (R. G. Newcombe,
Statistics in Medicine 17 (1998) 873-890, method 10). As any pair may look worst by chance, the
limit is taken at 0.5 % divided by the number of ordered pairs (Bonferroni). Groups of a handful of
rows have wide intervals and so never accuse; a larger gap that is not significant is unsupported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from math import sqrt
from statistics import NormalDist

from audits.claims.basis import Basis
from audits.claims.numbers import (
    LOWER_IS_BETTER,
    METRIC_NAMES,
    SHARES,
    metric_named,
    number,
    points,
    told,
)
from audits.claims.origins import recomputed
from audits.claims.verdicts import Measured, together, unsupported, verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.measured import Figure
from audits.engine.report import Artifact
from audits.engine.types import Evidence
from audits.facts.prediction_log import GroupFigures, PredictionLog

NO_LOG = (
    "No log of predictions with labels and groups was handed in, and only that would decide it."
)
ALPHA = 0.005
"""The chance that any pair looks so by chance, at most: at 0.05 an honest room in some hundreds,
with many small groups, was accused."""

FEWEST = 30
"""Rows that each of two groups needs before their gap may contradict: below, intervals of shares
near 0 or 1 are too narrow for what few rows can show."""

_ROUNDING = 5e-7
MISSING = "(missing)"
_Z = NormalDist().inv_cdf(0.975)
_WILSON = frozenset({"accuracy", "precision", "recall"})


@dataclass(frozen=True)
class _Gap:
    """The difference between two groups, the lower limit at the corrected level, and at 95 %.

    `rows` are those of the smaller group.
    """

    better: str
    worse: str
    value: float
    limit: float
    interval: tuple[float, float]
    rows: int


@dataclass(frozen=True)
class _Asked:
    """What is claimed."""

    metric: str
    group: str
    most: float
    said: str


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:
    """Holds the claimed gap against what each log shows."""
    metric = metric_named(claim.text_of("metric") or "accuracy")
    if metric not in METRIC_NAMES or metric == "error_rate":
        return unsupported(claim, f"{metric[:40]!r} is not a metric that is measured by group.")
    group = claim.text_of("group").strip()
    if not group:
        return unsupported(claim, "The claim names no group, so nothing can be compared.")
    most = number(claim, "max_gap", share=metric in SHARES)
    if most.value is None or most.value < 0:
        return unsupported(claim, most.problem or "A largest gap below nothing cannot be tested.")
    logs = basis.measured(PredictionLog)
    if not logs:
        because = basis.problem_of("prediction-log") or NO_LOG
        return unsupported(claim, because, measured=Measured(most.value))
    asked = _Asked(metric, group, most.value, most.said)
    return together(claim, [_on(claim, asked, artifact, log) for artifact, log in logs])


def _on(claim: Claim, asked: _Asked, artifact: Artifact, log: PredictionLog) -> ClaimVerdict:
    column = _column(asked.group, log.groups)
    figures = _figures(asked.metric, log.groups.get(column, {}))
    if len(figures) < 2:
        because = _too_few(asked, artifact, column, log, figures)
        return unsupported(claim, because, measured=Measured(asked.most))
    gaps = _gaps(asked.metric, figures)
    widest = max(gaps, key=lambda g: (g.value, g.limit))
    decisive = max(gaps, key=lambda g: (g.rows >= FEWEST, g.limit, g.value))
    if widest.value <= asked.most + _ROUNDING:
        standing, shown = Standing.SUPPORTED, widest
        end = f"at most the claimed {_size(asked, asked.most)}{asked.said}"
    elif decisive.rows >= FEWEST and decisive.limit > asked.most:
        standing, shown = Standing.CONTRADICTED, decisive
        end = f"significantly more than the claimed {_size(asked, asked.most)}{asked.said}"
    else:
        standing, shown = Standing.UNSUPPORTED, widest
        end = (
            f"more than the claimed {_size(asked, asked.most)}{asked.said}, but with so few rows "
            "chance alone explains it"
        )
    return verdict(
        claim, standing, f"{_told(asked, artifact, column, shown, figures)}, {end}.",
        measured=Measured(asked.most, round(shown.value, 6), shown.interval),
        grade=recomputed(log), evidence=_places(asked, artifact, column, shown, figures),
    )  # fmt: skip


def _column(group: str, groups: Mapping[str, object]) -> str:
    """The column under its exact name, or the only one that differs in case and marks alone."""
    if group in groups:
        return group
    like = [c for c in groups if _folded(c) == _folded(group)]
    return like[0] if len(like) == 1 else group


def _folded(text: str) -> str:
    return text.strip().lower().replace("-", "_").replace(" ", "_")


def _figures(metric: str, groups: Mapping[str, GroupFigures]) -> dict[str, Figure]:
    """The groups with the metric; rows without a group are no group."""
    found = {name: facts.metric(metric) for name, facts in groups.items() if name != MISSING}
    return {name: figure for name, figure in found.items() if figure is not None and figure.n > 0}


def _too_few(
    asked: _Asked, artifact: Artifact, column: str, log: PredictionLog, figures: dict[str, Figure]
) -> str:
    if column not in log.groups:
        named = ", ".join(log.groups) or "none"
        return f"{artifact.path} has no groups by {asked.group[:60]!r}; it has {named}."
    many = "only one group" if figures else "no group"
    metric = METRIC_NAMES[asked.metric]
    return f"{artifact.path} has {many} by {column!r} for which {metric} can be measured."


def _gaps(metric: str, figures: dict[str, Figure]) -> list[_Gap]:
    """Every ordered pair whose first is better, with its limits."""
    pairs = len(figures) * (len(figures) - 1)
    level = NormalDist().inv_cdf(1 - ALPHA / max(1, pairs))
    found = []
    for better, worse in permutations(figures, 2):
        high, low = figures[better], figures[worse]
        rows = min(high.n, low.n)
        if metric in LOWER_IS_BETTER:
            high, low = low, high
        if high.value >= low.value:
            limit, _ = _difference(metric, high, low, level)
            interval = _difference(metric, high, low, _Z)
            found.append(_Gap(better, worse, high.value - low.value, limit, interval, rows))
    return found


def _difference(metric: str, high: Figure, low: Figure, z: float) -> tuple[float, float]:
    """Newcombe's interval for the difference, at a level of one's own."""
    (a_low, a_high), (b_low, b_high) = _limits(metric, high, z), _limits(metric, low, z)
    value = high.value - low.value
    down = sqrt((high.value - a_low) ** 2 + (b_high - low.value) ** 2)
    up = sqrt((a_high - high.value) ** 2 + (low.value - b_low) ** 2)
    return round(value - down, 6), round(value + up, 6)


def _limits(metric: str, figure: Figure, z: float) -> tuple[float, float]:
    """A group's interval at another level: Wilson's anew, any other in proportion."""
    value, n = figure.value, figure.n
    if metric in _WILSON:
        centre = (value + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(value * (1 - value) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return min(centre - half, value), max(centre + half, value)
    if figure.interval is None:
        return float("-inf"), float("inf")
    low, high = figure.interval
    return value - (value - low) * z / _Z, value + (high - value) * z / _Z


def _size(asked: _Asked, value: float) -> str:
    return points(value) if asked.metric in SHARES else f"{value:.4g}"


def _told(
    asked: _Asked, artifact: Artifact, column: str, gap: _Gap, figures: dict[str, Figure]
) -> str:
    better, worse = (told(asked.metric, figures[n].value) for n in (gap.better, gap.worse))
    return (
        f"{METRIC_NAMES[asked.metric]} by {column} in {artifact.path} is {better} for {gap.better} "
        f"and {worse} for {gap.worse}, a gap of {_size(asked, gap.value)}"
    )


def _places(
    asked: _Asked, artifact: Artifact, column: str, gap: _Gap, figures: dict[str, Figure]
) -> list[Evidence]:
    found = []
    for name in (gap.better, gap.worse):
        value = told(asked.metric, figures[name].value)
        note = f"groups.{column}.{name}: {asked.metric} {value}, n = {figures[name].n:,}"
        found.append(Evidence(artifact.path, 1, note))
    return found
