"""Conditions as rows of a form: back and forth without a change, or left to the text."""

import pytest

from diligence.questionnaires.flat import (
    ALL,
    FlatCondition,
    condition_of,
    flat_condition,
    options_as_text,
    options_in,
    several,
    spelled,
    typed,
)

LEAF = {"question": "trains", "equals": True}


@pytest.mark.parametrize(
    "said",
    [
        {"all": [{"any": [LEAF]}]},
        {"not": {"not": LEAF}},
        {"not": {"all": [LEAF]}},
        {"all": []},
        {"question": "trains"},
        {"question": "trains", "equals": True, "more": 1},
        {"question": "trains", "any_of": []},
        {"question": 3, "equals": True},
        "trains",
        [LEAF],
    ],
)
def test_what_rows_cannot_show_is_left_to_the_text(said: object) -> None:
    assert flat_condition(said) is None


@pytest.mark.parametrize(
    "said",
    [
        None,
        LEAF,
        {"not": LEAF},
        {"question": "tools", "any_of": ["mlflow", "dvc"]},
        {"not": {"question": "tools", "any_of": ["mlflow"]}},
        {"question": "card", "answered": True},
        {"question": "card", "answered": False},
        {"all": [LEAF, {"question": "card", "answered": True}]},
        {"any": [LEAF, {"not": {"question": "maturity", "equals": 3}}]},
    ],
)
def test_rows_say_the_same_as_the_text(said: dict[str, object] | None) -> None:
    flat = flat_condition(said)
    assert flat is not None
    assert condition_of(flat) == said


def test_one_test_in_a_list_becomes_the_test_alone_which_holds_for_the_same() -> None:
    flat = flat_condition({"any": [LEAF]})
    assert flat is not None
    assert condition_of(flat) == LEAF
    assert condition_of(FlatCondition(ALL, ())) is None


def test_an_answer_is_typed_as_its_question_stores_it() -> None:
    assert typed("No", "yes-no") is False
    assert (typed("3", "scale"), typed("0.5", "number")) == (3, 0.5)
    assert (typed("yes", "single"), typed("3", "short-text")) == ("yes", "3")
    assert typed("perhaps", "yes-no") == "perhaps"
    assert several("a, b,,c ", "multiple") == ("a", "b", "c")
    assert [spelled(value) for value in (True, 3, "a")] == ["yes", "3", "a"]


def test_options_come_back_as_they_were() -> None:
    text = "weekly: Every week: or more\nnever: Never"
    assert options_as_text(options_in(text)) == text
    assert options_in("\nx\n") == [{"id": "x", "label": "x"}]
    assert options_as_text("no list") == ""
