"""A worker is deaf where something waits, it has nothing in hand, and it takes nothing for long."""

import pytest

from diligence.config.hearing import DEAF_AFTER_SECONDS, Hearing

LONG = DEAF_AFTER_SECONDS + 1.0


def lost_after(*signs: tuple[int, int, int, float]) -> bool:
    """Told how many wait, how many were taken in all, how many are in hand, and when."""
    hearing = Hearing()
    return [
        hearing.is_lost(waits, {"task": taken}, in_hand, now)
        for waits, taken, in_hand, now in ((0, 0, 0, 0.0), *signs)
    ][-1]


@pytest.mark.parametrize(
    "signs",
    [
        ((0, 1, 0, 1.0), (0, 1, 0, 2 * LONG)),
        ((5, 1, 0, 1.0), (5, 2, 0, LONG), (5, 3, 0, 2 * LONG)),
        ((5, 1, 1, 1.0), (5, 1, 1, 2 * LONG)),
        ((5, 1, 0, 1.0), (5, 1, 0, 2.0), (5, 1, 0, DEAF_AFTER_SECONDS - 1.0)),
        ((5, 1, 0, 1.0), (5, 1, 0, 2.0), (0, 1, 0, 3.0), (5, 1, 0, LONG), (5, 1, 0, LONG + 2)),
    ],
)
def test_whoever_idles_takes_or_works_hears(signs: tuple[tuple[int, int, int, float], ...]) -> None:
    assert not lost_after(*signs)


def test_whoever_takes_nothing_of_what_waits_is_deaf() -> None:
    assert lost_after((5, 1, 0, 1.0), (6, 1, 0, 2.0), (40, 1, 0, 2.0 + LONG))
