"""Pages of long lists: the last one and one in the middle cost what the first one costs."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, QuerySet, Value, When

LONG = 25
"""Rows on a page of a long list."""
DEEP = 500
"""Rows from either end from where on ids alone are counted through."""


def among(found: QuerySet[Any], name: str = "pk") -> Case:
    """Whether the row of this name was found, asked so that PostgreSQL never joins the two.

    It would join and then sort all of them. So it makes a table of what was found, goes through the
    index of the order, and ends at the page.
    """
    return Case(
        # Value takes what it stands for by place alone.
        When(**{f"{name}__in": found.order_by().values("pk")}, then=Value(True)),  # noqa: FBT003
        default=Value(False),  # noqa: FBT003 - values of SQL
    )


class LongList(Paginator[Any]):
    """Pages of a sorted query. What lies nearer to the end is read from the end.

    An index gives its first rows at once and counts through all that it leaves out, from whichever
    end it is read. In the middle it counts through half of them: of their ids alone, where `keys`
    has those in the same order.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        per_page: int = LONG,
        *,
        counted: QuerySet[Any] | None = None,
        keys: QuerySet[Any] | None = None,
    ) -> None:
        """`counted` has as many rows and is cheaper to count: without what only sorts."""
        super().__init__(rows if counted is None else counted, per_page)
        self.rows = rows
        self.keys = keys

    def page(self, number: int | str) -> Page[Any]:
        """The page; a number that is none is Django's error."""
        valid = self.validate_number(number)
        start = (valid - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        if self.keys is not None and DEEP < start < self.count - DEEP:
            keys = self._between(self.keys, start, end)
            return Page(list(self.rows.filter(pk__in=keys)), valid, self)
        rows = list(self._between(self.rows, start, end))
        return Page(rows if self._is_nearer_to_the_start(start) else rows[::-1], valid, self)

    def _is_nearer_to_the_start(self, start: int) -> bool:
        return start <= self.count // 2

    def _between(self, rows: QuerySet[Any], start: int, end: int) -> QuerySet[Any]:
        """These rows, turned round where they were read from the end."""
        if self._is_nearer_to_the_start(start):
            return rows[start:end]
        return rows.reverse()[self.count - end : self.count - start]
