"""What evidence of a grade can support, and the sentence that says why not more."""

import pytest

from rubrics.scoring.ceilings import (
    PLAIN,
    Circumstance,
    ceiling,
    explain_ceiling,
    freshness_factor,
    strength,
)
from tests.rubrics.scoring.cases import RUBRIC

CODE = RUBRIC.criterion("data-versioning")
DOCUMENT = RUBRIC.criterion("data-rights-consent")
SIGNED = Circumstance(signed_original=True)
DRILL = Circumstance(drill_record=True)
FRESH = Circumstance(freshness="fresh")


@pytest.mark.parametrize(
    ("grade", "highest", "carries"),
    [
        (None, 0, 0.0),
        ("E0", 1, 0.0),
        ("E1", 1, 0.2),
        ("E2", 2, 0.4),
        ("E3", 2, 0.55),
        ("E4", 3, 0.85),
        ("E5", 4, 1.0),
    ],
)
def test_the_table_of_grades(grade: str | None, highest: int, carries: float) -> None:
    assert ceiling(grade, CODE) == highest
    assert float(strength(grade)) == carries


def test_a_signature_lifts_nothing_that_code_must_show() -> None:
    assert ceiling("E1", CODE, SIGNED) == 1


def test_a_signed_original_counts_as_a_record_where_papers_are_the_evidence() -> None:
    assert ceiling("E1", DOCUMENT) == 1
    assert ceiling("E1", DOCUMENT, SIGNED) == 3


def test_a_drill_record_lifts_records_to_four_and_nothing_else() -> None:
    assert [ceiling(grade, CODE, DRILL) for grade in ("E1", "E3", "E4")] == [1, 2, 4]


def test_fresh_evidence_lifts_nothing_above_two() -> None:
    assert [ceiling(grade, CODE, FRESH) for grade in ("E1", "E3", "E4", "E5")] == [1, 2, 2, 2]


@pytest.mark.parametrize(
    ("freshness", "factor"),
    [("current", 1.0), ("year", 0.8), ("old", 0.5), ("fresh", 0.5), (None, 0.5)],
)
def test_age_takes_weight(freshness: str | None, factor: float) -> None:
    assert float(freshness_factor(freshness)) == factor


@pytest.mark.parametrize(
    ("grade", "circumstance", "sentence"),
    [
        (None, PLAIN, "Without evidence no level above 0 can be supported."),
        (
            "E1",
            PLAIN,
            (
                "E1, a document, a screenshot or a declared dependency, supports at most level 1; "
                "use in a product path lifts it."
            ),
        ),
        (
            "E4",
            PLAIN,
            (
                "E4, machine-made records that agree with the code, supports at most level 3; "
                "a drill record lifts it."
            ),
        ),
        (
            "E5",
            FRESH,
            "Evidence younger than 30 days supports at most level 2; older records lift it.",
        ),
    ],
)
def test_the_reason_for_a_ceiling(
    grade: str | None, circumstance: Circumstance, sentence: str
) -> None:
    assert explain_ceiling(grade, CODE, circumstance) == sentence


def test_a_document_is_told_what_would_lift_it() -> None:
    assert explain_ceiling("E1", DOCUMENT).endswith("level 1; a signed original lifts it.")
    assert explain_ceiling("E1", DOCUMENT, SIGNED).startswith("E1, a signed original, supports")
