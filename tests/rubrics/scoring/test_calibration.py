"""What many deals say of anchors and reviewers, and when they say nothing."""

import pytest

from rubrics.scoring.calibration import Rated, calibrate_criteria, drifts

SAME = [(level % 5, level % 5) for level in range(10)]
APART = [(0, 3), (3, 0), (1, 4), (4, 1), (0, 2), (2, 0), (1, 3), (3, 1), (2, 4), (4, 2)]


def test_under_ten_deals_nothing_is_said_of_the_anchors() -> None:
    found = calibrate_criteria({"a": APART[:9], "b": [*APART[:9], (2, None)]})
    assert [(each.deals, each.faults) for each in found] == [(9, ()), (9, ())]


def test_anchors_that_people_read_alike_are_left_alone() -> None:
    assert calibrate_criteria({"a": SAME})[0].faults == ()


def test_anchors_that_people_read_apart_need_new_words() -> None:
    found = calibrate_criteria({"a": APART})[0]
    assert found.faults == ("Alpha is below 0.60.", "Under 90% of pairs lie within one level.")


def test_one_wide_pair_in_ten_is_no_fault_and_two_are() -> None:
    one, two = [*SAME[:9], (4, 2)], [*SAME[:8], (3, 1), (4, 2)]
    assert calibrate_criteria({"a": one})[0].faults == ()
    assert calibrate_criteria({"a": two})[0].faults == ("Under 90% of pairs lie within one level.",)


def test_what_is_at_fault_comes_first_and_what_nobody_rated_last() -> None:
    found = calibrate_criteria({"none": [], "good": SAME, "bad": APART, "few": APART[:3]})
    assert [each.criterion for each in found] == ["bad", "few", "good", "none"]


def rated(*errors: int, reviewer: str = "ada") -> list[Rated]:
    return [Rated(reviewer, f"d{n}", 2 + error, 2) for n, error in enumerate(errors)]


def test_drift_is_the_mean_distance_to_the_settled_level() -> None:
    drift = drifts(rated(1, 1, 0, 0, 1, 0, 1, 0))[0]
    assert (drift.items, drift.deals, drift.mean, drift.exact) == (8, 8, 0.5, 0.5)
    assert drift.low == pytest.approx(0.5 - 1.959964 * 0.5345225 / 8**0.5, abs=0.001)
    assert drift.is_clear


@pytest.mark.parametrize("errors", [(1,) * 7, (0,) * 12, (1, -1) * 6])
def test_few_or_cancelling_errors_show_no_clear_drift(errors: tuple[int, ...]) -> None:
    assert not drifts(rated(*errors))[0].is_clear


def test_a_step_too_kind_on_every_criterion_is_the_clearest_drift() -> None:
    drift = drifts(rated(*(1,) * 12))[0]
    assert (drift.low, drift.high, drift.is_clear) == (1.0, 1.0, True)


def test_the_furthest_from_consensus_comes_first_whichever_way() -> None:
    rows = [*rated(0, 1), *rated(-2, -1, reviewer="bo"), *rated(0, 0, reviewer="cy")]
    assert [drift.reviewer for drift in drifts(rows)] == ["bo", "ada", "cy"]
    assert drifts([]) == ()
