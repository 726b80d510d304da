"""Tables for spreadsheets in which no text of anybody can become a formula.

Whoever opens a table of ours must not run what a founder wrote into a title. All CSV and all cells
of workbooks are written here; a house test finds whatever goes around it.

The signs are those of OWASP's page on CSV injection, with their full-width forms, which Excel takes
for the same in Japanese and Chinese. Where the list separator is a semicolon, Excel splits our
commas' file at semicolons too, so what stands behind one, or on a new line, counts as a beginning.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from diligence.lib.xml_text import without_forbidden

LONGEST = 32_767
"""Letters that a cell of a workbook can hold."""
_BEGINS = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")  # noqa: RUF001 - the full-width forms are meant
_INSIDE = re.compile(r"([;\t\r\n][\s\"]*)(?=[=+\-@＝＋－＠])")  # noqa: RUF001 - the wide signs are meant


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV (RFC 4180) in which every text is quoted and harmless."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue()


def _plain(cell: object) -> object:
    """Numbers as they are; anything else as text that a leading quote keeps from being more."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = "" if cell is None else str(cell).replace("\0", " ")
    inside = _INSIDE.sub(r"\1'", text)
    return f"'{inside}" if _BEGINS.match(inside) else inside


def put(cell: Any, value: Any) -> Any:
    """Sets a cell of a workbook; text is text, whatever it begins with, and stays it if edited."""
    if not isinstance(value, str):
        cell.value = value
        return cell
    text: str = without_forbidden(value)[:LONGEST]
    cell.value = text
    cell.data_type = "s"
    if _BEGINS.match(text):
        cell.quotePrefix = True
    return cell
