"""Into which spans a log is cut: a rule that is stated, so that nobody picks the worst one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

MOST_PERIODS = 60
FEWEST_ROWS = 20
DAY = 86_400
UNITS = ("day", "week", "month", "quarter", "year")
RULE = (
    "The shortest of hour (for at most three days), day, week, month, quarter and year of which "
    f"the log spans at most {MOST_PERIODS} and that has {FEWEST_ROWS} labelled rows on average."
)


def moment(seconds: float) -> datetime:
    """A moment in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def iso(seconds: float | None) -> str | None:
    """A moment as ISO 8601 in UTC, to the second."""
    return None if seconds is None else f"{moment(seconds):%Y-%m-%dT%H:%M:%SZ}"


def slot_seconds(first: float, last: float) -> int:
    """How finely rows are counted before a period is chosen."""
    return 3_600 if last - first <= 3 * DAY else DAY


def period_of(slots: Mapping[int, int], seconds: int) -> str:
    """The period for labelled rows by slot."""
    if seconds < DAY:
        return "hour"
    best = UNITS[0]
    for unit in UNITS:
        starts = {start_of(slot * seconds, unit) for slot in slots}
        if len(starts) < 3:
            break
        best = unit
        span = len(starts)
        if span <= MOST_PERIODS and sum(slots.values()) / span >= FEWEST_ROWS:
            return unit
    return best


def start_of(seconds: float, unit: str) -> str:
    """The start of the period that a moment lies in; a week starts on Monday."""
    when = moment(seconds)
    if unit == "hour":
        return f"{when:%Y-%m-%dT%H:00Z}"
    if unit == "week":
        when -= timedelta(days=when.weekday())
    elif unit != "day":
        month = {"month": when.month, "quarter": 3 * ((when.month - 1) // 3) + 1}.get(unit, 1)
        when = when.replace(day=1, month=month)
    return f"{when:%Y-%m-%d}"
