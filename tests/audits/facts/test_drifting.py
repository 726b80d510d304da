"""Drift: the rate of false alarms on samples of one distribution, and what is seen."""

import numpy as np

from audits.facts.drifting import categories, corrected, feature, missingness, numbers, psi
from audits.facts.samples import FeatureDrift

REPEATS = 200


def _sample(generator: np.random.Generator, rows: int) -> dict[str, FeatureDrift]:
    """Ten features of two samples of one distribution: smooth, skewed, counted, named, missing."""
    found = {}
    for n in range(4):
        sides = [generator.lognormal(0, n + 0.2, rows) for _ in "ab"]
        found[f"n{n}"] = feature(numbers(sides[0], sides[1], (0, 0)), None, (0, 0), (rows, rows))
    for n in range(2):
        sides = [generator.poisson(20, rows).astype(np.float64) for _ in "ab"]
        found[f"k{n}"] = feature(numbers(sides[0], sides[1], (0, 0)), None, (0, 0), (rows, rows))
    for n in range(3):
        counts = [generator.multinomial(rows, [0.5, 0.3, 0.15, 0.04, 0.01]) for _ in "ab"]
        named = [{f"v{i}": int(c) for i, c in enumerate(side) if c} for side in counts]
        found[f"c{n}"] = feature(categories(named[0], named[1]), None, (0, 0), (rows, rows))
    gone = (int(generator.binomial(rows, 0.05)), int(generator.binomial(rows, 0.05)))
    sides = [generator.normal(0, 1, rows - g) for g in gone]
    found["m"] = feature(
        numbers(sides[0], sides[1], gone), missingness(gone, (rows, rows)), gone, (rows, rows)
    )
    return corrected(found)


def test_no_alarm_on_two_samples_of_one_distribution() -> None:
    for rows in (60, 400, 3_000):
        generator = np.random.default_rng(rows)
        alarms = sum(
            any(f.drifted for f in _sample(generator, rows).values()) for _ in range(REPEATS)
        )
        assert alarms / REPEATS <= 0.02, rows


def test_a_huge_sample_does_not_alarm_on_nothing() -> None:
    generator = np.random.default_rng(5)
    sides = (generator.normal(0, 1, 400_000), generator.normal(0.03, 1, 400_000))
    rows = (400_000, 400_000)
    found = corrected({"x": feature(numbers(sides[0], sides[1], (0, 0)), None, (0, 0), rows)})["x"]
    assert found.p < 1e-6
    assert not found.drifted
    assert found.because == "The difference is no chance, but only 1.2% of the rows moved."


def test_a_shift_is_seen_among_many_steady_features() -> None:
    generator = np.random.default_rng(6)
    found = _sample(generator, 2_000)
    sides = (generator.normal(0, 1, 2_000), generator.normal(0.4, 1, 2_000))
    found["x"] = feature(numbers(sides[0], sides[1], (0, 0)), None, (0, 0), (2_000, 2_000))
    drifted = {name for name, f in corrected(found).items() if f.drifted}
    assert drifted == {"x"}


def test_a_mean_that_moves_by_a_quarter_of_a_deviation_is_seen_in_three_thousand_rows() -> None:
    generator = np.random.default_rng(8)
    seen = 0
    for _ in range(40):
        found = _sample(generator, 3_000)
        sides = (generator.normal(0, 1, 3_000), generator.normal(0.25, 1, 3_000))
        found["x"] = feature(numbers(sides[0], sides[1], (0, 0)), None, (0, 0), (3_000, 3_000))
        seen += corrected(found)["x"].drifted
    assert seen >= 38


def test_values_that_go_missing_are_seen() -> None:
    generator = np.random.default_rng(7)
    sides = (generator.normal(0, 1, 1_000), generator.normal(0, 1, 800))
    gone, rows = (0, 200), (1_000, 1_000)
    found = corrected(
        {"x": feature(numbers(sides[0], sides[1], gone), missingness(gone, rows), gone, rows)}
    )
    assert found["x"].drifted
    assert (found["x"].missing_before, found["x"].missing_now, found["x"].moved) == (0.0, 0.2, 0.2)


def test_psi_of_shares_that_swap() -> None:
    expected = 2 * (0.7 - 0.3) * np.log(0.7 / 0.3)
    assert abs(psi([70_000, 30_000], [30_000, 70_000]) - expected) < 1e-4
    assert psi([10, 20], [10, 20]) == 0.0
