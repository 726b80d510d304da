"""Whether much of the code is younger than thirty days."""

import pytest

from audits.facts.history import History, Recent
from tests.audits.histories import Past, judged_with

PRACTICE = "fresh-code"
FILES = {
    "a.py": "\n".join(["x = 1"] * 80),
    "b.py": "\n".join(["y = 2"] * 20),
    "n.ipynb": '{"cells": []}',
}


def recent(**added: int) -> History:
    """A history of two commits with these lines added since."""
    past = Past().commit("Ada", {"a.py": "1"}).commit("Ada", {"b.py": "1"})
    return past.history(recent=Recent("c0ffee", {f"{n}.py": c for n, c in added.items()}))


def test_without_a_history_it_is_unknown() -> None:
    assert judged_with(PRACTICE, FILES, History(missing="shallow")).verdict.value == "unknown"


def test_trees_that_cannot_be_compared_are_unknown() -> None:
    history = Past().commit("Ada", {"a.py": "1"}).history()
    assert judged_with(PRACTICE, FILES, history).verdict.value == "unknown"


def test_without_code_the_question_makes_no_sense() -> None:
    assert judged_with(PRACTICE, {"a.md": "x"}, recent()).verdict.value == "n/a"


@pytest.mark.parametrize(
    ("added", "verdict", "value"),
    [({}, "no", "0%"), ({"b": 20}, "no", "20%"), ({"a": 30}, "partly", "30%"),
     ({"a": 80}, "yes", "80%")],
)  # fmt: skip
def test_the_share_of_lines_decides(added: dict[str, int], verdict: str, value: str) -> None:
    judgement = judged_with(PRACTICE, FILES, recent(**added))
    assert (judgement.verdict.value, judgement.value) == (verdict, value)


def test_more_lines_added_than_stand_there_count_once() -> None:
    assert judged_with(PRACTICE, FILES, recent(b=500)).value == "20%"


def test_a_history_younger_than_thirty_days_is_all_fresh() -> None:
    past = Past().commit("Ada", {"a.py": "1"}).commit("Ada", {"b.py": "1"})
    judgement = judged_with(PRACTICE, FILES, past.history(recent=Recent("", {})))
    assert (judgement.verdict.value, judgement.because) == (
        "yes", "the whole history is no more than a day long",
    )  # fmt: skip
