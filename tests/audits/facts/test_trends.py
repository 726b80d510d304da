"""The test of decay: how often it cries wolf, and what it sees."""

from collections.abc import Callable

import numpy as np
import pytest

from audits.facts.trends import Point, is_decay, span_count, too_short, trend

Array = np.ndarray[tuple[int], np.dtype[np.float64]]
Level = Callable[[np.random.Generator, int], Array]
SPANS = 30


def _decays(level: Level, repeats: int, rows: int = 100) -> float:
    """The share of seeded logs that are called decaying."""
    generator = np.random.default_rng(11)
    found = 0
    for _ in range(repeats):
        n = generator.poisson(rows, SPANS) + 5
        share = generator.binomial(n, np.clip(level(generator, SPANS), 0, 1)) / n
        whole = float((share * n).sum() / n.sum())
        points = [
            Point(7.0 * at, float(value), whole * (1 - whole) / int(size), int(size))
            for at, (value, size) in enumerate(zip(share, n, strict=True))
        ]
        found += is_decay(trend("accuracy", points), whole)
    return found / repeats


def _seasons(correlation: float, deviation: float = 0.02) -> Level:
    """Good and bad weeks that hang together: neighbours correlate."""

    def level(generator: np.random.Generator, spans: int) -> Array:
        noise = generator.normal(0, 1, spans)
        for at in range(1, spans):
            noise[at] = correlation * noise[at - 1] + noise[at] * np.sqrt(1 - correlation**2)
        shown: Array = 0.88 + deviation * noise
        return shown

    return level


def test_a_steady_log_is_not_called_decaying() -> None:
    assert _decays(lambda _, spans: np.full(spans, 0.88), 400) <= 0.01


def test_a_log_with_good_and_bad_weeks_is_not_called_decaying() -> None:
    assert _decays(lambda g, spans: 0.88 + g.normal(0, 0.02, spans), 400) <= 0.02


def test_a_log_with_good_and_bad_months_is_not_called_decaying() -> None:
    assert _decays(_seasons(0.5), 400) <= 0.02


@pytest.mark.parametrize("rows", [100, 400, 2_000])
def test_seasons_that_last_are_not_called_decaying(rows: int) -> None:
    assert _decays(_seasons(0.8), 300, rows) <= 0.05


def test_a_rising_log_is_not_called_decaying() -> None:
    assert _decays(lambda _, spans: np.linspace(0.7, 0.9, spans), 50) == 0.0


def test_a_fall_of_half_a_point_in_ten_million_rows_is_not_called_decay() -> None:
    level: Level = lambda _, spans: np.linspace(0.905, 0.9, spans)  # noqa: E731 - a literal
    assert _decays(level, 20, rows=300_000) == 0.0


@pytest.mark.parametrize(
    "level",
    [
        lambda _, spans: np.linspace(0.9, 0.78, spans),
        lambda _, spans: 0.9 - 0.12 * (np.arange(spans) >= 0.6 * spans),
        lambda _, spans: 0.9 - 0.12 * np.clip((np.linspace(0, 1, spans) - 0.6) / 0.4, 0, 1),
    ],
    ids=["steadily", "in one step", "late"],
)
def test_a_fall_of_twelve_points_is_seen(level: Level) -> None:
    assert _decays(level, 100, rows=100) >= 0.85
    assert _decays(level, 100, rows=200) >= 0.95


def test_a_fall_of_twelve_points_through_good_and_bad_weeks_is_seen() -> None:
    def falling(generator: np.random.Generator, spans: int) -> Array:
        level: Array = _seasons(0.5)(generator, spans) - np.linspace(0, 0.12, spans)
        return level

    assert _decays(falling, 100, rows=400) >= 0.8


def test_a_rising_error_is_a_decay() -> None:
    points = [Point(7.0 * n, 10 + n * 0.2 + (n % 3) * 0.1, 0.04, 100) for n in range(20)]
    found = trend("mae", points, higher_is_better=False)
    assert found.fall > 0
    assert is_decay(found, 12.0, share=False)


def test_a_short_log_is_told_and_not_judged() -> None:
    assert too_short([Point(0, 0.9, 0.1, 50)] * 3) == (
        "a trend needs labels in 6 spans of time; the log has 3"
    )
    assert too_short([Point(0, 0.9, 0.1, 2)] * 6) == (
        "a trend needs 100 labelled rows; the log has 12"
    )
    assert too_short([Point(0, 1.0, 0.0, 200)] * 6) == "the figure is the same in every span"
    assert (span_count(10), span_count(600), span_count(10**7)) == (6, 20, 30)
