"""The rows of a prediction log as one view of known columns, whatever the file calls them.

`log` has: id, t (seconds in UTC), prediction, score, label, model, dataset and g0, g1, … for the
groups; what the file does not have is NULL. Labels may come from a second file, joined by id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from audits.artifacts.errors import ArtifactError
from audits.artifacts.reading import Given
from audits.artifacts.tables import Source, Table, open_tables
from audits.artifacts.times import EARLIEST, LATEST, times_of

NOTHING = (
    "{} names no column for its predictions or scores; "
    "say in room.yaml which column is its `prediction` or its `score`."
)
NO_JOIN = "{} has no column named as its id, so the labels in {} cannot be joined to it"
TEXTS = ("id", "model_version", "dataset_version")


@dataclass(frozen=True)
class LogRows:
    """The view `log` in a table's database, and which of its columns the file has."""

    table: Table
    has: frozenset[str]
    groups: tuple[str, ...]
    raw: frozenset[str]
    time_refused: str
    notes: tuple[str, ...]


@contextmanager
def log_rows(given: Given) -> Iterator[LogRows]:
    """Opens the log and its labels."""
    if not given.column("prediction") and not given.column("score"):
        raise ArtifactError(NOTHING.format(given.name))
    labels = _labels(given)
    sources = [Source(each.path, each.name, _named(each)) for each in (given, *labels)]
    with open_tables(sources) as tables:
        yield _viewed(given, tables[0], list(zip(labels, tables[1:], strict=True)))


def _labels(given: Given) -> tuple[Given, ...]:
    """The files of labels that can be joined."""
    if not given.column("id"):
        return ()
    return tuple(
        each for each in given.companions.get("labels", ())
        if each.column("id") and each.column("label")
    )  # fmt: skip


def _named(given: Given) -> tuple[str, ...]:
    """All columns that are named, `groups` one by one."""
    return tuple(
        column
        for named in given.columns.values()
        for column in ((named,) if isinstance(named, str) else named)
    )


def group_names(given: Given) -> tuple[str, ...]:
    """The columns that a log is grouped by."""
    named = given.columns.get("groups", ())
    return (named,) if isinstance(named, str) else tuple(named)


def _viewed(given: Given, table: Table, labels: list[tuple[Given, Table]]) -> LogRows:
    times = times_of(table, given.column("time"))
    groups = group_names(given)
    parts = {part: _expression(table, given, part) for part in TEXTS}
    parts["t"] = _within(times.sql) if times.sql else "NULL::DOUBLE"
    parts["rn"] = "rn"
    parts["raw_t"] = times.sql or "NULL::DOUBLE"
    score = given.column("score")
    parts["score"] = table.number(score) if score else "NULL::DOUBLE"
    raw = frozenset(p for p in ("prediction", "label") if _is_native(table, given, p))
    for part in ("prediction", "label"):
        parts[part] = _value(table, given, part)
    for number, column in enumerate(groups):
        table.ref(column, "groups")
        parts[f"g{number}"] = table.text(column)
    listed = ", ".join(f"{sql} AS {name}" for name, sql in parts.items())
    # Text is parsed once and kept with its types; what spills goes to the database's own folder.
    what = "VIEW" if table.parsed else "TEMP TABLE"
    table.run(f"CREATE {what} base AS SELECT {listed} FROM {table.view}")
    _join_labels(table, labels, own="label" in raw or bool(given.column("label")))
    has = {part for part in (*TEXTS, "prediction", "score", "label") if given.column(part)}
    has |= {"label"} if labels else set()
    has |= {"time"} if times.sql else set()
    return LogRows(
        table, frozenset(has), groups, raw if not labels else raw - {"label"},
        times.refused if given.column("time") else "no column is named as its time",
        _unjoined(given),
    )  # fmt: skip


def _unjoined(given: Given) -> tuple[str, ...]:
    others = given.companions.get("labels", ())
    if others and not given.column("id"):
        return (NO_JOIN.format(given.name, others[0].name) + ".",)
    return ()


def _expression(table: Table, given: Given, part: str) -> str:
    column = given.column(part)
    if column is None:
        return "NULL::VARCHAR"
    table.ref(column, part)
    return table.text(column)


def _value(table: Table, given: Given, part: str) -> str:
    """A prediction or a label: a number where the file holds numbers, else text."""
    column = given.column(part)
    if column is None:
        return "NULL::VARCHAR"
    ref = table.ref(column, part)
    if table.is_text(column):
        return table.text(column)
    if table.type_of(column) == "BOOLEAN":
        return f"CAST({ref} AS VARCHAR)"
    return table.number(column) if _is_native(table, given, part) else f"CAST({ref} AS VARCHAR)"


def _is_native(table: Table, given: Given, part: str) -> bool:
    column = given.column(part)
    if column is None or not table.has(column):
        return False
    kind = table.type_of(column)
    return kind.endswith("INT") or kind.startswith(("FLOAT", "DOUBLE", "DECIMAL", "INTEGER"))


def _within(sql: str) -> str:
    return f"CASE WHEN ({sql}) BETWEEN {EARLIEST} AND {LATEST} THEN ({sql}) END"


def _join_labels(table: Table, labels: list[tuple[Given, Table]], *, own: bool) -> None:
    """The first label by id of every further file, where the log's own row has none."""
    if not labels:
        table.run("CREATE VIEW log AS SELECT * FROM base")
        return
    unions = " UNION ALL ".join(
        f"SELECT {_expression(each, given, 'id')} AS id, "
        f"{_expression(each, given, 'label')} AS label FROM {each.view}"
        for given, each in labels
    )
    table.run(
        "CREATE TEMP TABLE late AS SELECT id, min(label) AS label, "
        f"count(DISTINCT label) AS told FROM ({unions}) "
        "WHERE id IS NOT NULL AND label IS NOT NULL GROUP BY id"
    )
    label = "coalesce(CAST(base.label AS VARCHAR), late.label)" if own else "late.label"
    table.run(
        f"CREATE VIEW log AS SELECT base.* REPLACE ({label} AS label) "
        "FROM base LEFT JOIN late ON base.id = late.id AND late.told = 1"
    )
