"""Rows of the test sample that the training sample already held, exactly or nearly.

Rows are compared by hashes of their columns. A near row agrees after rounding numbers to three
significant digits and folding the spelling of text, or in all columns but one. Either counts only
where such keys tell the training rows apart, since otherwise rows agree by chance.
"""

from dataclasses import dataclass

from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.reading import Given, Guess, Kind
from audits.artifacts.samples import (
    NO_ROWS,
    TEST,
    TRAIN,
    UNLIKE,
    describe,
    is_id_like,
    sample_kind,
)
from audits.artifacts.tables import Source, Table, open_tables
from audits.engine.measured import Facts
from audits.facts.intervals import share
from audits.facts.leakage import Leakage, SharedRow

MOST_COLUMNS = 200
TELLING = 0.95
"""The share of training rows that a key must tell apart before a match on it means anything."""

FEWEST_COLUMNS = 4
"""Columns from which rows that agree in all but one are near."""

EXAMPLES = 10
CHANCE = "Near rows are not counted by {}: it leaves over 5% of the training rows alike by chance."
REPEATS = "{:,} of the training rows repeat another training row."
WIDE = "Only the first {} of the shared columns are compared."


def measure(given: Given) -> Facts:
    """The test sample held against the training sample that is most like it."""
    trains = given.companions.get(TRAIN, ())
    if not trains:
        return describe(given)
    with open_tables([Source(g.path, g.name) for g in (given, *trains)]) as tables:
        test = tables[0]
        train = max(tables[1:], key=lambda t: sum(t.has(c) for c in test.columns))
        return _leaks(given, test, train)


@dataclass(frozen=True)
class Keys:
    """The temporary tables `test_keys` and `train_keys`: rn, exact, folded, h0, h1, …"""

    table: Table
    columns: tuple[str, ...]
    rows: tuple[int, int]

    def told_apart(self, key: str) -> bool:
        """Whether a key tells the training rows apart."""
        kinds = self.table.row(f"SELECT approx_count_distinct({key}) FROM train_keys")[0]
        # The estimate is off by a few per cent, so a near miss is counted in full.
        if kinds < 0.8 * self.rows[1]:
            return False
        exact = self.table.row(f"SELECT count(DISTINCT {key}) FROM train_keys")[0]
        return bool(exact >= TELLING * self.rows[1])

    def match(self, key: str, how: str) -> None:
        """Notes every test row that was not matched before and has this key in common."""
        self.table.run(
            f"INSERT INTO matched SELECT t.rn, min(s.rn), '{how}' FROM test_keys t "
            f"JOIN train_keys s ON {key.replace('@', 't.')} = {key.replace('@', 's.')} "
            "WHERE t.rn NOT IN (SELECT rn FROM matched) GROUP BY t.rn"
        )


def _leaks(given: Given, test: Table, train: Table) -> Leakage:
    shared = [c for c in test.columns if train.has(c)]
    ids = {str(given.columns.get(part, "")) for part in ("id",)}
    compared = tuple(c for c in shared if c not in ids and c and not is_id_like(c, test, train))
    if not compared or len(shared) < 0.5 * min(len(test.columns), len(train.columns)):
        raise ArtifactError(UNLIKE.format(given.name, train.name))
    keys = _keyed(test, train, compared[:MOST_COLUMNS])
    notes = [WIDE.format(MOST_COLUMNS)] if len(compared) > MOST_COLUMNS else []
    keys.match("@exact", "exact")
    exact = test.row("SELECT count(*) FROM matched")[0]
    notes += _near(keys)
    counts = test.row("SELECT count(*) FROM matched")[0]
    found = test.rows(f"SELECT rn, twin, how FROM matched ORDER BY rn LIMIT {EXAMPLES}")
    distinct = [
        test.row(f"SELECT count(DISTINCT exact) FROM {name}")[0]
        for name in ("test_keys", "train_keys")
    ]
    if distinct[1] < keys.rows[1]:
        notes.append(REPEATS.format(keys.rows[1] - distinct[1]))
    figure = share(counts, keys.rows[0])
    if figure is None:
        raise ArtifactError(NO_ROWS.format(given.name))
    return Leakage(
        rows=keys.rows[0],
        train=train.name,
        train_rows=keys.rows[1],
        exact=exact,
        near=counts - exact,
        share=figure,
        repeated=keys.rows[0] - distinct[0],
        compared=keys.columns,
        examples=tuple(SharedRow(int(row), int(at), how) for row, at, how in found),
        notes=tuple(notes),
    )


