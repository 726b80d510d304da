"""No text of anybody becomes a formula, however a spreadsheet cuts the file up."""

import csv
import io
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from diligence.lib.spreadsheets import csv_text, put

FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")  # noqa: RUF001 - as Excel takes them
ATTACKS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "a;=1", "a\n=1", "a;  -1",
    '"=1', '";=1', '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "＝1", "\u00a0=1", "DDE;@x",  # noqa: RUF001 - the wide signs are meant
]  # fmt: skip
HOSTILE = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(st.sampled_from("=+-@;,\"'\t\r\n a1＝"), max_size=12),  # noqa: RUF001 - the wide signs are meant
    st.text(max_size=20),
)


def cut_at(text: str, separator: str) -> list[str]:
    """The cells of a file as a program sees them whose list separator is this one."""
    return [
        cell
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for cell in row
    ]


def test_figures_and_ordinary_words_stay_as_they_are() -> None:
    rows = [("name", "bytes", "share"), ("model card.md", 12, -0.5), ("a-b; c, d", None, True)]
    assert list(csv.reader(io.StringIO(csv_text(rows)))) == [
        ["name", "bytes", "share"],
        ["model card.md", "12", "-0.5"],
        ["a-b; c, d", "", "True"],
    ]


@pytest.mark.parametrize("text", ATTACKS)
def test_no_known_attack_is_a_formula(text: str) -> None:
    for separator in ",;\t":
        assert not [c for c in cut_at(csv_text([("x", text)]), separator) if FORMULA.match(c)]


@settings(max_examples=150)
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=3))
def test_no_text_at_all_is_a_formula_in_csv(rows: list[tuple[str, str]]) -> None:
    text = csv_text(rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in read] == [2] * len(rows)
    for separator in ",;":
        assert not [cell for cell in cut_at(text, separator) if FORMULA.match(cell)]


@settings(max_examples=60)
@given(st.lists(HOSTILE, min_size=1, max_size=20))
def test_no_text_at_all_is_a_formula_in_a_workbook(texts: list[str]) -> None:
    book = Workbook()
    assert book.active is not None
    for row, text in enumerate(texts, start=1):
        put(book.active.cell(row, 1), text)
    stream = io.BytesIO()
    book.save(stream)
    sheet = openpyxl.load_workbook(stream).active
    for row, text in enumerate(texts, start=1):
        cell = sheet.cell(row, 1)  # type: ignore[union-attr] # it is there, or the test fails
        assert cell.data_type in {"s", "inlineStr"} or cell.value is None
        # As somebody who edits the cell would type it: with the quote that makes it text.
        assert cell.quotePrefix or not FORMULA.match(text)


def test_a_figure_in_a_workbook_stays_a_figure() -> None:
    cell = put(Workbook().create_sheet().cell(1, 1), 4.5)
    assert (cell.value, cell.data_type) == (4.5, "n")
