"""Opens a workbook that somebody handed in: bounded in bytes, parts, sheets, rows and columns."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 15 * 1024 * 1024
"""Bytes; the largest workbook that we write ourselves stays below a tenth of it."""

_MOST_PARTS, _MOST_SHEETS, _MOST_ROWS, _MOST_COLUMNS = 500, 200, 3000, 40

NO_WORKBOOK = "This is not an Excel workbook (.xlsx); upload the one that you downloaded here."
TOO_LARGE = "This workbook is too large to be the one that you downloaded here."

_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, DefusedXmlException, SyntaxError, KeyError,
    ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, NotImplementedError,
    RuntimeError,
)  # fmt: skip
"""All that a damaged workbook makes the library raise; bad XML is a SyntaxError."""


class WorkbookError(ValueError):
    """A workbook that cannot be taken at all; its text is one sentence for the person."""


@dataclass(frozen=True)
class Cell:
    """A cell as it was read: where it is, what it holds, and whether it shows a percentage."""

    place: str
    value: Any
    is_error: bool = False
    is_percentage: bool = False

    @property
    def text(self) -> str:
        """What it holds as text; whole numbers without a decimal point."""
        if self.value is None:
            return ""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        if isinstance(self.value, datetime):
            return self.value.date().isoformat()
        return str(self.value).strip()


Sheets = dict[str, list[list[Cell]]]
"""The rows of each sheet, by its title."""


def sheets_in(data: bytes) -> Sheets:
    """All sheets of a workbook. Raises WorkbookError where it is none, or too large."""
    _refuse_bombs(data)
    try:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False)
        return {sheet.title: list(_rows_of(sheet)) for sheet in book.worksheets[:_MOST_SHEETS]}
    except _BROKEN:
        raise WorkbookError(NO_WORKBOOK) from None


def _refuse_bombs(data: bytes) -> None:
    if len(data) > LARGEST_FILE:
        raise WorkbookError(TOO_LARGE)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except _BROKEN:
        raise WorkbookError(NO_WORKBOOK) from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise WorkbookError(TOO_LARGE)


def _rows_of(sheet: Any) -> Iterator[list[Cell]]:
    rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS)
    for number, row in enumerate(rows, start=1):
        yield [
            _cell(sheet.title, f"{get_column_letter(at)}{number}", cell)
            for at, cell in enumerate(row, start=1)
        ]


def _cell(sheet: str, coordinate: str, cell: Any) -> Cell:
    value = cell.value
    if isinstance(value, ArrayFormula | DataTableFormula):
        value = getattr(value, "text", None) or ""
    return Cell(
        f"{sheet}!{coordinate}",
        value,
        is_error=getattr(cell, "data_type", "n") == "e",
        is_percentage="%" in str(getattr(cell, "number_format", "") or ""),
    )
