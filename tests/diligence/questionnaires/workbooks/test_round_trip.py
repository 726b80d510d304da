"""A questionnaire goes out as a workbook and comes back: nothing lost, nothing made up."""

import json
import zipfile
from datetime import date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from diligence.questionnaires.loader import load_library, parse_template
from diligence.questionnaires.schema import AnswerValue, TableRow, Template
from diligence.questionnaires.workbooks import cells
from diligence.questionnaires.workbooks.cells import NO_WORKBOOK, TOO_LARGE, WorkbookError
from diligence.questionnaires.workbooks.layout import (
    ANSWER,
    BECAUSE,
    KEY,
    STATE_SHEET,
    TABLE_FIRST,
    Entry,
    QuestionnaireState,
    SectionOfEntries,
)
from diligence.questionnaires.workbooks.reading import NOT_OURS, OF_ANOTHER, read
from diligence.questionnaires.workbooks.writing import written

SOURCE = Path(__file__).parents[2] / "every-type.v1.yaml"
TEMPLATE = parse_template(SOURCE.read_text(encoding="utf-8"), SOURCE.name)
ENTRY: TableRow = {"metric": "AUC", "value": 0.91, "held-out": True, "split": "time"}
GIVEN: dict[str, AnswerValue] = {
    "trains": True,
    "retraining": "other:when the moon is full",
    "tools": ["dvc", "other:Kedro"],
    "maturity": 4,
    "main-model": "=HYPERLINK(1)",
    "story": "One.\nTwo.",
    "rows": 1250000,
    "last-trained": "2026-10-01",
    "metrics": [ENTRY],
}


def state(
    answers: dict[str, AnswerValue] | None = None, template: Template = TEMPLATE
) -> QuestionnaireState:
    answers = answers or {}
    sections = tuple(
        SectionOfEntries(
            section.title,
            section.intro or "",
            tuple(
                Entry(q, shown=True, open=True, value=answers.get(q.id), cannot_answer="",
                      revision=3 if q.id in answers else 0)
                for q in section.questions
            ),
        )
        for section in template.sections
    )  # fmt: skip
    return QuestionnaireState("questionnaire-1", "Northwind", template, sections)


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def cell_of(book: Workbook, key: str, column: int = ANSWER) -> Any:
    """The cell in the row of this key."""
    for sheet in book.worksheets:
        for row in range(1, (sheet.max_row or 0) + 1):
            if sheet.cell(row, KEY).value == key and row > 1:
                return sheet.cell(row, column)
    raise AssertionError(f"no row of {key}")


def filled(answers: dict[str, AnswerValue] | None = None, **typed: Any) -> bytes:
    """A workbook of these answers in which somebody typed; `_` stands for `-`."""
    book = opened(written(state(answers)))
    for name, value in typed.items():
        cell_of(book, name.replace("_", "-")).value = value
    return saved(book)


def change(data: bytes, answers: dict[str, AnswerValue] | None = None) -> dict[str, Any]:
    found = read(data, state(answers))
    assert found.misfits == ()
    return {c.question: c.cannot_answer or c.value for c in found.changes}


def misfit(data: bytes) -> list[tuple[str, str]]:
    found = read(data, state())
    assert found.changes == ()
    return [(m.cell, m.message) for m in found.misfits]


# Nothing changes by itself ------------------------------------------------------------------


def test_an_untouched_workbook_changes_nothing() -> None:
    for answers in ({}, GIVEN):
        data = written(state(answers))
        assert change(data, answers) == {}
        assert change(saved(opened(data)), answers) == {}


@pytest.mark.parametrize("template", load_library(), ids=lambda template: template.name)
def test_every_template_of_the_library_goes_out_and_comes_back(template: Template) -> None:
    data = written(state(template=template))
    found = read(data, state(template=template))
    assert (found.changes, found.misfits) == ((), ())
    assert len(data) < 500_000


def test_an_answer_that_was_not_touched_is_no_change_though_it_is_newer_here() -> None:
    data = filled({"rows": 5}, story="New.")
    assert change(data, {"rows": 9}) == {"story": "New."}


