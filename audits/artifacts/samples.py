"""Samples of features: a reference and a current one, and the drift between them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audits.artifacts.columns import folded, looks_like_time
from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.reading import Given, Guess, Kind
from audits.artifacts.tables import Source, Table, open_table, open_tables
from audits.engine.measured import Facts
from audits.facts.drifting import (
    NEW_SHARE,
    Compared,
    categories,
    corrected,
    feature,
    missingness,
    numbers,
)
from audits.facts.samples import FeatureDrift, Sample, SampleDrift

REFERENCE, CURRENT = "reference-sample", "current-sample"
TRAIN, TEST = "train-sample", "test-sample"
MOST_ROWS = 200_000
"""Rows of a sample that are compared; of a larger one, that many are drawn by their number."""

MOST_FEATURES = 1_000
FEW_VALUES = 10
MANY_CATEGORIES = 1_000
LEAST_SHARED = 0.5
NO_ROWS = "{} has a head and no rows; hand in the sample with its rows."
UNLIKE = "{} and the reference {} have hardly a column in common; hand in samples of one table."
IS_TIME = "it holds times, which move by themselves"
IS_ID = "its values are nearly all different, so it is an id or free text"
NOT_SHARED = "the other sample has no such column"
NO_VALUES = "one of the samples has no value in it"
BEYOND = f"only the first {MOST_FEATURES:,} features are compared"
_WORDS = {
    REFERENCE: {"reference", "baseline", "ref", "historical", "before", "expected"},
    CURRENT: {"current", "live", "production", "recent", "now", "latest", "serving", "prod"},
    TRAIN: {"train", "training"},
    TEST: {"test", "testing", "holdout", "validation", "valid", "eval", "evaluation"},
}
_ID_WORDS = {"id", "uuid", "guid", "key", "index", "number", "no", "hash"}


@dataclass(frozen=True)
class Column:
    """What a first pass tells of a column in one sample."""

    filled: int
    finite: int
    whole: int
    kinds: int


def describe(given: Given) -> Sample:
    """A sample by itself."""
    with open_table(given.path, given.name) as table:
        rows = table.row(f"SELECT count(*) FROM {table.view}")[0]
    if not rows:
        raise ArtifactError(NO_ROWS.format(given.name))
    return Sample(rows, table.columns)


def drift(given: Given) -> Facts:
    """The current sample held against the reference that is most like it."""
    references = given.companions.get(REFERENCE, ())
    if not references:
        return describe(given)
    with open_tables([Source(g.path, g.name) for g in (given, *references)]) as tables:
        current = tables[0]
        at = max(range(len(references)), key=lambda n: (len(_shared(tables[n + 1], current)), -n))
        reference = tables[at + 1]
        shared = _shared(reference, current)
        if len(shared) < LEAST_SHARED * min(len(reference.columns), len(current.columns)):
            raise ArtifactError(UNLIKE.format(given.name, reference.name))
        return _compared(given, reference, current, shared)


def _shared(reference: Table, current: Table) -> tuple[str, ...]:
    return tuple(column for column in current.columns if reference.has(column))


def _compared(
    given: Given, reference: Table, current: Table, shared: tuple[str, ...]
) -> SampleDrift:
    rows = tuple(int(t.row(f"SELECT count(*) FROM {t.view}")[0]) for t in (reference, current))
    for table, n in zip((reference, current), rows, strict=True):
        if not n:
            raise ArtifactError(NO_ROWS.format(table.name))
    pair = Pair(reference, current, (rows[0], rows[1]))
    named = {str(column) for part, column in given.columns.items() if part in ("id", "time")}
    found: dict[str, FeatureDrift] = {}
    left_out = dict.fromkeys(
        (c for c in (*reference.columns, *current.columns) if c not in shared), NOT_SHARED
    )
    seen = pair.columns(shared[:MOST_FEATURES])
    for column in shared:
        why = BEYOND if column not in seen else _excluded(column, named, pair, seen[column])
        if why:
            left_out[column] = why
        else:
            found[column] = pair.feature(column, seen[column])
    features = corrected(found)
    return SampleDrift(
        rows=rows[1],
        columns=current.columns,
        reference=reference.name,
        reference_rows=rows[0],
        features=features,
        drifted_features=tuple(sorted(name for name, f in features.items() if f.drifted)),
        not_compared=dict(sorted(left_out.items())),
    )


def _excluded(column: str, named: set[str], pair: "Pair", seen: tuple[Column, Column]) -> str:
    """Why a column is no feature; empty where it is one."""
    if column in named or column == "" or _is_id(column, seen):
        return IS_ID
    if not all(side.filled for side in seen):
        return "" if any(side.filled for side in seen) else NO_VALUES
    return IS_TIME if pair.is_time(column) else ""


def _is_id(column: str, seen: tuple[Column, Column]) -> bool:
    # The number of different values is an estimate, off by a few per cent.
    own = all(side.filled > 20 and side.kinds >= 0.85 * side.filled for side in seen)
    words = folded(column).split()
    called = bool(words) and words[-1] in _ID_WORDS
    text = any(side.finite < side.filled for side in seen)
    whole = all(side.whole == side.filled for side in seen)
    many = any(side.kinds > MANY_CATEGORIES for side in seen)
    return (own and (text or (called and whole))) or (text and many)


def is_id_like(column: str, current: Table, reference: Table) -> bool:
    """Whether a column is an id or its like in both samples, and so no feature."""
    words = folded(column).split()
    if not words or words[-1] not in _ID_WORDS:
        return False
    rows = tuple(int(t.row(f"SELECT count(*) FROM {t.view}")[0]) for t in (reference, current))
    pair = Pair(reference, current, (rows[0], rows[1]))
    return _is_id(column, pair.columns((column,))[column])


@dataclass(frozen=True)
class Pair:
    """Both samples open in one database."""

    reference: Table
    current: Table
    rows: tuple[int, int]

    def columns(self, names: tuple[str, ...]) -> dict[str, tuple[Column, Column]]:
        """A first pass over both samples."""
        sides = []
        for table in (self.reference, self.current):
            parts = []
            for name in names:
                text, number = table.text(name), table.number(name)
                parts.append(
                    f"count({text}), count(*) FILTER (isfinite({number})), "
                    f"count(*) FILTER (isfinite({number}) AND {number} = floor({number})), "
                    f"approx_count_distinct({text})"
                )
            row = table.row(f"SELECT {', '.join(parts)} FROM {table.view}") if parts else ()
            sides.append([Column(*row[n : n + 4]) for n in range(0, len(row), 4)])
        return {name: (sides[0][n], sides[1][n]) for n, name in enumerate(names)}

    def is_time(self, column: str) -> bool:
        """Whether the values are times."""
        kinds = (self.reference.type_of(column), self.current.type_of(column))
        if any(kind.startswith(("TIMESTAMP", "DATE")) for kind in kinds):
            return True
        if any(kind != "VARCHAR" for kind in kinds):
            return False
        values = tuple(
            str(row[0]) for row in self.current.rows(
                f"SELECT {self.current.text(column)} AS v FROM {self.current.view} "
                "WHERE v IS NOT NULL LIMIT 50"
            )
        )  # fmt: skip
        return looks_like_time(values) and any(re.search(r"[-/.:].*[-/.:]", v) for v in values)

    def feature(self, column: str, seen: tuple[Column, Column]) -> FeatureDrift:
        """The tests that fit the column."""
        numeric = all(side.finite == side.filled for side in seen)
        few = all(side.kinds <= FEW_VALUES and side.whole == side.filled for side in seen)
        if numeric and not few:
            return self._numbers(column)
        missing = self._missing(seen)
        gaps = missingness(missing, self.rows)
        if not all(side.filled for side in seen):
            return feature(None, gaps, missing, self.rows)
        tables = (self.reference, self.current)
        before, now = (self._categories(t, column, numeric=numeric) for t in tables)
        compared = categories(before, now) if len({*before, *now}) > 1 else None
        return feature(compared, gaps, missing, self.rows, _new(before, now))

    def _missing(self, seen: tuple[Column, Column]) -> tuple[int, int]:
        return self.rows[0] - seen[0].filled, self.rows[1] - seen[1].filled

    def _numbers(self, column: str) -> FeatureDrift:
        sides = [
            self._array(t, column, n)
            for t, n in zip((self.reference, self.current), self.rows, strict=True)
        ]
        missing = (sides[0][1], sides[1][1])
        drawn = (len(sides[0][0]) + missing[0], len(sides[1][0]) + missing[1])
        gaps = missingness(missing, drawn)
        if not len(sides[0][0]) or not len(sides[1][0]):
            return feature(None, gaps, missing, drawn)
        compared: Compared | None = numbers(sides[0][0], sides[1][0], missing)
        return feature(compared, gaps, missing, drawn)

    @staticmethod
    def _array(table: Table, column: str, rows: int) -> tuple[Any, int]:
        """The finite values of a column and how many rows have none."""
        import numpy as np

        every = -(-rows // MOST_ROWS)
        drawn = f" WHERE hash(rn) % {every} = 0" if every > 1 else ""
        found = table.arrays(f"SELECT {table.number(column)} AS v FROM {table.view}{drawn}")["v"]
        values = np.ma.filled(np.ma.asarray(found, dtype=np.float64), np.nan)
        finite = values[np.isfinite(values)]
        return finite, len(values) - len(finite)

    @staticmethod
    def _categories(table: Table, column: str, *, numeric: bool) -> dict[str, int]:
        value = table.number(column) if numeric else table.text(column)
        rows = table.rows(
            f"SELECT CAST({value} AS VARCHAR) AS v, count(*) FROM {table.view} WHERE v IS NOT NULL "
            "GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return {str(value): int(n) for value, n in rows}


def _new(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[str, ...]:
    """Categories that the reference never has and that are not rare now."""
    total = sum(now.values())
    return tuple(
        sorted(
            name[:100] for name, n in now.items() if name not in before and n >= NEW_SHARE * total
        )
    )[:20]


def sample_kind(kind: str, glimpse: Glimpse) -> Guess | None:
    """A table whose name says which sample it is; what it holds cannot say that."""
    preview = glimpse.preview
    if preview is None or len(preview.columns) < 2 or len(preview.rows) < 5:
        return None
    words = set(folded(glimpse.name.rpartition("/")[2].rpartition(".")[0]).split())
    if not words & _WORDS[kind]:
        return None
    others = sum(bool(words & known) for known in _WORDS.values())
    told = f"It is a table, and its name says {', '.join(sorted(words & _WORDS[kind]))}."
    return Guess(kind, 0.75 if others == 1 else 0.4, {}, told)


def _reference(glimpse: Glimpse) -> Guess | None:
    return sample_kind(REFERENCE, glimpse)


def _current(glimpse: Glimpse) -> Guess | None:
    return sample_kind(CURRENT, glimpse)


KINDS = (
    Kind(REFERENCE, describe, _reference, parts=("id", "time")),
    Kind(CURRENT, drift, _current, needs=(REFERENCE,), parts=("id", "time")),
)
