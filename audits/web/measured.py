"""What a page draws of measured facts: the charts of a log, and facts of any kind as lines."""

from collections.abc import Iterator, Mapping
from typing import Any

from audits.charts.by_group import ByGroup, GroupRow
from audits.charts.by_period import ByPeriod, PeriodPoint
from audits.models import Measured

METRICS = {
    "accuracy": "Accuracy", "roc_auc": "ROC AUC", "f1": "F1", "precision": "Precision",
    "recall": "Recall", "mae": "Mean absolute error", "rmse": "Root mean squared error",
    "r2": "R²",
}  # fmt: skip
MOST_GROUPS = 20
FOR_RULES = ("line", "licence_line", "base_line", "is_weights")
"""Facts that only rules and pointers need; on a page they say nothing."""

LINKS = {
    "version": "the row names no model version",
    "registration": "the registry does not know the version",
    "run": "the version names no run",
    "dataset": "the version names no dataset",
}
"""Where a chain from a prediction to its data breaks, in words."""


def metrics_of(facts: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The metrics of a log in the order of reading."""
    return [(title, facts[name]) for name, title in METRICS.items() if name in facts]


def refused_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The metrics that the columns do not allow, and why, in the order of reading."""
    refused = facts.get("refused", {})
    return [(title, refused[n].rstrip(".")) for n, title in METRICS.items() if n in refused]


def by_period(row: Measured) -> ByPeriod | None:
    """The leading metric over time; None where the log has no spans with figures."""
    facts = row.facts
    trend = facts.get("trend") or {}
    name = trend.get("metric") or next((m for m in ("accuracy", "mae") if m in facts), "")
    points = tuple(_point(each) for each in facts.get("by_period", ()))
    if not name or not any(p.value is not None for p in points):
        return None
    title = METRICS.get(name, name)
    span = facts.get("period") or "period"
    return ByPeriod(f"period-{row.pk}", f"{title} by {span}", title, points)


def _point(each: Mapping[str, Any]) -> PeriodPoint:
    low, high = each.get("interval") or (None, None)
    return PeriodPoint(each["start"], each["labelled"], each.get("value"), low, high)


def by_group(row: Measured) -> list[ByGroup]:
    """A chart for each grouping column, its groups from best to worst."""
    columns = row.facts.get("groups", {}).items()
    charts = (_chart(row, index, *each) for index, each in enumerate(columns))
    return [chart for chart in charts if chart.rows]


def _chart(row: Measured, index: int, column: str, groups: Mapping[str, Any]) -> ByGroup:
    name = "mae" if any("mae" in each for each in groups.values()) else "accuracy"
    rows = [
        GroupRow(group or "(empty)", each["n"], each[name], *(each.get("interval") or (None, None)))
        for group, each in groups.items()
        if name in each
    ]
    rows.sort(key=lambda r: r.value, reverse=name != "mae")
    title = METRICS[name]
    return ByGroup(
        f"group-{index}-{row.pk}", f"{title} by {column}", title, tuple(rows[:MOST_GROUPS])
    )


def shares_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """How far predictions can be followed, as percentages of all rows."""
    trace = facts.get("trace") or {}
    ends = ("model", "run", "dataset")
    return {end: f"{trace[f'to_{end}']:.1%}" for end in ends if f"to_{end}" in trace}


def broken_links(facts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Why rows cannot be traced, most rows first."""
    broken = (facts.get("trace") or {}).get("broken", {})
    found = [(LINKS.get(link, link), rows) for link, rows in broken.items() if rows]
    return sorted(found, key=lambda each: -each[1])


def lines_of(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Facts of any kind as names and short values, for kinds without a page of their own."""
    for name, value in facts.items():
        if name in FOR_RULES:
            continue
        if isinstance(value, Mapping):
            shown = ", ".join(f"{k}: {_short(v)}" for k, v in list(value.items())[:20])
        elif isinstance(value, list):
            shown = ", ".join(_short(each) for each in value[:20])
        else:
            shown = _short(value)
        if shown:
            yield name.replace("_", " ").capitalize(), shown


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k} {v}" for k, v in value.items() if not isinstance(v, list | dict))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)[:200]
