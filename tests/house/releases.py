"""Databases as earlier releases left them, with rows in every table.

A release is the names of its newest migrations; these make its tables. They are filled with what
the services write today, as far as tables and columns of that time can hold it; a table that is
still empty gets one row, and then comes what only people or careless programs would have written.
"""

import gzip
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.apps.registry import Apps
from django.contrib.postgres.fields import ArrayField
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from diligence.config.safekeeping import tables
from diligence.services.trail_keys import trail_keys

ODD = "Ω \"x\" 'y' <b>z</b> =1+1 {{ 7 }} \u202eabc\u202c \U0001f9ea \\N\t%s"
"""Words of which each character means something to somebody."""


@dataclass(frozen=True)
class Release:
    """The newest migration of each application, and what is put into its tables by hand."""

    migrations: Mapping[str, str]
    odd: Mapping[str, Mapping[str, Any]]
    """Values by table and column for every row."""
    more: Sequence[str]
    """Statements that add rows."""
    wanted: frozenset[str]
    """Pointers that may be empty, and that a rule of the database wants in such a row."""
    given: Mapping[str, Any]
    """What columns hold, by label or by name, where not anything would do."""


LONG_NAME = """
INSERT INTO diligence_startup SELECT new.* FROM diligence_startup t, jsonb_populate_record(
  t, jsonb_build_object('id', gen_random_uuid(), 'name', repeat('Ω', 200))) new
"""
MANY_DEALS = """
INSERT INTO diligence_deal SELECT new.* FROM diligence_deal t, generate_series(1, 300) n,
  jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'name', 'Deal ' || n)) new
"""
MANY_LINES = """
INSERT INTO diligence_activity (verb, text, object_id, data, at, in_room)
SELECT 'deal.create', '', '', '{}', '1970-01-01'::timestamptz + n * interval '1 microsecond', false
  FROM generate_series(1, 5000) n
"""
"""Of nobody, about nothing, long ago."""
TWINS = """
INSERT INTO diligence_activity (verb, text, object_id, data, at, in_room)
SELECT 'deal.create', '', 'twin', '{}', '1970-01-02', false FROM generate_series(1, 3)
"""
"""Lines that say the same at the same moment: they are told apart, by a number in their data."""
WHEN = datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC)
FRAME = {"rubric_title": ODD, "rubric_version": 1, "stage": "", "archetypes": [], "flags": []}

RELEASES = {
    "2026-11-28": Release(
        migrations={
            "account": "0009_emailaddress_unique_primary_email",
            "admin": "0003_logentry_add_action_flag_choices",
            "audits": "0007_archives_in_the_room",
            "auth": "0012_alter_user_first_name_max_length",
            "contenttypes": "0002_remove_content_type_name",
            "diligence": "0016_deals_in_order",
            "rubrics": "0018_firm_rubrics",
            "sessions": "0001_initial",
        },
        odd={
            "diligence_activity": {"data": '{"a": 1.50, "é": [null, "\\u2028"]}', "text": ODD},
            "diligence_deal": {"thesis": ODD, "amount": 10**14, "valuation": None, "ai_share": 0},
            "diligence_evidenceitem": {"title": ODD},
            "diligence_note": {"body": ODD},
            "diligence_outboundmail": {"subject": ODD},
            "diligence_stage": {"position": 32767},
            "diligence_startup": {"summary": ODD, "founded": 32767},
            "diligence_user": {"name": ODD},
        },
        more=(LONG_NAME, MANY_DEALS, MANY_LINES, TWINS),
        wanted=frozenset({"rubrics.Citation.answer", "rubrics.AdjudicationCitation.answer"}),
        given={
            "criterion": "data-versioning",
            "currency": "EUR",
            # Terms in force would keep the founder out of the room.
            "diligence.RoomTerms.lifted_at": WHEN,
            "rubrics.FrameChange.before": FRAME,
            "rubrics.FrameChange.after": FRAME,
        },
    ),
}

VALUES: Mapping[type[models.Field[Any, Any]], Any] = {
    ArrayField: [], models.BinaryField: b"\x00\xff", models.BooleanField: False,
    models.DateTimeField: WHEN, models.DateField: WHEN.date(), models.DecimalField: 1,
    models.FloatField: 0.5, models.IntegerField: 1, models.JSONField: {},
}  # fmt: skip

