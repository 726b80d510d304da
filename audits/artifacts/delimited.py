"""How a text table is written: its delimiter and its head, read from the first rows."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from audits.artifacts.errors import ArtifactError

MOST_COLUMNS = 2_000
SAMPLE_ROWS = 400
LONGEST_FIELD = 1024 * 1024
_DELIMITERS = (",", ";", "\t", "|")
NO_TABLE = "{} has no rows of more than one column; hand in a table with a head and a delimiter."
TOO_WIDE = "{} has more than {:,} columns; hand in those that are meant to be measured."
NO_NAME = "Column {} of {} has no name; give every column a name in the first line."
TWICE = "{} has two columns named {!r}; give each its own name."
NO_HEAD = "{} has numbers where the names of its columns should be; add a first line with names."


@dataclass(frozen=True)
class Layout:
    """A text table's delimiter, its columns and some of its first rows."""

    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def layout_of(text: str, name: str, *, whole: bool) -> Layout:
    """The layout from the first part of a text; `whole` where there is no more of it."""
    best = max(_DELIMITERS, key=lambda mark: _agreement(_rows(text, mark, whole=whole)))
    rows = _rows(text, best, whole=whole)
    if _agreement(rows) <= 0:
        if not whole and max(text.count(mark) for mark in _DELIMITERS) > MOST_COLUMNS:
            raise ArtifactError(TOO_WIDE.format(name, MOST_COLUMNS))
        raise ArtifactError(NO_TABLE.format(name))
    columns = tuple(each.strip() for each in rows[0])
    check_names(columns, name)
    return Layout(best, columns, tuple(rows[1:]))


def check_names(columns: tuple[str, ...], name: str) -> None:
    """Raises ArtifactError where columns cannot be told apart by their names."""
    if len(columns) > MOST_COLUMNS:
        raise ArtifactError(TOO_WIDE.format(name, MOST_COLUMNS))
    for number, column in enumerate(columns, start=1):
        # A frame written with its index has one unnamed column, the first.
        if not column and number > 1:
            raise ArtifactError(NO_NAME.format(number, name))
    if all(_is_number(column) for column in columns):
        raise ArtifactError(NO_HEAD.format(name))
    twice = [column for column, count in Counter(columns).items() if count > 1]
    if twice:
        raise ArtifactError(TWICE.format(name, min(twice)[:100]))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rows(text: str, delimiter: str, *, whole: bool) -> list[tuple[str, ...]]:
    """The first rows; the last one is left out where the text is cut off within it."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    try:
        rows.extend(tuple(row) for row in islice(reader, SAMPLE_ROWS) if row)
    except csv.Error:
        return rows
    return rows if whole or len(rows) >= SAMPLE_ROWS else rows[:-1]


def _agreement(rows: list[tuple[str, ...]]) -> float:
    """How well rows agree on a number of columns above one: the share that does, and how many."""
    if not rows or len(rows[0]) < 2:
        return 0.0
    widths = Counter(len(row) for row in rows)
    same = widths[len(rows[0])] / len(rows)
    return same + min(len(rows[0]), 100) / 1000
