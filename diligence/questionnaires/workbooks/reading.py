"""Reads a workbook back: what it would change, and what does not fit, cell by cell.

An answer that says what it said when the workbook was made is no change, so that a newer one is
left alone. A formula is the text that it is; nothing is computed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from diligence.questionnaires.schema import (
    OTHER_PREFIX,
    AnswerValue,
    Column,
    FileQuestion,
    LongTextQuestion,
    MultipleQuestion,
    NumberQuestion,
    Question,
    ShortTextQuestion,
    SingleQuestion,
    TableQuestion,
)
from diligence.questionnaires.values import AnswerError, clean_cell, clean_value
from diligence.questionnaires.workbooks.cells import Cell, Sheets, WorkbookError, sheets_in
from diligence.questionnaires.workbooks.layout import (
    ANSWER,
    BECAUSE,
    FIRST_ROW,
    FORMAT,
    KEY,
    LISTS_SHEET,
    NO,
    OPTION_MARK,
    OTHER,
    OTHER_MARK,
    STATE_SHEET,
    TABLE_FIRST,
    TABLE_KEYS,
    YES,
    QuestionnaireState,
)

NOT_OURS = "This workbook was not downloaded from Proofroom; download one here and fill it in."
SHOWS_ERROR = "This cell shows the error {}; enter the answer itself."
OF_ANOTHER = "This workbook belongs to another questionnaire; upload it there."


@dataclass(frozen=True)
class Change:
    """An answer that differs from what it was when the workbook was made, at `revision`."""

    question: str
    value: AnswerValue
    cannot_answer: str
    revision: int
    cell: str


@dataclass(frozen=True)
class Misfit:
    """A cell that cannot be taken, and why, in one sentence."""

    question: str
    cell: str
    message: str


@dataclass(frozen=True)
class ReadWorkbook:
    """What a workbook would change and what does not fit."""

    changes: tuple[Change, ...]
    misfits: tuple[Misfit, ...]


@dataclass(frozen=True)
class _Before:
    """What an answer was when the workbook was made."""

    revision: int
    value: AnswerValue
    cannot_answer: str


_Rows = Mapping[str, tuple[Cell, Cell]]
"""Answer and reason by the key of their row."""


class _Misfit(Exception):
    """Why one or more cells of an answer cannot be taken: (cell, sentence)."""

    def __init__(self, *found: tuple[str, str]) -> None:
        super().__init__(found)
        self.found = found


def read(data: bytes, state: QuestionnaireState) -> ReadWorkbook:
    """What a workbook would change of a questionnaire. Raises WorkbookError."""
    sheets = sheets_in(data)
    before = _before(sheets, state)
    return _Reader(state, sheets, before).read()


def _before(sheets: Sheets, state: QuestionnaireState) -> dict[str, _Before]:
    """What the answers were. Raises WorkbookError for a workbook of something else."""
    rows = [[cell.value for cell in row[:3]] for row in sheets.get(STATE_SHEET, [])]
    head = [row[0] if row else None for row in rows[:3]]
    if len(rows) < 3 or head[0] != FORMAT:
        raise WorkbookError(NOT_OURS)
    if head[1:] != [state.id, state.template.name]:
        raise WorkbookError(OF_ANOTHER)
    try:
        return {str(row[0]): _told(row) for row in rows[3:] if row and row[0]}
    except (ValueError, TypeError, IndexError, RecursionError):
        raise WorkbookError(NOT_OURS) from None


def _told(row: list[Any]) -> _Before:
    value, because = json.loads(row[2])
    return _Before(int(row[1]), value, str(because))


class _Reader:
    def __init__(
        self,
        state: QuestionnaireState,
        sheets: Sheets,
        before: Mapping[str, _Before],
    ) -> None:
        self._state, self._before = state, before
        self._rows: dict[str, tuple[Cell, Cell]] = {}
        self._tables: dict[str, list[list[Cell]]] = {}
        for title, rows in sheets.items():
            if title not in (STATE_SHEET, LISTS_SHEET):
                self._sort(rows)

    def _sort(self, rows: list[list[Cell]]) -> None:
        """A sheet is known by its keys, so that sheets may be renamed and rows sorted."""
        first = rows[TABLE_KEYS - 1] if rows else []
        if first and first[0].text:
            self._tables[first[0].text] = rows
            return
        for row in rows[FIRST_ROW - 1 :]:
            if len(row) >= BECAUSE and row[KEY - 1].text:
                self._rows[row[KEY - 1].text] = (row[ANSWER - 1], row[BECAUSE - 1])

    def read(self) -> ReadWorkbook:
        changes: list[Change] = []
        misfits: list[Misfit] = []
        for section in self._state.sections:
            for entry in section.entries:
                try:
                    change = self._change(entry.question)
                except _Misfit as misfit:
                    misfits += [Misfit(entry.question.id, *found) for found in misfit.found]
                else:
                    changes += [change] if change else []
        return ReadWorkbook(tuple(changes), tuple(misfits))

    def _change(self, question: Question) -> Change | None:
        row, before = self._rows.get(question.id), self._before.get(question.id)
        if row is None or before is None:
            return None
        answer, because = row
        reason = _sound(because).text
        value = None if isinstance(question, FileQuestion) else self._value(question, answer)
        if isinstance(question, FileQuestion) and not reason:
            return None
        if reason and value is not None:
            if reason != before.cannot_answer or value != before.value:
                raise _Misfit(
                    (because.place, "Give an answer, or say why you cannot, but not both.")
                )
            return None
        if value == before.value and reason == before.cannot_answer:
            return None
        cell = because.place if reason else answer.place
        return Change(question.id, value, reason, before.revision, cell)

    def _value(self, question: Question, answer: Cell) -> AnswerValue:
        """The canonical value. Raises _Misfit."""
        match question:
            case TableQuestion():
                return self._table(question, answer)
            case MultipleQuestion():
                raw: object = self._several(question)
            case SingleQuestion():
                raw = self._single(question, answer)
            case NumberQuestion() if question.unit == "%":
                raw = _in_percent(_sound(answer))
            case ShortTextQuestion() | LongTextQuestion():
                raw = _sound(answer).text
            case _:
                raw = _plain(_sound(answer))
        return _cleaned(question, raw, answer.place)

    def _single(self, question: SingleQuestion, answer: Cell) -> object:
        said = _sound(answer).text
        words = self._other_words(question)
        if not said:
            return f"{OTHER_PREFIX}{words}" if words else None
        labels = {option.label.casefold(): option.id for option in question.options}
        if question.with_other and said.casefold() == OTHER.casefold():
            return f"{OTHER_PREFIX}{words}"
        return labels.get(said.casefold(), said)

    def _several(self, question: MultipleQuestion) -> list[str]:
        chosen = []
        for option in question.options:
            row = self._rows.get(f"{question.id}{OPTION_MARK}{option.id}")
            if row is not None and _says_yes(_sound(row[0])):
                chosen.append(option.id)
        words = self._other_words(question) if question.with_other else ""
        return [*chosen, f"{OTHER_PREFIX}{words}"] if words else chosen

    def _other_words(self, question: Question) -> str:
        row = self._rows.get(f"{question.id}{OTHER_MARK}")
        return _sound(row[0]).text if row else ""

    def _table(self, question: TableQuestion, answer: Cell) -> AnswerValue:
        rows = self._tables.get(question.id)
        if rows is None:
            raise _Misfit((answer.place, "The sheet with the entries is gone; download it again."))
        columns = {column.id: column for column in question.columns}
        heads = [(at, columns[c.text]) for at, c in enumerate(rows[0]) if at and c.text in columns]
        filled = [row for row in rows[TABLE_FIRST - 1 :] if any(row[at].text for at, _ in heads)]
        misfits = [
            (row[at].place, message)
            for row in filled
            for at, column in heads
            if (message := _why_not(column, row[at]))
        ]
        if misfits:
            raise _Misfit(*misfits)
        entries = [{c.id: _column_value(c, row[at]) for at, c in heads} for row in filled]
        return _cleaned(question, entries, (filled or rows)[0][0].place)


def _cleaned(question: Question, raw: object, cell: str) -> AnswerValue:
    try:
        return clean_value(question, raw)
    except AnswerError as error:
        raise _Misfit((cell, str(error))) from None


def _sound(cell: Cell) -> Cell:
    """The cell, unless it shows an error of Excel's."""
    if cell.is_error:
        raise _Misfit((cell.place, SHOWS_ERROR.format(cell.text)))
    return cell


