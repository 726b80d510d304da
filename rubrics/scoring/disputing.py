"""How long a startup may dispute a level that was put to it, after the method on two raters."""

from datetime import date, timedelta

WORKING_DAYS = 5
SATURDAY = 5


def last_day(put_on: date, days: int = WORKING_DAYS) -> date:
    """The last of so many working days after a day. Holidays differ by place and count as work."""
    day = put_on
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