def _keyed(test: Table, train: Table, columns: tuple[str, ...]) -> Keys:
    numeric = {c for c in columns if _is_number(test, c) and _is_number(train, c)}
    for table, name in ((test, "test_keys"), (train, "train_keys")):
        parts, folded = [], []
        for n, column in enumerate(columns):
            value = table.number(column) if column in numeric else table.text(column)
            # As text, since hashes of numbers cancel out where columns swap their values.
            parts.append(f"hash(concat('{n}:', CAST({value} AS VARCHAR))) AS h{n}")
            folded.append(_folded(table, column, numeric=column in numeric))
        whole = _xor([f"h{n}" for n in range(len(columns))])
        table.run(
            f"CREATE TEMP TABLE {name} AS SELECT *, {whole} AS exact FROM (SELECT rn, "
            f"{', '.join(parts)}, hash({', '.join(folded)}) AS folded FROM {table.view})"
        )
    test.run("CREATE TEMP TABLE matched (rn BIGINT, twin BIGINT, how VARCHAR)")
    rows = [
        int(test.row(f"SELECT count(*) FROM {name}")[0]) for name in ("test_keys", "train_keys")
    ]
    for table, n in zip((test, train), rows, strict=True):
        if not n:
            raise ArtifactError(NO_ROWS.format(table.name))
    return Keys(test, columns, (rows[0], rows[1]))


def _is_number(table: Table, column: str) -> bool:
    text, number = table.text(column), table.number(column)
    filled, numbers = table.row(f"SELECT count({text}), count({number}) FROM {table.view}")
    return bool(filled and filled == numbers)


def _folded(table: Table, column: str, *, numeric: bool) -> str:
    """A number to three significant digits; a text without case, marks and extra spaces."""
    if not numeric:
        return f"trim(regexp_replace(lower({table.text(column)}), '[^\\pL\\pN]+', ' ', 'g'))"
    number = table.number(column)
    size = f"floor(log10(abs({number})))"
    return (
        f"CASE WHEN {number} = 0 OR NOT isfinite({number}) THEN {number} "
        f"ELSE round({number} / pow(10, {size} - 2)) * pow(10, {size} - 2) END"
    )


def _xor(parts: list[str]) -> str:
    joined = parts[0]
    for part in parts[1:]:
        joined = f"xor({joined}, {part})"
    return joined


def _near(keys: Keys) -> list[str]:
    """Rows that agree after folding, and those that agree in all columns but one."""
    notes = []
    if keys.told_apart("folded"):
        keys.match("@folded", "near: spelling or rounding")
    else:
        notes.append(CHANCE.format("rounding"))
    if len(keys.columns) < FEWEST_COLUMNS:
        return notes
    telling = [n for n in range(len(keys.columns)) if keys.told_apart(f"xor(exact, h{n})")]
    for n in telling:
        keys.match(f"xor(@exact, @h{n})", "near: all but one column")
    if not telling:
        notes.append(CHANCE.format("leaving out one column"))
    return notes


def _train(glimpse: Glimpse) -> Guess | None:
    return sample_kind(TRAIN, glimpse)


def _test(glimpse: Glimpse) -> Guess | None:
    return sample_kind(TEST, glimpse)


KINDS = (
    Kind(TRAIN, describe, _train, parts=("id",)),
    Kind(TEST, measure, _test, needs=(TRAIN,), parts=("id",)),
)
