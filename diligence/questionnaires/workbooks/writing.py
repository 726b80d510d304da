"""Writes a questionnaire as a workbook that checks answers in place.

Answers are always text, numbers, days or yes and no, never formulas: what begins with an equals
sign stays text. Only the cells for answers are unlocked, and of those only the ones that are open.
"""

import json
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diligence.lib.spreadsheets import put
from diligence.questionnaires.schema import (
    OTHER_PREFIX,
    Column,
    FileQuestion,
    MultipleQuestion,
    Question,
    SingleQuestion,
    TableQuestion,
)
from diligence.questionnaires.workbooks import rules
from diligence.questionnaires.workbooks.layout import (
    ANSWER,
    BECAUSE,
    FIRST_ROW,
    FORMAT,
    GUIDE_SHEET,
    HINT,
    KEY,
    LISTS_SHEET,
    NO,
    OPTION_MARK,
    OTHER,
    OTHER_MARK,
    STATE_SHEET,
    TABLE_FIRST,
    TABLE_HEADS,
    TABLE_KEYS,
    TEXT,
    YES,
    Entry,
    QuestionnaireState,
    SectionOfEntries,
    condition_in_words,
    places,
)

_HEAD = PatternFill("solid", start_color="E8ECF1")
_FIELD = PatternFill("solid", start_color="FFFBE6")
_LINE = Border(bottom=Side(style="hair", color="B8C0CC"))
_BOLD, _TITLE, _QUIET = Font(bold=True), Font(bold=True, size=14), Font(color="5A6472", size=9)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_OPEN = Protection(locked=False)

_GUIDE = (
    "Answer in the yellow cells; the other cells are locked.",
    "Yellow cells check what you enter. Choices offer a list: use the arrow beside the cell.",
    "Where you cannot answer, leave the answer empty and say why in the column beside it.",
    "Questions with many entries have a sheet of their own, named in the answer cell.",
    "Files are not part of this workbook: attach them to the questions in your room.",
    "When you are done, upload the workbook where you downloaded it.",
    "You are shown what it would change and what does not fit before anything is stored.",
    "If a colleague changed an answer in the meantime, you are asked which of the two to keep.",
)


def written(state: QuestionnaireState) -> bytes:
    """The workbook of a questionnaire as it stands."""
    return _Writer(state).written()


