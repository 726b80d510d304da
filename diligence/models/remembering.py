"""Rows that know how they were loaded, so that the trail can say what was so before.

Only the reference to what the database gave is kept: nothing is copied, nothing is compared until
somebody records a change. A list or a JSON value that is altered in place is not told apart: set it
anew.
"""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, Self

from django.db import models


class Remembers(models.Model):
    """Has the values with which it was loaded; a row that was just made has none.

    Columns that triggers write are `kept_by_database`: what Python holds of them may be out of
    date, and what they repeat is told where it stands.
    """

    kept_by_database: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        """The row, with what it was loaded with."""
        row = super().from_db(db, field_names, values, **more)
        row.__dict__["loaded_values"] = (field_names, values)
        return row


def loaded_values(row: models.Model) -> dict[str, Any]:
    """By column; empty for what was just made."""
    names, values = row.__dict__.get("loaded_values", ((), ()))
    return dict(zip(names, values, strict=True))


def remember(row: models.Model, names: Sequence[str]) -> None:
    """From here on, what these columns hold now is what was so before."""
    row.__dict__["loaded_values"] = (names, [getattr(row, name) for name in names])
