"""Five working days, counted from the day after."""

from datetime import date

import pytest

from rubrics.scoring.disputing import last_day


@pytest.mark.parametrize(
    ("put_on", "last"),
    [
        (date(2026, 11, 23), date(2026, 11, 30)),  # Monday to Monday
        (date(2026, 11, 27), date(2026, 12, 4)),  # Friday to Friday
        (date(2026, 11, 28), date(2026, 12, 4)),  # Saturday: the week after
        (date(2026, 11, 29), date(2026, 12, 4)),  # Sunday: the same
    ],
)
def test_weekends_do_not_count(put_on: date, last: date) -> None:
    assert last_day(put_on) == last
    assert last.weekday() < 5


def test_no_day_is_left_of_none() -> None:
    assert last_day(date(2026, 11, 28), 0) == date(2026, 11, 28)
