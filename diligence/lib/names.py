"""Holding a name while one looks whether it is taken.

A unique index would tell, by its refusal, of rows that whoever asks may not know of.
"""

from django.db import connection


def hold_name(kind: str, name: str) -> None:
    """Makes others who ask for this name wait until the caller's transaction is over."""
    with connection.cursor() as cursor:
        key = f"{kind} {name.casefold()}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
