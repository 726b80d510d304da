"""Raw answers become canonical values or one sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diligence.questionnaires.schema import Question
from diligence.questionnaires.values import AnswerError, clean_value, display_value
from tests.diligence.questionnaires.toy import OPTIONS, question, toy

TABLE = """\
columns:
  - {id: name, label: Name, required: true}
  - {id: share, label: Share, type: number, unit: "%", minimum: 0, maximum: 100}
  - {id: day, label: Day, type: date}
  - {id: kind, label: Kind, type: choice, options: [{id: x, label: Ex}, {id: y, label: Why}]}
  - {id: ok, label: Fine, type: yes-no}
max_rows: 3
"""


def one(kind: str, extra: str = "") -> Question:
    return toy(question("q", kind, extra)).questions[0]


EVERY_TYPE = [
    one("yes-no"),
    one("single", OPTIONS),
    one("multiple", OPTIONS + "with_other: true"),
    one("scale", "low: Bad\nhigh: Good"),
    one("short-text"),
    one("long-text"),
    one("number"),
    one("date"),
    one("table", TABLE),
    one("file"),
]


@pytest.mark.parametrize("asked", EVERY_TYPE, ids=lambda asked: asked.type)
@pytest.mark.parametrize("raw", [None, "", "  ", []])
def test_an_empty_answer_is_no_error_and_no_value(asked: Question, raw: object) -> None:
    assert clean_value(asked, raw) is None
    assert display_value(asked, None) == ""


@pytest.mark.parametrize(
    ("kind", "extra", "raw", "value", "words"),
    [
        ("yes-no", "", "yes", True, "Yes"),
        ("yes-no", "", False, False, "No"),
        ("single", OPTIONS, "b", "b", "Bee"),
        ("single", OPTIONS, ["b"], "b", "Bee"),
        (
            "single",
            OPTIONS + "with_other: true",
            {"choice": "other", "other": " Dee "},
            "other:Dee",
            "Other: Dee",
        ),
        (
            "multiple",
            OPTIONS + "with_other: true",
            ["other:E", "c", "a"],
            ["a", "c", "other:E"],
            "Ay, See, Other: E",
        ),
        ("scale", "low: Bad\nhigh: Good", "4", 4, "4 of 5"),
        ("short-text", "", " two\r\nlines ", "two lines", "two lines"),
        ("long-text", "", " two\r\nlines ", "two\nlines", "two\nlines"),
        ("number", "unit: minutes", "12.50", 12.5, "12.5 minutes"),
        ("number", 'unit: "%"', "98 %", 98, "98%"),
        ("number", "unit: rows", "12 500", 12500, "12 500 rows"),
        ("date", "", "2026-03-31", "2026-03-31", "31 March 2026"),
        (
            "table",
            TABLE,
            [{"name": "A", "share": "5", "day": "2026-01-02", "kind": "x", "ok": "no"}, {}],
            [{"name": "A", "share": 5, "day": "2026-01-02", "kind": "x", "ok": False}],
            "Name: A; Share: 5%; Day: 2 January 2026; Kind: Ex; Fine: No",
        ),
        ("file", "", ["runs.csv", "runs.csv"], ["runs.csv"], "runs.csv"),
    ],
)
def test_answers_are_made_canonical_and_said_back(
    kind: str, extra: str, raw: object, value: object, words: str
) -> None:
    asked = one(kind, extra)
    cleaned = clean_value(asked, raw)
    assert cleaned == value
    assert type(cleaned) is type(value)
    assert display_value(asked, cleaned) == words


@pytest.mark.parametrize(
    ("kind", "extra", "raw", "sentence"),
    [
        ("yes-no", "", "perhaps", "Answer this question with yes or no."),
        ("single", OPTIONS, "z", "Choose one of the listed answers."),
        ("single", OPTIONS, "other:z", "Choose one of the listed answers."),
        ("single", OPTIONS, ["a", "b"], "Choose only one answer."),
        ("multiple", OPTIONS + "at_most: 1", ["a", "b"], "Choose at most 1 answers."),
        (
            "multiple",
            OPTIONS + "with_other: true",
            ["other"],
            "Say in a few words what you mean by other.",
        ),
        ("scale", "low: Bad\nhigh: Good", "6", "Choose a whole number from 1 to 5."),
        ("scale", "low: Bad\nhigh: Good", True, "Answer this question with a number."),
        (
            "short-text",
            "max_length: 3",
            "four",
            "Shorten this text to 3 characters; it has 4 now.",
        ),
        (
            "short-text",
            "",
            "a\x00b",
            "Remove the characters that cannot be printed from this text.",
        ),
        ("number", "", "many", "Enter a number, such as 12.5."),
        (
            "number",
            "",
            "1,5",
            "Write the number with a decimal point and no commas, such as 1250.5.",
        ),
        ("number", "", "nan", "Enter a number of ordinary size."),
        ("number", "", float("inf"), "Enter a number of ordinary size."),
        ("number", "", 10**400, "Enter a number of ordinary size."),
        ("number", "minimum: 0\nmaximum: 100", 101, "Enter a number between 0 and 100."),
        ("number", "minimum: 0", -1, "Enter a number of at least 0."),
        ("number", "whole: true", 1.5, "Enter a whole number."),
        ("date", "", "31.3.2026", "Enter a date as year-month-day, such as 2026-03-31."),
        ("date", "earliest: 2026-01-01", "2025-12-31", "Enter a date on or after 2026-01-01."),
        ("table", TABLE, "x", "Fill in the table row by row."),
        ("table", TABLE, [{"share": 5}], "Row 1: fill in Name."),
        (
            "table",
            TABLE,
            [{"name": "A"}, {"name": "B", "share": 101}],
            "Row 2, Share: Enter a number between 0 and 100.",
        ),
        (
            "table",
            TABLE,
            [{"name": "A", "size": 1}],
            "Remove the column size from row 1: it is not asked.",
        ),
        ("table", TABLE, [{"name": "A"}] * 4, "Enter at most 3 rows; there are 4."),
        ("file", "max_files: 1", ["a", "b"], "Attach at most 1 files; there are 2."),
    ],
)
def test_an_answer_that_cannot_be_taken_gives_one_sentence(
    kind: str, extra: str, raw: object, sentence: str
) -> None:
    with pytest.raises(AnswerError) as caught:
        clean_value(one(kind, extra), raw)
    assert str(caught.value) == sentence


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_whatever_comes_in_is_a_stable_json_value_or_an_answer_error(raw: object) -> None:
    for asked in EVERY_TYPE:
        try:
            value = clean_value(asked, raw)
        except AnswerError:
            continue
        json.dumps(value, allow_nan=False)
        assert clean_value(asked, value) == value
        display_value(asked, value)
