"""Rows out of PostgreSQL and into it, by COPY in its text form, which every version can read."""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection
from psycopg import sql

from diligence.config.safekeeping.archive import PIECE, Rows

TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
SEQUENCES = """
SELECT relname FROM pg_class
WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace ORDER BY relname
"""
TRIGGERS = """
SELECT c.relname, t.tgname, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = current_schema()::regnamespace
"""
FIRING = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}
"""When a trigger fires, as pg_trigger.tgenabled says it and as ALTER TABLE does."""


def columns_by_table() -> dict[str, list[str]]:
    """All tables of the schema, with the columns that are not computed from others."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return {str(name): list(columns) for name, columns in cursor.fetchall()}


def sequence_states() -> dict[str, tuple[int, bool]]:
    """Where each sequence stands, and whether that number was given out."""
    states = {}
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
        for (name,) in cursor.fetchall():
            query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
            cursor.execute(query)
            at, given = cursor.fetchone() or (1, False)
            states[str(name)] = (int(at), bool(given))
    return states


def copy_out(name: str, columns: Sequence[str], out: IO[bytes]) -> Rows:
    """Writes the rows of a table, packed; the same rows give the same bytes."""
    query = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(name), _names(columns))
    with (
        gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0, compresslevel=6) as packed,
        connection.cursor() as cursor,
    ):
        bare: Any = cursor.cursor
        with bare.copy(query) as rows:
            for piece in rows:
                packed.write(piece)
        return Rows(int(bare.rowcount), list(columns))


def copy_in(name: str, columns: Sequence[str], stream: IO[bytes]) -> int:
    """Adds packed rows to a table; how many there were."""
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), _names(columns))
    with gzip.GzipFile(fileobj=stream, mode="rb") as packed, connection.cursor() as cursor:
        bare: Any = cursor.cursor
        with bare.copy(query) as rows:
            while piece := packed.read(PIECE):
                rows.write(piece)
        return int(bare.rowcount)


def set_sequence(name: str, at: int, *, given: bool) -> None:
    """Puts a sequence where it stood."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", [name, at, given])


@contextmanager
def emptied(names: Sequence[str]) -> Iterator[None]:
    """Empties tables for rows that follow, in any order, and checks these at the end.

    Triggers rest meanwhile: those that let nobody change or number a row are for people, and what
    comes back is as they left it. All in the caller's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        triggers = cursor.fetchall()
        for table, trigger, _ in triggers:
            _switch(cursor, table, "DISABLE", trigger)
        tables = sql.SQL(", ").join(map(sql.Identifier, names))
        cursor.execute(sql.SQL("TRUNCATE {}").format(tables))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, trigger, firing in triggers:
            _switch(cursor, table, FIRING[firing], trigger)


def _switch(cursor: Any, table: str, how: str, trigger: str) -> None:
    query = sql.SQL("ALTER TABLE {} {} TRIGGER {}")  # `how` is one of our own words
    names = sql.Identifier(table), sql.SQL(how), sql.Identifier(trigger)
    cursor.execute(query.format(*names))


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
