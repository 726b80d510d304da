"""Moments as records write them: thousandths of a second, seconds, or text."""

import re
from datetime import UTC, datetime
from typing import Any

_NUMBER = re.compile(r"\d{9,19}(\.\d+)?")
_SIZES = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))


def instant(value: Any) -> str:
    """ISO 8601 in UTC to the second; empty where it is no moment. Without a zone, it is UTC."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(float(value))
    if not isinstance(value, str) or not value.strip():
        return ""
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return _from_number(float(text))
    try:
        when = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return ""
    return _written(when if when.tzinfo else when.replace(tzinfo=UTC))


def _from_number(number: float) -> str:
    divisor = next((by for least, by in _SIZES if number > least), 1.0)
    try:
        return _written(datetime.fromtimestamp(number / divisor, tz=UTC))
    except (OverflowError, OSError, ValueError):
        return ""


def _written(when: datetime) -> str:
    try:
        return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except OverflowError:
        return ""
