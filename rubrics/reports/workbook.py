"""Scores, findings and claims of a report as an Excel workbook.

Every text is written as text, whatever it begins with, so that no cell is ever a formula.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from diligence.lib.spreadsheets import put
from diligence.lib.xml_text import without_forbidden
from rubrics.reports.frames import changes_in, freezing_in
from rubrics.reports.levels import disputed_in, scored_again_in

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Data = Mapping[str, Any]
Row = Sequence[object]
WIDTHS = {
    "Scores": (34, 46, 9, 9, 9, 9, 10, 60, 50, 60),
    "Findings": (10, 50, 60, 8, 60, 24, 16, 40),
    "Claims": (50, 24, 18, 60, 14, 14, 60),
    "Frame": (6, 22, 24, 60, 50, 70, 70),
}


def report_workbook(data: Data) -> bytes:
    """Four sheets, each with a frozen head and a filter."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type] # a new book has one
    for title, rows in SHEETS:
        _write(book.create_sheet(title), list(rows(data)))
    title = f"{data['deal']['startup']} · report {data['number']}"
    book.properties.title = without_forbidden(title)[:200]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: "Worksheet", rows: Sequence[Row]) -> None:
    from openpyxl.cell.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for row in rows:
        cells = []
        for value in row:
            cell = put(WriteOnlyCell(sheet), value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cells.append(cell)
        sheet.append(cells)
    for head in sheet[1]:
        head.font = Font(bold=True)
    for number, width in enumerate(WIDTHS[sheet.title], start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes, sheet.auto_filter.ref = "A2", sheet.dimensions


def _scores(data: Data) -> Iterator[Row]:
    yield (
        "Lens", "Criterion", "Outcome", "Level", "Expected", "Gap", "Evidence", "Why", "Disputed",
        "Scored again",
    )  # fmt: skip
    for lens in data["lenses"]:
        for c in lens["criteria"]:
            yield (
                lens["title"], c["title"], c["outcome"], c["level"], c["target"], c["gap"],
                c["grade"], c["rationale"] or c["reason"], disputed_in(c),
                "\n".join(scored_again_in(c)),
            )  # fmt: skip


def _findings(data: Data) -> Iterator[Row]:
    yield ("Severity", "Finding", "File", "Line", "Remedy", "Repository", "Commit", "Triage")
    for f in data["findings"]:
        triage = f["triage"]
        word = f"{triage['verdict']}, {triage['by']}: {triage['reason']}" if triage else ""
        yield (
            f["severity"], f["title"], f["path"], f["line"], f["fix"], f["repository"],
            f["commit"], word,
        )  # fmt: skip


def _claims(data: Data) -> Iterator[Row]:
    yield ("Claim", "Where", "Verdict", "Because", "Said", "Measured", "The startup's answer")
    for c in data["claims"]:
        yield (
            c["text"], c["where"], c["verdict_title"], c["because"], c["claimed"], c["measured"],
            c["rebuttal"]["text"] if c["rebuttal"] else "",
        )  # fmt: skip


def _frame(data: Data) -> Iterator[Row]:
    """What the deal is assessed under: how it was frozen, and every change whole."""
    yield ("No.", "When", "Who", "Why", "What is different", "Before", "After")
    if said := freezing_in(data):
        yield (0, "", "", said, "", "", "")
    for each in changes_in(data):
        yield (
            each.number, each.at, each.by, each.because, "; ".join(each.differences),
            each.before, each.after,
        )  # fmt: skip


SHEETS = (("Scores", _scores), ("Findings", _findings), ("Claims", _claims), ("Frame", _frame))