def test_what_looks_like_a_formula_is_text() -> None:
    book = opened(written(state(GIVEN)))
    cell = cell_of(book, "main-model")
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    assert not any(
        cell.data_type == "f" for sheet in book.worksheets for row in sheet.rows for cell in row
    )


# What is typed comes back -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        ("trains", "Yes", True),
        ("trains", "no", False),
        ("retraining", "Every month", "monthly"),
        ("retraining", "every MONTH ", "monthly"),
        ("maturity", 3, 3),
        ("maturity", "3", 3),
        ("main_model", "defects v7", "defects v7"),
        ("main_model", 7, "7"),
        ("main_model", "=1+1", "=1+1"),
        ("story", "One.\r\nTwo.", "One.\nTwo."),
        ("rows", 1250000.0, 1250000),
        ("last_trained", datetime(2026, 10, 1), "2026-10-01"),  # noqa: DTZ001 - Excel has no zones
        ("last_trained", date(2026, 10, 1), "2026-10-01"),
        ("last_trained", "2026-10-01", "2026-10-01"),
    ],
)
def test_every_type_comes_back(question: str, typed: Any, value: AnswerValue) -> None:
    assert change(filled(None, **{question: typed})) == {question.replace("_", "-"): value}


def test_choices_come_back_line_by_line_with_the_words_of_other() -> None:
    data = filled(None, **{"tools#dvc": "Yes", "tools#mlflow": "No", "tools#other_words": "Kedro"})
    assert change(data) == {"tools": ["dvc", "other:Kedro"]}
    data = filled(None, retraining="Other", **{"retraining#other_words": "when asked"})
    assert change(data) == {"retraining": "other:when asked"}


def test_an_emptied_answer_is_emptied() -> None:
    assert change(filled({"rows": 5}, rows=None), {"rows": 5}) == {"rows": None}


def test_a_reason_why_not_comes_back() -> None:
    book = opened(written(state()))
    cell_of(book, "rows", BECAUSE).value = "We do not count them."
    assert change(saved(book)) == {"rows": "We do not count them."}


def test_a_table_comes_back_row_by_row() -> None:
    book = opened(written(state()))
    sheet = book["Table 1"]
    typed: tuple[str | float, ...] = ("AUC", 0.91, "Yes", "By time")
    for at, value in enumerate(typed, start=2):
        sheet.cell(TABLE_FIRST + 2, at, value)
    assert change(saved(book)) == {"metrics": [ENTRY]}


def test_renamed_sheets_and_sorted_rows_are_understood() -> None:
    book = opened(filled(None, rows=5))
    for number, sheet in enumerate(book.worksheets):
        if sheet.title != STATE_SHEET:
            sheet.title = f"S{number}"
    assert change(saved(book)) == {"rows": 5}


# What does not fit is named by its cell -----------------------------------------------------


def test_what_does_not_fit_is_named_by_its_cell() -> None:
    book = opened(written(state()))
    cell = cell_of(book, "rows")
    cell.value = "many"
    place = f"Numbers and dates!{cell.coordinate}"
    assert misfit(saved(book)) == [(place, "Enter a number, such as 12.5.")]


def test_every_cell_of_a_table_that_does_not_fit_is_named() -> None:
    book = opened(written(state()))
    sheet = book["Table 1"]
    sheet.cell(TABLE_FIRST, 3).value = 2
    sheet.cell(TABLE_FIRST, 5).value = "Weekly"
    assert misfit(saved(book)) == [
        (f"Table 1!B{TABLE_FIRST}", "Fill in Metric."),
        (f"Table 1!C{TABLE_FIRST}", "Enter a number between 0 and 1."),
        (f"Table 1!E{TABLE_FIRST}", "Choose one of the listed answers."),
    ]


def test_an_answer_and_a_reason_why_not_exclude_each_other() -> None:
    book = opened(filled(None, rows=5))
    cell_of(book, "rows", BECAUSE).value = "We do not count them."
    ((cell, message),) = misfit(saved(book))
    assert cell.startswith("Numbers and dates!D")
    assert message == "Give an answer, or say why you cannot, but not both."


