"""One pass over a log of predictions: rows counted by class, origin, time and group at once.

The counts are few even where the rows are many, so everything else is summed from them in memory.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from audits.artifacts.log_rows import LogRows
from audits.facts.confusion import MOST_CLASSES, Confusion
from audits.facts.periods import DAY, slot_seconds
from audits.facts.quantities import Moments

MOST_VERSIONS = 5_000
MOST_GROUP_VALUES = 50
MOST_KINDS = 200
MOST_NUMBERED = 50
"""Different numbers from which labels are a quantity and no classes that were numbered."""

TOO_MANY = 1.1 * MOST_CLASSES
"""The estimate of different values may be off by a few per cent."""

UNCOUNTED = "(too many values to be classes)"


@dataclass(frozen=True)
class Overview:
    """What a first pass tells of a log."""

    rows: int
    labelled: int
    with_id: int
    ids: int
    first: float | None
    last: float | None
    outside: int
    timed: int
    predictions: int
    labels: int
    numeric_predictions: int
    numeric_labels: int
    fractions: int
    prediction_kinds: int
    label_kinds: int
    mean_label: float
    lowest_score: float | None
    highest_score: float | None
    infinite_scores: int
    split_predictions: int
    furthest_prediction: float
    group_kinds: tuple[int, ...]

    @property
    def is_numeric(self) -> bool:
        """Whether the target is a quantity: numbers with fractions, or of many values.

        Predictions with fractions beyond 0 and 1 are neither classes nor chances of one.
        """
        numbers = self.numeric_labels == self.labels and (
            self.numeric_predictions == self.predictions > 0
        )
        beyond = self.split_predictions > 0 and self.furthest_prediction > 1
        many = self.label_kinds > MOST_NUMBERED or (self.fractions > 0 and self.label_kinds > 20)
        return numbers and self.labels > 0 and (many or (beyond and self.label_kinds > 2))


def overview(log: LogRows) -> Overview:
    """The first pass."""
    numbers = {part: _number(part, part in log.raw) for part in ("prediction", "label")}
    p = numbers["prediction"]
    groups = "".join(f", approx_count_distinct(g{n})" for n in range(len(log.groups)))
    ids = "count(DISTINCT hash(id)) FILTER (id IS NOT NULL)" if "id" in log.has else "0"
    row = log.table.row(
        "SELECT count(*), count(label), "
        f"count(id), {ids}, min(t), max(t), "
        "count(*) FILTER (t IS NULL AND raw_t IS NOT NULL), count(raw_t), "
        "count(prediction), count(label), "
        f"count({numbers['prediction']}), count({numbers['label']}), "
        f"count(*) FILTER ({numbers['label']} <> floor({numbers['label']})), "
        "approx_count_distinct(prediction), approx_count_distinct(label), "
        f"coalesce(avg({numbers['label']}) FILTER (isfinite({numbers['label']})), 0), "
        "min(score) FILTER (isfinite(score)), max(score) FILTER (isfinite(score)), "
        "count(*) FILTER (isinf(score) AND label IS NOT NULL), "
        f"count(*) FILTER ({p} <> floor({p})), "
        f"coalesce(max(abs({p})) FILTER (isfinite({p})), 0){groups} FROM log"
    )
    fixed = len(fields(Overview)) - 1
    values: tuple[Any, ...] = (*row[:fixed], tuple(row[fixed:]))
    return Overview(*values)


def _number(part: str, native: bool) -> str:  # noqa: FBT001 - a fact on the column
    return part if native else f"TRY_CAST({part} AS DOUBLE)"


_SUMS = ("n", "labelled", "m", "a", "e2", "e4", "d1", "d2", "d4", "e2d2")


@dataclass(frozen=True)
class Counts:
    """The table `cube` and the way to sum it."""

    log: LogRows
    seconds: int

    def confusion(self, *keys: str, where: str = "true") -> dict[tuple[Any, ...], Confusion]:
        """Rows by class, for each combination of keys."""
        listed = "".join(f"{key}, " for key in keys)
        rows = self.log.table.rows(
            f"SELECT {listed}prediction, label, sum(n) FROM cube WHERE {where} GROUP BY ALL"
        )
        gathered: defaultdict[tuple[Any, ...], list[tuple[Any, Any, int]]] = defaultdict(list)
        for row in rows:
            gathered[row[: len(keys)]].append(row[len(keys) :])
        return {key: Confusion.counted(found) for key, found in gathered.items()}

    def moments(self, *keys: str, where: str = "true") -> dict[tuple[Any, ...], Moments]:
        """Sums of powers, for each combination of keys."""
        listed = "".join(f"{key}, " for key in keys)
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in _SUMS)
        rows = self.log.table.rows(
            f"SELECT {listed}{sums} FROM cube WHERE {where} GROUP BY ALL"
            if keys else f"SELECT {sums} FROM cube WHERE {where}"
        )  # fmt: skip
        at = len(keys)
        return {
            row[:at]: Moments(
                *(int(v) for v in row[at : at + 3]), *(float(v) for v in row[at + 3 :])
            )
            for row in rows
        }

    def origins(self) -> list[tuple[str, str, int, float | None]]:
        """Rows by the versions of model and data that they name, the most first."""
        found = self.log.table.rows(
            "SELECT coalesce(model, ''), coalesce(dataset, ''), sum(n)::BIGINT AS many, min(slot) "
            f"FROM cube GROUP BY ALL ORDER BY many DESC, 1, 2 LIMIT {MOST_VERSIONS}"
        )
        return [
            (_named(m), _named(d), int(n), None if slot is None else slot * self.seconds)
            for m, d, n, slot in found
        ]


def _named(version: object) -> str:
    """A version; `None` is how Python writes that there is none."""
    text = str(version)
    return "" if text.lower() == "none" else text


def counted(
    log: LogRows, seen: Overview, cuts: Mapping[int, float], groups: Iterable[int]
) -> Counts:
    """Builds the cube; `cuts` are the moments from which the last days count."""
    seconds = slot_seconds(seen.first or 0.0, seen.last or 0.0) if seen.first else DAY
    ages = " ".join(f"WHEN t > {cut!r} THEN {days}" for days, cut in sorted(cuts.items()))
    keys = [
        "model_version AS model", "dataset_version AS dataset",
        f"CAST(floor(t / {seconds}) AS BIGINT) AS slot",
        f"CASE {ages} END AS age" if ages else "NULL::INTEGER AS age",
        *(f"g{number}" for number in groups),
    ]  # fmt: skip
    measures = _moments(log, seen) if seen.is_numeric else _classes(seen)
    log.table.run(
        f"CREATE TEMP TABLE cube AS SELECT {', '.join(keys)}, {measures} FROM log GROUP BY ALL"
    )
    return Counts(log, seconds)


def _classes(seen: Overview) -> str:
    """Both classes and their rows; values too many to be classes are left out."""
    parts = (("prediction", seen.prediction_kinds), ("label", seen.label_kinds))
    kept = [
        part
        if kinds <= TOO_MANY
        else f"CASE WHEN {part} IS NOT NULL THEN '{UNCOUNTED}' END AS {part}"
        for part, kinds in parts
    ]
    return f"{', '.join(kept)}, count(*) AS n"


def _moments(log: LogRows, seen: Overview) -> str:
    """Sums of powers of the error e and of the label's distance d from its mean."""
    p, y = (_number(part, part in log.raw) for part in ("prediction", "label"))
    e, d = f"({p} - {y})", f"({y} - {seen.mean_label!r})"
    fits = f"isfinite({p}) AND isfinite({y})"
    sums = {
        "m": f"count(*) FILTER ({fits})", "a": f"sum(abs{e}) FILTER ({fits})",
        "e2": f"sum({e} * {e}) FILTER ({fits})", "e4": f"sum({e} ** 4) FILTER ({fits})",
        "d1": f"sum{d} FILTER ({fits})", "d2": f"sum({d} * {d}) FILTER ({fits})",
        "d4": f"sum({d} ** 4) FILTER ({fits})",
        "e2d2": f"sum({e} * {e} * {d} * {d}) FILTER ({fits})",
    }  # fmt: skip
    listed = ", ".join(f"{sql} AS {name}" for name, sql in sums.items())
    return f"count(*) AS n, count(label) AS labelled, {listed}"


def small_groups(log: LogRows, seen: Overview) -> tuple[list[int], list[str]]:
    """The numbers of the grouping columns that have few values, and a sentence on each other."""
    numbers, kinds = range(len(log.groups)), seen.group_kinds
    few = [n for n in numbers if kinds[n] <= MOST_KINDS]
    told = [
        f"The column {log.groups[n]!r} has about {kinds[n]:,} values; "
        f"groups are measured up to {MOST_KINDS}."
        for n in numbers if n not in few
    ]  # fmt: skip
    return few, told
