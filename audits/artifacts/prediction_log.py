"""A log of predictions in CSV, JSON Lines or Parquet, one row a prediction, of any size.

A metric that the columns do not allow is refused with its reason. Nothing is guessed: a score is
not cut at a half to make a class of it.
"""

from dataclasses import replace
from random import Random

from audits.artifacts.columns import LOG_PARTS, as_columns, group_columns, guessed
from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.log_counts import (
    MOST_VERSIONS,
    Counts,
    Overview,
    counted,
    overview,
    small_groups,
)
from audits.artifacts.log_figures import Asked, with_classes, with_numbers
from audits.artifacts.log_rows import LogRows, log_rows
from audits.artifacts.reading import Given, Guess, Kind
from audits.artifacts.samples import describe
from audits.engine.measured import Facts
from audits.facts.periods import DAY, iso
from audits.facts.prediction_log import Drawn, Origin, PredictionLog

WINDOWS = (7, 30, 90, 365)
"""Days at the end of a log that are always measured, where the log is longer."""

DRAWN = 20
MANY_VERSIONS = (
    "The rows name more than {:,} versions; {:,} rows of the rarest are not told by version."
)
NO_ROWS = "{} has a head and no rows; hand in the log with its predictions."
DUPLICATES = "{:,} rows repeat the id of an earlier row; every figure counts all rows."
STRANGE_TIMES = "{:,} rows have a time before 1990 or after 2100; figures over time leave them out."
NO_TIME = "{:,} rows have no time that can be read; figures over time leave them out."


def measure(given: Given) -> Facts:
    """The facts on a log; a file of labels alone is described, and measured with its log."""
    return describe(given) if given.is_labels else measure_log(given)


def measure_log(given: Given) -> PredictionLog:
    """The facts on a log of predictions.

    1. Open it with its late labels. 2. Look over all rows once. 3. Count them once more by class,
    origin, time and group. 4. Sum the figures. 5. Draw predictions for a reviewer.
    """
    with log_rows(given) as log:
        seen = overview(log)
        if not seen.rows:
            raise ArtifactError(NO_ROWS.format(given.name))
        groups, told = small_groups(log, seen)
        asked = Asked(_cuts(seen, given.windows), given.windows, tuple(groups), given.seed)
        counts = counted(log, seen, asked.cuts, asked.groups)
        facts = _counted(log, seen, counts, tuple(told))
        facts = replace(facts, drawn=_drawn(log, seen.rows, given.seed))
        if seen.is_numeric:
            return with_numbers(facts, counts, asked)
        return with_classes(facts, counts, seen, asked)


def _cuts(seen: Overview, wanted: tuple[int, ...]) -> dict[int, float]:
    """From which moment the last days count; a window longer than the log is the log."""
    if seen.first is None or seen.last is None:
        return {}
    span = (seen.last - seen.first) / DAY
    days = {*wanted, *(each for each in WINDOWS if each < span)}
    return {each: seen.last - each * DAY for each in sorted(days)}


def _counted(log: LogRows, seen: Overview, counts: Counts, told: tuple[str, ...]) -> PredictionLog:
    origins = counts.origins()
    models: dict[str, int] = {}
    for model, _, rows, _ in origins:
        models[model] = models.get(model, 0) + rows
    named = "model_version" in log.has
    versioned = named or "dataset_version" in log.has
    repeated = seen.with_id - seen.ids if "id" in log.has else 0
    return PredictionLog(
        rows=seen.rows,
        labelled=seen.labelled,
        first=iso(seen.first),
        last=iso(seen.last),
        duplicates=repeated,
        without_id=seen.rows - seen.with_id if "id" in log.has else 0,
        models=dict(sorted(models.items())) if named else {},
        origins=tuple(Origin(m, d, n, iso(first) or "") for m, d, n, first in origins if versioned),
        notes=(*log.notes, *told, *_doubts(log, seen, repeated), *_beyond(seen, models)),
    )  # fmt: skip


def _beyond(seen: Overview, models: dict[str, int]) -> tuple[str, ...]:
    """A sentence on rows whose versions are too many to be told one by one."""
    rest = seen.rows - sum(models.values())
    return (MANY_VERSIONS.format(MOST_VERSIONS, rest),) if rest else ()


def _doubts(log: LogRows, seen: Overview, repeated: int) -> list[str]:
    told = []
    if repeated:
        told.append(DUPLICATES.format(repeated))
    if seen.outside:
        told.append(STRANGE_TIMES.format(seen.outside))
    if log.time_refused:
        told.append(f"Figures over time are left out: {log.time_refused}.")
    elif seen.rows - seen.timed:
        told.append(NO_TIME.format(seen.rows - seen.timed))
    return told


def _drawn(log: LogRows, rows: int, seed: int) -> tuple[Drawn, ...]:
    """Predictions drawn without replacement; the same seed draws the same rows."""
    wanted = sorted(Random(seed).sample(range(1, rows + 1), min(DRAWN, rows)))  # noqa: S311 - drawn alike each time, and no secret
    found = log.table.rows(
        "SELECT rn, coalesce(id, ''), t, coalesce(model_version, ''), "
        f"coalesce(dataset_version, '') FROM base WHERE rn IN ({', '.join(map(str, wanted))}) "
        "ORDER BY rn"
    )
    return tuple(
        Drawn(int(row), each_id[:200], iso(t) or "", model[:200], dataset[:200])
        for row, each_id, t, model, dataset in found
    )


def recognise(glimpse: Glimpse) -> Guess | None:
    """A table with predictions or scores, and something that makes it a log of them."""
    preview = glimpse.preview
    if preview is None or len(preview.columns) < 2:
        return None
    found = guessed(preview, LOG_PARTS)
    told = found.get("prediction") or found.get("score")
    beside = {"time", "id", "label", "model_version"} & found.keys()
    if told is None or not beside:
        return None
    groups = group_columns(preview, frozenset(column for column, _ in found.values()))
    sure = sum(found[part][1] for part in beside) / len(beside)
    confidence = round(min(0.95, 0.3 + 0.4 * told[1] + 0.15 * len(beside) * sure), 2)
    parts = ", ".join(f"{part} in {found[part][0]!r}" for part in sorted(found))
    return Guess("prediction-log", confidence, as_columns(found, groups), f"It has {parts}.")


KINDS = (
    Kind(
        "prediction-log", measure, recognise, needs=("labels",),
        parts=(*(part.name for part in LOG_PARTS), "groups"),
    ),
)  # fmt: skip