def test_a_cell_that_shows_an_error_is_no_answer() -> None:
    book = opened(written(state()))
    cell = cell_of(book, "rows")
    cell.value, cell.data_type = "#DIV/0!", "e"
    ((_, message),) = misfit(saved(book))
    assert message == "This cell shows the error #DIV/0!; enter the answer itself."


def test_a_table_whose_sheet_is_gone_is_named() -> None:
    book = opened(written(state()))
    del book["Table 1"]
    ((_, message),) = misfit(saved(book))
    assert message == "The sheet with the entries is gone; download it again."


# Excel checks in place ----------------------------------------------------------------------


def test_the_workbook_checks_in_place_and_locks_the_rest() -> None:
    book = opened(written(state()))
    sheet = book["Numbers and dates"]
    rules = {str(rule.sqref): rule.type for rule in sheet.data_validations.dataValidation}
    assert rules[cell_of(book, "rows").coordinate] == "whole"
    assert rules[cell_of(book, "last-trained").coordinate] == "date"
    assert sheet.protection.sheet
    assert not cell_of(book, "rows").protection.locked
    assert cell_of(book, "rows", KEY).protection.locked
    assert sheet.column_dimensions["A"].hidden
    assert book[STATE_SHEET].sheet_state == "veryHidden"


def test_a_closed_answer_is_locked() -> None:
    one = state({"rows": 5})
    closed = tuple(
        SectionOfEntries(s.title, s.intro, tuple(_closed(e) for e in s.entries))
        for s in one.sections
    )
    book = opened(written(QuestionnaireState(one.id, one.startup, one.template, closed)))
    assert cell_of(book, "rows").protection.locked


def _closed(entry: Entry) -> Entry:
    return Entry(entry.question, entry.shown, False, entry.value, "", entry.revision)  # noqa: FBT003 - in the order of the row


def test_a_condition_is_said_in_words() -> None:
    book = opened(written(state()))
    hint = cell_of(book, "retraining", 5).value
    assert hint == "Asked only where the answer to “Do you train models of your own?” is “Yes”."


# What is not ours, or hostile ---------------------------------------------------------------


def refusal(data: bytes) -> str:
    with pytest.raises(WorkbookError) as caught:
        read(data, state())
    return str(caught.value)


def test_what_is_no_workbook_is_refused() -> None:
    assert refusal(b"") == NO_WORKBOOK
    assert refusal(b"name,value\na,1\n") == NO_WORKBOOK
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("hello.txt", "hello")
    assert refusal(archive.getvalue()) == NO_WORKBOOK
    whole = written(state())
    assert refusal(whole[: len(whole) // 2]) == NO_WORKBOOK


def test_another_workbook_is_refused() -> None:
    assert refusal(saved(Workbook())) == NOT_OURS
    other = state()
    other = QuestionnaireState("questionnaire-2", "Contoso", TEMPLATE, other.sections)
    assert refusal(written(other)) == OF_ANOTHER


def test_a_forged_hidden_sheet_is_refused() -> None:
    book = opened(written(state()))
    book[STATE_SHEET].cell(4, 3).value = "[" * 5000
    assert refusal(saved(book)) == NOT_OURS


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread() -> None:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (cells.LARGEST_UNPACKED + 1))
    assert refusal(archive.getvalue()) == TOO_LARGE


def test_an_entity_bomb_in_a_workbook_is_refused() -> None:
    names = "abcdefghij"
    laughs = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names))
    bomb = f'<!DOCTYPE z [<!ENTITY a "ha">{laughs}]><workbook>&j;</workbook>'
    source, target = zipfile.ZipFile(BytesIO(written(state()))), BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for part in source.infolist():
            data = bomb if part.filename == "xl/workbook.xml" else source.read(part)
            packed.writestr(part.filename, data)
    # Which of the two depends on the XML parser; neither unfolds the entities.
    assert refusal(target.getvalue()) in (NO_WORKBOOK, NOT_OURS)


def test_the_hidden_sheet_holds_what_the_answers_were() -> None:
    rows = list(opened(written(state({"rows": 5})))[STATE_SHEET].values)
    assert [json.loads(str(row[2])) for row in rows[3:] if row[0] == "rows"] == [[5, ""]]