Kept = dict[str, tuple[list[str], bytes]]
"""The rows of each table, packed, with the columns that are in them."""


@contextmanager
def empty_database(name: str) -> Iterator[None]:
    """The ORM of this process speaks to a database of its own, which goes with the block."""
    usual = connections["default"]
    name = f"{usual.settings_dict['NAME']}_{name}"
    with closing(psycopg.connect(**usual.get_connection_params(), autocommit=True)) as server:
        server.execute(f"CREATE DATABASE {name}")
        # Pools go by alias: this one would lead to the usual database.
        described: dict[str, Any] = {**usual.settings_dict, "NAME": name, "OPTIONS": {}}
        connections["default"] = type(usual)(described, "default")
        trail_keys.cache_clear()
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = usual
            trail_keys.cache_clear()
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def kept(known: Mapping[str, Sequence[str]]) -> Kept:
    """What is in these columns of these tables."""
    found = {}
    for name, columns in known.items():
        out = io.BytesIO()
        tables.copy_out(name, columns, out)
        found[name] = (list(columns), out.getvalue())
    return found


def lines(rows: bytes) -> list[bytes]:
    """The rows of a table in an order that does not hang on when they were written."""
    return sorted(gzip.decompress(rows).splitlines())


def apps_of(release: Release) -> Apps:
    """The models of that time."""
    state = MigrationExecutor(connection).loader.project_state(list(release.migrations.items()))
    return state.apps


def columns_of(apps: Apps) -> dict[str, list[str]]:
    """The tables and columns that models of a time have."""
    return {
        model._meta.db_table: [str(column.column) for column in model._meta.concrete_fields]
        for model in apps.get_models(include_auto_created=True)
    }


def make(release: Release, apps: Apps, rows: Kept) -> None:
    """The tables of the release in an empty database, with rows in each: these, and the odd."""
    MigrationExecutor(connection).migrate(list(release.migrations.items()))
    with transaction.atomic(), tables.emptied(sorted(rows)):
        for name, (columns, packed) in rows.items():
            tables.copy_in(name, columns, io.BytesIO(packed))
    with transaction.atomic(), connection.cursor() as cursor:
        every = list(apps.get_models(include_auto_created=True))
        for statement in connection.ops.sequence_reset_sql(no_style(), every):
            cursor.execute(statement)
        _one_row_each(release, apps)
        for table, values in release.odd.items():
            put = ", ".join(f'"{column}" = %s' for column in values)
            cursor.execute(f"UPDATE {table} SET {put}", list(values.values()))  # noqa: S608 - ours
        for statement in release.more:
            cursor.execute(statement)


def _one_row_each(release: Release, apps: Apps) -> None:
    """A row for each table that has none, after the tables that it points to."""
    waiting = [
        model for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._default_manager.exists()
    ]  # fmt: skip
    while waiting:
        ready = [model for model in waiting if not _needs(model) & set(waiting)]
        assert ready, waiting
        for model in ready:
            columns = {column.attname: _value(column, release) for column in _columns(model)}
            model._default_manager.bulk_create([model(**columns)])
        waiting = [model for model in waiting if model not in ready]


def _columns(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [f for f in model._meta.concrete_fields if not (f.primary_key and not f.is_relation)]


def _needs(model: type[models.Model]) -> set[Any]:
    return {f.related_model for f in _columns(model) if f.is_relation} - {model}


def _value(column: "models.Field[Any, Any]", release: Release) -> Any:
    """Something that the column takes."""
    for name in (str(column), column.name):
        if name in release.given:
            return release.given[name]
    if column.null and str(column) not in release.wanted:
        return None
    if column.is_relation:
        target = column.related_model
        return target._default_manager.values_list("pk", flat=True).first()  # type: ignore[union-attr] # it is there, or the test fails
    if column.choices:
        return column.flatchoices[0][0]
    if column.has_default():
        return column.get_default()
    kind = next((k for k in VALUES if isinstance(column, k)), None)
    return VALUES[kind] if kind else ODD[: column.max_length]
