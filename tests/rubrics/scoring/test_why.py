"""The lines under coverage and confidence add up to the figures above them."""

import pytest
from hypothesis import given, settings

from rubrics.scoring.rollup import roll_up
from rubrics.scoring.types import CriterionInput, Profile
from rubrics.scoring.why import confidence_lines, coverage_lines
from tests.rubrics.scoring.cases import EVERYTHING, RUBRIC, not_supplied, scored, unknown
from tests.rubrics.scoring.test_rollup_properties import PROFILES, SCORECARDS


def test_what_nobody_examined_and_what_was_withheld_add_nothing_to_the_confidence() -> None:
    given_ = [unknown("data-versioning"), not_supplied("label-quality"), scored("audit-trail", 2)]
    lines = {line.criterion: line for line in confidence_lines(roll_up(RUBRIC, EVERYTHING, given_))}
    assert (lines["data-versioning"].adds, lines["label-quality"].adds) == (0, 0)
    assert lines["audit-trail"].adds > 0
    assert (lines["audit-trail"].strength, lines["audit-trail"].age) == (0.85, 1.0)


def test_what_was_withheld_is_covered_all_the_same() -> None:
    (data, *_) = coverage_lines(roll_up(RUBRIC, EVERYTHING, [not_supplied("data-versioning")]))
    assert (data.lens, data.examined) == ("data", 3)


@settings(max_examples=40)
@given(PROFILES, SCORECARDS)
def test_the_lines_add_up_to_the_figures(profile: Profile, inputs: list[CriterionInput]) -> None:
    rollup = roll_up(RUBRIC, profile, inputs, draws=0)
    adds = sum(line.adds for line in confidence_lines(rollup))
    # Each line is rounded to four digits, so the sum may be off by half a digit a line.
    assert adds == pytest.approx(rollup.confidence, abs=0.00005 * (len(RUBRIC.criteria) + 1))
    lines = coverage_lines(rollup)
    whole = sum(line.applicable for line in lines)
    if whole:
        examined = sum(line.examined for line in lines)
        assert examined / whole == pytest.approx(rollup.coverage, abs=0.0001)
    for line in lines:
        assert rollup.lens(line.lens).coverage == line.share
