"""Pages of long lists: the last one costs what the first one costs."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

LONG = 25
"""Rows on a page of a long list."""


class LongList(Paginator[Any]):
    """Pages of a sorted query. What lies nearer to the end is read from the end.

    An index gives its first rows at once and counts through all that it leaves out, from whichever
    end it is read. In the middle it counts through half of them.
    """

    def __init__(
        self, rows: QuerySet[Any], per_page: int = LONG, *, counted: QuerySet[Any] | None = None
    ) -> None:
        """`counted` has as many rows and is cheaper to count: without what only sorts."""
        super().__init__(rows if counted is None else counted, per_page)
        self.rows = rows

    def page(self, number: int | str) -> Page[Any]:
        """The page; a number that is none is Django's error."""
        valid = self.validate_number(number)
        start = (valid - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        if start <= self.count // 2:
            return Page(list(self.rows[start:end]), valid, self)
        return Page(
            list(self.rows.reverse()[self.count - end : self.count - start])[::-1], valid, self
        )
