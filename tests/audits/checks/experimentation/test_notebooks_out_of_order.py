"""Whether notebooks were run out of order."""

import json

from tests.audits.examining import judged, notebook, places, verdict

PRACTICE = "notebooks-out-of-order"


def test_without_notebooks_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"a.py": "x = 1\n"}) == "n/a"


def test_gaps_are_fine() -> None:
    assert verdict(PRACTICE, {"a.ipynb": notebook((3, "x = 1"), (9, "x = 2"))}) == "no"


def test_stripped_counts_are_not_held_against_anybody() -> None:
    assert verdict(PRACTICE, {"a.ipynb": notebook((None, "x = 1"), (None, "x = 2"))}) == "no"


def test_a_notebook_that_is_no_json_is_unknown_and_not_fatal() -> None:
    assert verdict(PRACTICE, {"a.ipynb": "<html>"}) == "unknown"


def test_deep_nesting_is_survived() -> None:
    assert verdict(PRACTICE, {"a.ipynb": "[" * 100_000}) == "unknown"


def test_an_empty_document_is_survived() -> None:
    assert verdict(PRACTICE, {"a.ipynb": json.dumps({"cells": 3})}) == "unknown"


def test_descending_counts_are_cited_where_they_stand() -> None:
    text = notebook((2, "x = 1"), (1, "x = 2"))
    path, line = places(PRACTICE, {"a.ipynb": text})[0]
    assert path == "a.ipynb"
    assert text.splitlines()[line - 1].strip() == '"execution_count": 1,'


def test_a_count_given_twice_is_out_of_order() -> None:
    outcome = judged(PRACTICE, {"a.ipynb": notebook((1, "x = 1"), (1, "x = 2"))})
    assert outcome.verdict.value == "yes"
    assert len(outcome.findings) == 1
