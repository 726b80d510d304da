"""A history of metrics as a table: a date, a metric, its value, and on how many rows it stands."""

from collections import defaultdict
from typing import Any

from audits.artifacts.columns import Part, as_columns, folded, guessed, is_number, looks_like_time
from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.previews import Preview
from audits.artifacts.reading import Given, Guess, Kind
from audits.artifacts.tables import Table, open_table
from audits.artifacts.times import times_of
from audits.facts.metrics_history import MetricsHistory
from audits.facts.series import ERRORS, Record, series

MOST_RECORDS = 200_000
MOST_METRICS = 200
SHARES = frozenset(
    ["accuracy", "acc", "f1", "f1 score", "precision", "recall", "auc", "roc auc", "auroc",
     "r2", "r 2", "balanced accuracy", "hit rate", "ndcg", "map", "bleu", "rouge", "kappa", "mcc",
     "gini", "ks", "pr auc", "average precision", "sensitivity", "specificity"]
)  # fmt: skip
_NAMES = frozenset(folded(each) for each in (*SHARES, *ERRORS))


def _numbers(values: tuple[str, ...]) -> bool:
    return bool(values) and all(is_number(v) for v in values)


def _names_metrics(values: tuple[str, ...]) -> bool:
    return any(folded(v) in _NAMES for v in values)


PARTS = (
    Part("time", ("date", "time", "timestamp", "day", "week", "month", "measured at",
                  "created at", "evaluated at", "recorded at", "ts"), looks_like_time),
    Part("metric", ("metric", "metric name", "name", "measure", "kpi"), _names_metrics),
    Part("value", ("value", "metric value", "score", "result"), _numbers),
    Part("n", ("n", "rows", "count", "samples", "sample size", "support", "n rows"), _numbers),
    Part("version", ("version", "model version", "model", "release", "run id")),
)  # fmt: skip
NO_TIME = "{} names no column for its dates, or {}; say in room.yaml which column is its `time`."
NO_VALUES = "{} has no metric with numbers; hand in columns date, metric, value and n."


def measure(given: Given) -> MetricsHistory:
    """The series of each metric; one column a metric is read as well as one row a metric."""
    glimpse = Glimpse(given.path, given.name, given.path.stat().st_size)
    columns = dict(given.columns)
    if not columns and glimpse.preview is not None:
        columns = dict(_guessed(glimpse.preview))
    with open_table(given.path, given.name) as table:
        times = times_of(table, str(columns["time"]) if "time" in columns else None)
        if times.sql is None:
            raise ArtifactError(NO_TIME.format(given.name, times.refused))
        named = {part: str(column) for part, column in columns.items()}
        rows, records, undated = _records(table, times.sql, named)
    if not records:
        raise ArtifactError(NO_VALUES.format(given.name))
    found = {
        metric: series(metric, sorted(listed, key=lambda r: (r.at, r.value)))
        for metric, listed in sorted(records.items())[:MOST_METRICS]
    }
    notes = (f"{undated:,} rows have no date that can be read.",) if undated else ()
    return MetricsHistory(rows, found, notes)


def _guessed(preview: Preview) -> dict[str, Any]:
    found = as_columns(guessed(preview, PARTS))
    columns = dict(found)
    if "metric" not in columns:
        columns.pop("value", None)
    return columns


def _records(
    table: Table, time: str, named: dict[str, str]
) -> tuple[int, dict[str, list[Record]], int]:
    """All rows, the records by metric, and the rows without a date."""
    if "metric" in named and "value" in named:
        pairs = [(table.text(named["metric"]), named["value"])]
    else:
        pairs = [(f"'{n}'", column) for n, column in enumerate(_metric_columns(table))]
    n = f"TRY_CAST({table.number(named['n'])} AS BIGINT)" if "n" in named else "NULL"
    version = table.text(named["version"]) if "version" in named else "NULL"
    wide = _metric_columns(table) if "metric" not in named or "value" not in named else ()
    found: defaultdict[str, list[Record]] = defaultdict(list)
    rows = int(table.row(f"SELECT count(*) FROM {table.view}")[0])
    undated = int(table.row(f"SELECT count(*) FROM {table.view} WHERE {time} IS NULL")[0])
    for name, column in pairs:
        for metric, at, value, written, size, release in table.rows(
            f"SELECT {name}, {time} AS t, {table.number(column)} AS v, {table.text(column)}, {n}, "
            f"{version} FROM {table.view} WHERE t IS NOT NULL AND isfinite(v) LIMIT {MOST_RECORDS}"
        ):
            label = wide[int(metric)] if wide else str(metric or "")[:200]
            found[label].append(Record(at, value, str(written), size, str(release or "")))
    return rows, dict(found), undated


def _metric_columns(table: Table) -> tuple[str, ...]:
    return tuple(column for column in table.columns if folded(column) in _NAMES)


def recognise(glimpse: Glimpse) -> Guess | None:
    """A table of dates with values of metrics that have a name."""
    preview = glimpse.preview
    if preview is None or len(preview.columns) > 60:
        return None
    found = guessed(preview, PARTS)
    if "time" not in found:
        return None
    if {"metric", "value"} <= found.keys():
        columns = as_columns(found)
        return Guess("metrics-history", 0.85, columns, "Each row is a metric with its value.")
    wide = [c for c in preview.columns if folded(c) in _NAMES and _numbers(preview.values(c))]
    if not wide:
        return None
    told = f"It has dates and columns of metrics: {', '.join(wide[:5])}."
    return Guess("metrics-history", 0.8, _guessed(preview), told)


KINDS = (Kind("metrics-history", measure, recognise, parts=tuple(part.name for part in PARTS)),)
