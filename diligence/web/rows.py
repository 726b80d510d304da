"""Templates of rows that stand many times on a page: Jinja2 draws them many times faster.

A page is Django's. Where it repeats something a hundred times, the loop lies in a file beside it
that ends in `.jinja`, and `{% rows %}` draws it. Everything is escaped there as well.
"""

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from diligence.lib.figures import figure
from diligence.web.leading import page_of

SOMEBODY = UUID("00000000-0000-4000-8000-000000000000")
"""Stands in an address for the id of each row."""


def environment(**options: Any) -> Environment:
    """What the templates may use; a name that is not there is an error and not an empty cell."""
    tidy = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**{**options, **tidy})  # noqa: S701 - Django says autoescape
    made.globals |= {"address": address, "static": cache(static)}
    made.filters |= {"figure": figure, "thousands": thousands, "moment": moment}
    made.filters["page_of"] = page_of
    return made


def address(name: str, row: UUID, *more: str) -> str:
    """What `{% url %}` gives for the id of a row: found once for each name, not for each row."""
    return _address(name, more).replace(str(SOMEBODY), str(row))


@cache
def _address(name: str, more: tuple[str, ...]) -> str:
    return reverse(name, args=(SOMEBODY, *more))


def thousands(value: Decimal | int) -> str:
    """A whole number as `intcomma` prints it."""
    return f"{value:,}"


def moment(at: datetime) -> str:
    """A day and a time of UTC, as `date:"j M Y, H:i"` prints it."""
    return f"{at.day} {at:%b %Y, %H:%M}"
