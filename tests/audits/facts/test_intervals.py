"""Intervals against published values, and against the rate at which they hold the truth."""

import numpy as np
import pytest

from audits.engine.measured import rounded
from audits.facts.intervals import area_under_curve, f_score, resampled, share


def test_no_rows_give_no_share() -> None:
    assert share(0, 0) is None
    assert f_score(0, 0, 0, 10, 1) is None
    assert area_under_curve(np.array([0.5]), np.array([0.1, 0.2])) is None


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(hits: int, n: int, low: float, high: float) -> None:
    figure = share(hits, n)
    assert figure is not None
    assert figure.interval == pytest.approx((low, high), abs=5e-5)
    assert figure.n == n


def test_auc_counts_pairs_and_halves_ties() -> None:
    figure = area_under_curve(np.array([0.3, 0.5, 0.9]), np.array([0.1, 0.3, 0.4]))
    assert figure is not None
    assert figure.value == rounded((1.5 + 3 + 3) / 9)


def test_auc_of_classes_that_part_wholly_has_no_interval() -> None:
    figure = area_under_curve(np.array([0.8, 0.9]), np.array([0.1, 0.2]))
    assert figure is not None
    assert (figure.value, figure.interval) == (1.0, None)


def test_delong_holds_the_truth_in_95_of_100() -> None:
    generator = np.random.default_rng(3)
    truth, held = 0.7602, 0  # the chance that N(1, 1) exceeds N(0, 1)
    for _ in range(400):
        figure = area_under_curve(generator.normal(1, 1, 60), generator.normal(0, 1, 140))
        assert figure is not None
        assert figure.interval is not None
        held += figure.interval[0] <= truth <= figure.interval[1]
    assert 0.92 <= held / 400 <= 0.98


def test_macro_scores_are_means_over_classes() -> None:
    cells = {("a", "a"): 8, ("a", "b"): 2, ("b", "b"): 3, ("c", "c"): 5, ("b", "c"): 2}
    found = resampled(cells, ["a", "b", "c"], 1)
    assert found["precision"].value == rounded((8 / 10 + 3 / 5 + 1) / 3)
    assert found["recall"].value == rounded((1 + 3 / 5 + 5 / 7) / 3)
    low, high = found["f1"].interval or (0, 0)
    assert low < found["f1"].value < high
    assert found == resampled(cells, ["a", "b", "c"], 1)
