"""What an earlier release left in its database is all there after the migrations, and in use.

Every table of that time has rows before. Afterwards each row has the values that it had, in every
column that there still is, and each page and answer of the API is what the table of access says.
"""

import time

import pytest
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse

from diligence.config.safekeeping import tables
from diligence.models import Activity, ApiToken, Deal, FirmRole, Seal
from diligence.services.sealing import seal_waiting
from diligence.services.trail_check import check_trail
from rubrics.models import Listing
from tests.assessed import an_assessed_deal
from tests.cast import person
from tests.house.releases import (
    RELEASES,
    Release,
    apps_of,
    columns_of,
    empty_database,
    kept,
    lines,
    make,
)
from tests.house.test_access import TABLE, expected
from tests.house.worlds import BROWSER, NEWCOMER, Role, World, ask, world_of

PATIENCE_SECONDS = 60
"""Of our own processor for a few thousand rows; it takes a tenth of that."""


@pytest.fixture
def world(db: None) -> World:
    admin = person("admin", FirmRole.ADMIN)
    person(NEWCOMER, FirmRole.ANALYST)
    at = an_assessed_deal("Northwind")
    return world_of({Role.ADMIN: admin, Role.FOUNDER: at.founder}, at)


def kept_rows(table: tuple[list[str], bytes]) -> list[bytes]:
    """The rows of a table that no migration changes: all but lines that were the same (TWINS)."""
    return [row for row in lines(table[1]) if b"\ttwin\t" not in row]


@pytest.mark.parametrize("release", RELEASES.values(), ids=RELEASES)
def test_what_a_release_left_is_there_after_the_migrations_and_in_use(
    world: World, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BROWSER, "raise_request_exception", False)
    apps, now = apps_of(release), tables.columns_by_table()
    there = {
        name: [column for column in columns if column in now[name]]
        for name, columns in columns_of(apps).items()
    }
    rows = kept(there)
    with empty_database("of_an_earlier_release"):
        make(release, apps, rows)
        before = kept(there)
        assert [name for name, (_, packed) in before.items() if not lines(packed)] == []
        began = time.process_time()
        call_command("migrate", interactive=False, verbosity=0)
        assert time.process_time() - began < PATIENCE_SECONDS
        seal_waiting(everywhere=True)
        after = kept(there)
        assert [name for name in there if kept_rows(after[name]) != kept_rows(before[name])] == []
        checked = check_trail()
        assert checked.faults == []
        assert checked.lines == Activity.objects.count() == Seal.objects.count() > 5000
        assert {tuple(token.scopes) for token in ApiToken.objects.all()} == {("export", "read")}
        assert Listing.objects.count() == Deal.objects.count() > 0
        assert not Deal.objects.exclude(stage_position=F("stage__position")).exists()
        assert not Deal.objects.exclude(owner_name=F("owner__name")).exists()
        assert pages_that_fail(world) == []


def pages_that_fail(world: World) -> list[str]:
    """What an administrator and a founder get otherwise than the table says."""
    wrong = []
    for row in TABLE:
        if row.name in {"healthz", "account_logout"}:
            continue
        for role in world.people:
            args = row.args(world.at)
            got = ask(world, role, row.name, args).status
            if got != expected(row.get, role):
                wrong.append(f"{reverse(row.name, kwargs=args)} as {role}: {got}")
    return wrong
