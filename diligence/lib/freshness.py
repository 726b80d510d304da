"""How old a piece of evidence is, in the three steps in which scoring counts it.

The steps are those of the rubric's freshness: spans the last 90 days, up to a year, older.
"""

from datetime import date
from enum import StrEnum

CURRENT_DAYS = 90
YEAR_DAYS = 365


class Standing(StrEnum):
    """By its dates: what expired comes before how old it is; without a date nothing is said."""

    EXPIRED = "expired"
    OLD = "older than a year"
    YEAR = "up to a year old"
    CURRENT = "current"
    UNDATED = "not dated"

    @property
    def is_stale(self) -> bool:
        """Whether a reader should be warned of its age."""
        return self in (Standing.EXPIRED, Standing.OLD)


def standing_of(dated_on: date | None, expires_on: date | None, today: date) -> Standing:
    """The standing on a day; the last day of validity still counts as valid."""
    if expires_on is not None and expires_on < today:
        return Standing.EXPIRED
    if dated_on is None:
        return Standing.UNDATED
    days = (today - dated_on).days
    if days > YEAR_DAYS:
        return Standing.OLD
    return Standing.YEAR if days > CURRENT_DAYS else Standing.CURRENT
