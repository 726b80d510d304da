"""Worlds that many tests begin with: made once by the services, afterwards put back as rows.

A world is made on the ground alone, before the first test that asks for it begins, and taken back.
Each test then gets the rows of it in its own transaction and objects of its own, so that nothing a
test does to either reaches another.
"""

import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
Lines = dict[str, Counter[bytes]]
"""What each table holds, by its quoted name."""


@dataclass(frozen=True)
class Kept(Generic[T]):
    """The rows of a world by table, and those of its objects that a test gets to know."""

    rows: tuple[tuple[str, bytes], ...]
    known: bytes

    def put_back(self) -> T:
        """The world as it was made."""
        with transaction.atomic(), connection.cursor() as cursor:
            # What triggers made of these rows is among them, and every key they name is there.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table, packed in self.rows:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(packed)
            cursor.execute("SET LOCAL session_replication_role = origin")
        made: T = pickle.loads(self.known)  # noqa: S301 - pickled by this very process
        return made


def keep(make: Callable[[], T]) -> Kept[T]:
    """Makes a world that only adds to what is there, and takes it back."""
    with transaction.atomic():
        before = lines()
        known = make()
        connection.check_constraints()
        after = lines()
        transaction.set_rollback(True)
    assert not any(before[table] - after[table] for table in before), "It changes what was there."
    added = {table: after[table] - before[table] for table in after}
    rows = ((table, b"".join(each.elements())) for table, each in added.items() if each)
    return Kept(tuple(rows), pickle.dumps(known))


def lines() -> Lines:
    """What is in the tables now."""
    names = connection.introspection.table_names()
    with connection.cursor() as cursor:
        return {table: _lines_of(cursor, table) for table in map(connection.ops.quote_name, names)}


def _lines_of(cursor: Any, table: str) -> Counter[bytes]:
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return Counter(bytes(line) for line in copy)