def _why_not(column: Column, cell: Cell) -> str:
    """Why a cell of a table cannot be taken; empty where it can."""
    if cell.is_error:
        return SHOWS_ERROR.format(cell.text)
    try:
        value = clean_cell(column, _column_value(column, cell))
    except AnswerError as error:
        return str(error)
    return f"Fill in {column.label}." if column.required and value is None else ""


def _says_yes(cell: Cell) -> bool:
    word = cell.text.casefold()
    if word in ("", NO.casefold()) or cell.value is False:
        return False
    if word in (YES.casefold(), "x", "true", "1"):
        return True
    raise _Misfit((cell.place, f"Choose {YES} or {NO}, or leave this empty."))


def _plain(cell: Cell) -> object:
    """What a cell holds, as `clean_value` takes it: days as days, the rest as it is."""
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, bool | int | float | date):
        return cell.value
    return cell.text


def _in_percent(cell: Cell) -> object:
    """Excel keeps 93% as 0.93 and shows it so by the format of the cell."""
    number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return round(cell.value * 100, 10) if number and cell.is_percentage else _plain(cell)


def _column_value(column: Column, cell: Cell) -> object:
    if column.type == "number":
        return _in_percent(cell) if column.unit == "%" else _plain(cell)
    if column.type == "date":
        return _plain(cell)
    if column.type == "choice":
        labels = {option.label.casefold(): option.id for option in column.options}
        return labels.get(cell.text.casefold(), cell.text)
    return cell.text