class _Writer:
    def __init__(self, state: QuestionnaireState) -> None:
        self._state = state
        self._book = Workbook()
        self._titles, self._places = places(state)
        self._lists: dict[tuple[str, ...], str] = {}

    def written(self) -> bytes:
        guide = self._book.active
        assert isinstance(guide, Worksheet)  # noqa: S101 - a new workbook has one sheet
        self._guide(guide)
        for title, section in zip(self._titles, self._state.sections, strict=True):
            self._section(self._book.create_sheet(title), section)
        self._write_lists()
        self._write_state()
        stream = BytesIO()
        self._book.save(stream)
        return stream.getvalue()

    def _guide(self, sheet: Worksheet) -> None:
        sheet.title = GUIDE_SHEET
        sheet.column_dimensions["A"].width = 100
        put(sheet.cell(1, 1), f"{self._state.template.title}: {self._state.startup}").font = _TITLE
        for row, line in enumerate(_GUIDE, start=3):
            put(sheet.cell(row, 1), line).alignment = _WRAPPED
        _locked(sheet)

    def _section(self, sheet: Worksheet, section: SectionOfEntries) -> None:
        for column, width in ((TEXT, 60), (ANSWER, 45), (BECAUSE, 30), (HINT, 45)):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.column_dimensions[get_column_letter(KEY)].hidden = True
        put(sheet.cell(1, TEXT), section.title).font = _TITLE
        put(sheet.cell(1, ANSWER), section.intro).alignment = _WRAPPED
        heads = ("Question", "Your answer", "We cannot answer, because", "How to answer")
        _heads(sheet, FIRST_ROW - 1, TEXT, heads)
        sheet.freeze_panes = sheet.cell(FIRST_ROW, ANSWER).coordinate
        at = FIRST_ROW
        for entry in section.entries:
            at = self._question(sheet, at, entry)
        _locked(sheet)

    def _question(self, sheet: Worksheet, row: int, entry: Entry) -> int:
        """Writes the rows of one question; the row after them."""
        question = entry.question
        put(sheet.cell(row, KEY), question.id)
        put(sheet.cell(row, TEXT), question.text + (" *" if question.required else ""))
        sheet.cell(row, TEXT).font = _BOLD
        put(sheet.cell(row, HINT), self._hint(entry)).font = _QUIET
        for column in (TEXT, ANSWER, BECAUSE, HINT):
            sheet.cell(row, column).alignment = _WRAPPED
            sheet.cell(row, column).border = _LINE
        self._field(sheet.cell(row, BECAUSE), entry.cannot_answer or None, entry, rules.AS_TEXT)
        return self._answer(sheet, row, entry)

    def _answer(self, sheet: Worksheet, row: int, entry: Entry) -> int:
        question: Question = entry.question
        cell: Any = sheet.cell(row, ANSWER)
        match question:
            case MultipleQuestion():
                put(cell, "Answer each line below").font = _QUIET
                return self._options(sheet, row + 1, entry, question)
            case TableQuestion():
                self._table(entry, question)
                title = self._places[question.id].table
                put(cell, f"See the sheet {title}")
                cell.hyperlink = f"#{quote_sheetname(title)}!A{TABLE_FIRST}"
                cell.font = Font(underline="single", color="1F5FBF")
            case FileQuestion():
                put(cell, "Attach files in the room").font = _QUIET
            case SingleQuestion():
                return self._single(sheet, row, entry, question)
            case _:
                value = rules.cell_value(question, entry.value)
                self._field(cell, value, entry, rules.format_of(question))
                self._validate(sheet, cell.coordinate, rules.rule(question))
        return row + 1

    def _single(self, sheet: Worksheet, row: int, entry: Entry, question: SingleQuestion) -> int:
        value = entry.value if isinstance(entry.value, str) else ""
        other = value.startswith(OTHER_PREFIX)
        labels = rules.labels(question)
        chosen = OTHER if other else rules.label(question.options, value)
        self._field(sheet.cell(row, ANSWER), chosen, entry, rules.AS_TEXT)
        self._validate(sheet, sheet.cell(row, ANSWER).coordinate, self._choice(labels))
        if question.with_other:
            self._other_words(sheet, row + 1, entry, value if other else "")
            return row + 2
        return row + 1

    def _options(self, sheet: Worksheet, row: int, entry: Entry, question: MultipleQuestion) -> int:
        chosen = [str(item) for item in entry.value] if isinstance(entry.value, list) else []
        for option in question.options:
            put(sheet.cell(row, KEY), f"{question.id}{OPTION_MARK}{option.id}")
            put(sheet.cell(row, TEXT), f"    {option.label}")
            said = YES if option.id in chosen else None
            self._field(sheet.cell(row, ANSWER), said, entry, rules.AS_TEXT)
            self._validate(sheet, sheet.cell(row, ANSWER).coordinate, self._choice((YES, NO)))
            row += 1
        if question.with_other:
            words = next((item for item in chosen if item.startswith(OTHER_PREFIX)), "")
            self._other_words(sheet, row, entry, words)
            row += 1
        return row

    def _other_words(self, sheet: Worksheet, row: int, entry: Entry, value: str) -> None:
        put(sheet.cell(row, KEY), f"{entry.question.id}{OTHER_MARK}")
        put(sheet.cell(row, TEXT), f"    {OTHER}, in your words")
        words = value.removeprefix(OTHER_PREFIX) or None
        self._field(sheet.cell(row, ANSWER), words, entry, rules.AS_TEXT)

    def _table(self, entry: Entry, question: TableQuestion) -> None:
        sheet = self._book.create_sheet(self._places[question.id].table)
        put(sheet.cell(TABLE_KEYS, 1), question.id)
        sheet.row_dimensions[TABLE_KEYS].hidden = True
        put(sheet.cell(TABLE_HEADS - 1, 2), question.text).font = _BOLD
        sheet.column_dimensions["A"].width = 5
        rows = entry.value if isinstance(entry.value, list) else []
        _heads(sheet, TABLE_HEADS, 2, [rules.column_head(column) for column in question.columns])
        last = TABLE_FIRST + question.max_rows - 1
        for number in range(TABLE_FIRST, last + 1):
            put(sheet.cell(number, 1), number - TABLE_FIRST + 1).font = _QUIET
        for at, column in enumerate(question.columns, start=2):
            put(sheet.cell(TABLE_KEYS, at), column.id)
            sheet.column_dimensions[get_column_letter(at)].width = 28
            for number in range(question.max_rows):
                row = rows[number] if number < len(rows) else {}
                value = row.get(column.id) if isinstance(row, dict) else None
                cell = sheet.cell(TABLE_FIRST + number, at)
                self._field(
                    cell, rules.column_value(column, value), entry, rules.column_format(column)
                )
            letter = get_column_letter(at)
            self._validate(sheet, f"{letter}{TABLE_FIRST}:{letter}{last}", self._column(column))
        sheet.freeze_panes = sheet.cell(TABLE_FIRST, 2).coordinate
        _locked(sheet)

    def _field(self, cell: Cell | Any, value: Any, entry: Entry, number_format: str) -> None:
        """A cell for an answer: unlocked and yellow where it may be written."""
        put(cell, value)
        cell.number_format = number_format
        cell.alignment = _WRAPPED
        if entry.open:
            cell.protection, cell.fill = _OPEN, _FIELD

    def _hint(self, entry: Entry) -> str:
        question = entry.question
        parts = [question.help, rules.range_in_words(question)]
        if question.show_if is not None:
            asked = condition_in_words(self._state.template, question.show_if)
            parts.append(f"Asked only where {asked}.")
        if question.evidence is not None:
            parts.append(f"To attach in the room: {question.evidence.ask.rstrip('.')}.")
        if not entry.open:
            parts.append("Closed: it can be read here and not changed.")
        return "\n".join(part for part in parts if part)

    def _choice(self, labels: tuple[str, ...]) -> DataValidation:
        name = self._lists.setdefault(labels, get_column_letter(len(self._lists) + 1))
        area = f"{quote_sheetname(LISTS_SHEET)}!${name}$1:${name}${len(labels)}"
        rule = DataValidation(type="list", formula1=f"={area}", allow_blank=True)
        rule.error = "Choose one of the entries of the list."
        return rule

    def _column(self, column: Column) -> DataValidation | None:
        match column.type:
            case "yes-no":
                return self._choice((YES, NO))
            case "choice":
                return self._choice(tuple(option.label for option in column.options))
            case "number":
                return rules.numbers("decimal", column.minimum, column.maximum)
            case "date":
                return rules.days(None, None)
        return None

    def _validate(self, sheet: Worksheet, where: str, rule: DataValidation | None) -> None:
        if rule is None:
            return
        rule.errorTitle, rule.showErrorMessage = "This does not fit", True
        sheet.add_data_validation(rule)
        rule.add(where)

    def _write_lists(self) -> None:
        sheet = self._book.create_sheet(LISTS_SHEET)
        for at, labels in enumerate(self._lists, start=1):
            for row, label in enumerate(labels, start=1):
                put(sheet.cell(row, at), label)
        sheet.sheet_state = "veryHidden"

    def _write_state(self) -> None:
        sheet = self._book.create_sheet(STATE_SHEET)
        about = (FORMAT, self._state.id, self._state.template.name)
        for row, text in enumerate(about, start=1):
            put(sheet.cell(row, 1), text)
        row = len(about) + 1
        for section in self._state.sections:
            for entry in section.entries:
                said = [entry.value, entry.cannot_answer]
                told = (entry.question.id, entry.revision, json.dumps(said, ensure_ascii=True))
                for at, item in enumerate(told, start=1):
                    put(sheet.cell(row, at), item)
                row += 1
        sheet.sheet_state = "veryHidden"


def _locked(sheet: Worksheet) -> None:
    """Locks all but the unlocked cells, without a password: it guards against slips only."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _heads(sheet: Worksheet, row: int, column: int, heads: Iterable[str]) -> None:
    for at, head in enumerate(heads, start=column):
        cell = put(sheet.cell(row, at), head)
        cell.font, cell.fill, cell.alignment = _BOLD, _HEAD, _WRAPPED
