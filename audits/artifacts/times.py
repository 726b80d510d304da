"""Reads the times of a column, whatever way they are written, as seconds since 1970 in UTC.

A time without a zone is taken as UTC. A date such as 03/04/2026 is read day or month first only
where another value of the column decides it; otherwise it is not guessed.
"""

import re
from dataclasses import dataclass

from audits.artifacts.tables import Table

EARLIEST, LATEST = 631_152_000, 4_102_444_800
"""1990 and 2100: a time outside is a slip of the pen or a placeholder."""

SAMPLE = 2_000
AMBIGUOUS = "the dates in {!r} can be read day first or month first; write them as 2026-03-31"
UNREAD = "the values in {!r} are no times; write them as 2026-03-31T12:00:00Z"
_SLASHED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(.*)", re.DOTALL)
_WHOLE = re.compile(r"\d+(\.\d+)?")
_SECONDS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))


@dataclass(frozen=True)
class Times:
    """An expression that gives seconds, or the reason why there is none."""

    sql: str | None
    refused: str = ""


def times_of(table: Table, column: str | None, part: str = "time") -> Times:
    """How to read a column's times."""
    if column is None:
        return Times(None, "no column is named as its time")
    ref = table.ref(column, part)
    kind = table.type_of(column)
    if kind.startswith(("TIMESTAMP", "DATE")):
        return Times(f"epoch({ref}::TIMESTAMP WITH TIME ZONE)")
    if kind != "VARCHAR":
        return Times(_scaled(f"TRY_CAST({ref} AS DOUBLE)"))
    return _written(table, column)


def _written(table: Table, column: str) -> Times:
    text = table.text(column)
    values = [
        str(row[0])
        for row in table.rows(
            f"SELECT {text} AS v FROM {table.view} WHERE v IS NOT NULL LIMIT {SAMPLE}"
        )
    ]
    if values and all(_WHOLE.fullmatch(v) and len(v.split(".")[0]) >= 9 for v in values):
        return Times(_scaled(f"TRY_CAST({text} AS DOUBLE)"))
    slashed = [found for v in values if (found := _SLASHED.fullmatch(v))]
    if len(slashed) == len(values) and values:
        return _slashed(text, column, slashed)
    return _iso(text, column, values)


def _iso(text: str, column: str, values: list[str]) -> Times:
    compact = values and all(re.fullmatch(r"\d{8}", v) for v in values)
    if compact:
        return Times(f"epoch(try_strptime({text}, '%Y%m%d'))")
    if values and not any(re.match(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}", v) for v in values):
        return Times(None, UNREAD.format(column))
    return Times(f"epoch(TRY_CAST({text} AS TIMESTAMP WITH TIME ZONE))")


def _slashed(text: str, column: str, found: list[re.Match[str]]) -> Times:
    first, second = ({int(m.group(n)) for m in found} for n in (1, 3))
    day_first, month_first = max(first) > 12, max(second) > 12
    mark = found[0].group(2)
    # Dots are written day first wherever they are written.
    day_first = day_first or (mark == "." and not month_first)
    if day_first == month_first:
        return Times(None, AMBIGUOUS.format(column))
    order = ("%d", "%m") if day_first else ("%m", "%d")
    date = f"{order[0]}{mark}{order[1]}{mark}%Y"
    rest = (" %H:%M:%S.%f", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "")
    formats = ", ".join(f"'{date}{each}'" for each in rest)
    return Times(f"epoch(try_strptime({text}, [{formats}]))")


def _scaled(number: str) -> str:
    """Seconds, thousandths, millionths or billionths by their size."""
    cases = " ".join(f"WHEN {number} > {limit} THEN {number} / {by}" for limit, by in _SECONDS)
    return f"CASE {cases} ELSE {number} END"
