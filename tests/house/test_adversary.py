"""What somebody tries who means ill: forged ids, fields nobody offered, doors just closed.

Each address of the table is tried by construction, so that a new form is tried as well.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import AuditRun
from diligence.models import (
    Deal,
    DealMember,
    EvidenceItem,
    IncomingUpload,
    RoomExport,
    RoomMember,
    User,
)
from diligence.selectors.room_contents import files_of_room
from diligence.services.barriers import raise_barrier
from diligence.services.invitations import remove_room_member
from diligence.services.uploads import finish_upload, path_of
from tests.cast import a_founder
from tests.house.test_access import OF_A_DEAL, ROWS, TABLE
from tests.house.worlds import Role, World, Worlds, ask, send, world_of


@pytest.fixture
def db(in_world: None) -> None:
    """In place of a transaction per test."""


def both_of(worlds: Worlds) -> World:
    """An administrator, and a founder who is in the rooms of both deals."""
    here, there = worlds.opened.at.deal, worlds.restricted.at.deal
    founder = a_founder(here, "both@startups.example")
    a_founder(there, founder.email)
    people = {Role.ADMIN: worlds.opened.people[Role.ADMIN], Role.FOUNDER: founder}
    return world_of(people, worlds.opened.at)


pytestmark = pytest.mark.usefixtures("db")
WRITES = [row.name for row in TABLE if row.post]


# Ids of another deal --------------------------------------------------------------------------

OURS = ("diligence", "audits", "rubrics")
AS_IT_SHOULD_BE = {"diligence.Answer.taken_from", "diligence.AnswerRevision.taken_from"}
"""What is taken over from an earlier deal names where it was said first."""


def ways_to_the_deal(model: type[models.Model], depth: int = 3) -> Iterator[str]:
    """Each chain of foreign keys from a row to a deal, as a lookup."""
    for column in model._meta.concrete_fields:
        target = column.related_model
        if not column.is_relation or not isinstance(target, type):
            continue
        if f"{model._meta.label}.{column.name}" in AS_IT_SHOULD_BE or target is User:
            continue
        if target is Deal:
            yield column.name
        elif depth and target is not model:
            yield from (f"{column.name}__{way}" for way in ways_to_the_deal(target, depth - 1))


def pairs_of_ways() -> list[tuple[type[models.Model], str, str]]:
    """Two ways from one row to a deal, which have to lead to the same one."""
    return [
        (model, one, other)
        for app in OURS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for one, other in combinations(ways_to_the_deal(model), 2)
    ]


@pytest.fixture(scope="module")
def torn(worlds: Worlds) -> Iterator[Callable[[], list[str]]]:
    """Finds rows that hang together with two deals at once.

    One statement asks along all pairs of ways, and PostgreSQL plans it once: to plan hundreds of
    joins takes many times as long as to follow them.
    """
    pairs = pairs_of_ways()
    said = " UNION ALL ".join(
        f"(SELECT {number} WHERE EXISTS ({_rows_that_are_torn(*pair)}))"
        for number, pair in enumerate(pairs)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"PREPARE torn AS {said}")

    def found() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("EXECUTE torn")
            of = [pairs[number] for (number,) in cursor.fetchall()]
        return [f"{model._meta.label}: {one} and {other}" for model, one, other in of]

    yield found
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE torn")


def _rows_that_are_torn(model: type[models.Model], one: str, other: str) -> str:
    rows = (
        model._base_manager.exclude(**{one: F(other)})
        .filter(**{f"{one}__isnull": False, f"{other}__isnull": False})
        .values("pk")
    )
    said, values = rows.query.sql_with_params()
    assert not values
    return str(said)


def forged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """A form with the ids of another deal's things in place of our own."""
    return {name: theirs.get(name, value) if ids_in(value) else value
            for name, value in ours.items()}  # fmt: skip


def ids_in(value: Any) -> bool:
    """Whether a field holds an id, alone, in a list or behind a kind."""
    texts = value if isinstance(value, list | tuple) else [value]
    return any(_is_id(str(text).rpartition(":")[2]) for text in texts)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def test_there_are_ways_to_hold_against_each_other(
    worlds: Worlds, torn: Callable[[], list[str]]
) -> None:
    assert len(pairs_of_ways()) > 20
    assert torn() == []
    AuditRun.objects.filter(pk=worlds.opened.at.run.pk).update(deal=worlds.restricted.at.deal)
    assert "audits.AuditRun: deal and repository__deal" in torn()


@pytest.mark.parametrize("name", WRITES)
def test_a_form_with_ids_of_another_deal_ties_nothing_of_two_deals_together(
    worlds: Worlds, torn: Callable[[], list[str]], name: str
) -> None:
    row, here, there = ROWS[name], worlds.opened.at, worlds.restricted.at
    ours = row.form(here)
    if not any(ids_in(value) for value in ours.values()):
        return
    form = forged(ours, row.form(there))
    args, both = row.args(here), both_of(worlds)
    for role in both.people:
        with transaction.atomic():
            answered = send(both, role, name, args, form)
            assert int(answered.status if answered.status.isdigit() else 0) < 500
            assert torn() == []
            transaction.set_rollback(True)


# Fields that nobody offered -------------------------------------------------------------------

GUARDED: dict[type[models.Model], tuple[str, ...]] = {
    User: ("email", "firm_role", "is_staff", "is_superuser", "is_active"),
    Deal: ("owner_id", "restricted", "watermark", "startup_id"),
    DealMember: ("deal_id", "user_id", "role_id"),
    RoomMember: ("deal_id", "user_id", "limited"),
    EvidenceItem: ("deal_id", "created_by_id", "from_startup", "shared"),
}
OFFERED = {"diligence:room_person", "diligence:deal_evidence_share", "diligence:room_settings"}
"""Where a founder narrows what a colleague sees, and the firm what the startup sees."""


def guarded() -> dict[str, list[Any]]:
    """What decides who may do what, of all that is there."""
    return {
        model.__name__: list(model._base_manager.order_by("pk").values_list("pk", *columns))
        for model, columns in GUARDED.items()
    }


def more_than_asked(world: World) -> dict[str, Any]:
    """Fields that would give rights, if a form took whatever it is sent."""
    other = world.people[Role.OTHER_FOUNDER]
    assert other is not None
    return {
        "restricted": "on", "watermark": "on", "owner": other.pk, "owner_id": other.pk,
        "deal": uuid4(), "deal_id": uuid4(), "firm_role": "admin", "is_staff": "on",
        "is_superuser": "on", "is_active": "on", "limited": "", "shared": "1", "from_startup": "",
        "created_by": other.pk, "locked_at": "2026-01-01", "unblinded_at": "2026-01-01",
        "verbs": "deal.edit", "scopes": "export", "issued_at": "2026-01-01", "pk": uuid4(),
        "id": uuid4(), "actor": other.pk, "by": other.pk, "removed_at": "",
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in WRITES if name not in OFFERED])
def test_fields_that_a_form_does_not_offer_give_nobody_anything(worlds: Worlds, name: str) -> None:
    row, world = ROWS[name], worlds.opened
    args, form = row.args(world.at), {**more_than_asked(world), **row.form(world.at)}
    before = guarded()
    for role in (Role.ANALYST, Role.REVIEWER, Role.FOUNDER, Role.DELEGATE):
        with transaction.atomic():
            send(world, role, name, args, form)
            after = guarded()
            transaction.set_rollback(True)
        for kind, rows in before.items():
            assert [each for each in rows if each not in after[kind]] == [], (role, kind)


# What is there and what is not ----------------------------------------------------------------


def elsewhere(args: Mapping[str, Any]) -> dict[str, Any]:
    """The same address with ids of nothing."""
    return {name: uuid4() if isinstance(value, UUID) else value for name, value in args.items()}


@pytest.mark.parametrize("role", [Role.REVIEWER_OFF, Role.OTHER_FOUNDER])
def test_a_stranger_cannot_tell_what_is_there_from_what_is_not(worlds: Worlds, role: Role) -> None:
    """Neither by the status nor by how often the database was asked, which is what takes time."""
    world, told = worlds.opened, []
    for name in OF_A_DEAL:
        row = ROWS[name]
        args = row.args(world.at)
        if not any(isinstance(value, UUID) for value in args.values()):
            continue
        counts = []
        for asked in (args, elsewhere(args)):
            with CaptureQueriesContext(connection) as captured:
                status = ask(world, role, name, asked).status
            counts.append((status, len(captured)))
        if counts[0] != counts[1]:
            told.append(f"{name}: {counts[0]} where it is, {counts[1]} where it is not")
    assert told == []


SEARCHES = (
    "/deals/?q={name}", "/portfolio/?q={name}", "/board/", "/search/answers/?q=defects",
    "/search/answers/?q={name}", "/inbox/", "/portfolio/compare/?deal={deal}", "/deals/new/",
    "/deals/new/?startup={startup}", "/portfolio/calibration/", "/portfolio/prices/",
    "/portfolio/pipeline/", "/portfolio/board-scores/", "/mail/", "/trail/?words={name}",
)  # fmt: skip


def test_no_search_list_or_choice_names_the_deal_to_whoever_is_in_conflict(worlds: Worlds) -> None:
    deal = worlds.opened.at.deal
    known = {"name": deal.startup.name, "deal": deal.pk, "startup": deal.startup_id}
    for role, world in worlds.shut_out:
        browser = Client()
        browser.cookies.load(dict(world.sessions[Role.REVIEWER_OFF]))
        for search in SEARCHES:
            text = browser.get(search.format(**known)).content.decode()
            echoed = text.replace(f'value="{deal.startup.name}"', "")
            assert f"{deal.startup.name} ·" not in echoed, (role, search)
            assert str(deal.pk) not in echoed.replace(f"deal={deal.pk}", ""), (role, search)


# Doors that have just closed ------------------------------------------------------------------


def test_an_upload_that_is_under_way_ends_with_the_removal_of_its_sender(worlds: Worlds) -> None:
    world, at = worlds.opened, worlds.opened.at
    args = {"deal": at.deal.pk, "upload": at.upload.pk}
    assert ask(world, Role.FOUNDER, "diligence:upload", args, method="HEAD").status == "200"
    member = at.deal.room_members.get(user=at.founder, removed_at=None)
    remove_room_member(actor=at.analyst, member=member)
    for method in ("HEAD", "PATCH", "DELETE"):
        assert ask(world, Role.FOUNDER, "diligence:upload", args, method=method).status == "404"


def test_an_upload_that_waits_for_the_worker_becomes_no_evidence_once_its_sender_is_removed(
    worlds: Worlds,
) -> None:
    at, upload = worlds.opened.at, worlds.opened.at.upload
    path_of(upload).write_bytes(b"x" * upload.size)
    IncomingUpload.objects.filter(pk=upload.pk).update(state=IncomingUpload.State.WHOLE)
    remove_room_member(
        actor=at.analyst, member=at.deal.room_members.get(user=at.founder, removed_at=None)
    )
    before = set(EvidenceItem.objects.filter(deal=at.deal).values_list("pk", flat=True))
    finish_upload(upload.pk)
    assert set(EvidenceItem.objects.filter(deal=at.deal).values_list("pk", flat=True)) == before
    assert IncomingUpload.objects.get(pk=upload.pk).state == IncomingUpload.State.FAILED


def test_an_archive_that_is_under_way_holds_nothing_for_whoever_may_not_see_it_any_more(
    worlds: Worlds,
) -> None:
    at, partner = worlds.opened.at, worlds.opened.people[Role.PARTNER]
    assert partner is not None
    waiting = RoomExport.objects.create(deal=at.deal, requested_by=partner)
    assert list(files_of_room(at.deal, partner))
    admin = worlds.opened.people[Role.ADMIN]
    assert admin is not None
    raise_barrier(actor=admin, deal=at.deal, user=partner, reason="Shares.")
    assert list(files_of_room(at.deal, partner)) == []
    assert not RoomExport.objects.visible_to(partner).filter(pk=waiting.pk).exists()


def test_a_link_of_a_download_opens_nothing_after_the_door_was_closed(worlds: Worlds) -> None:
    """No link carries a right of its own: each is asked for anew, by whoever is signed in."""
    world, at = worlds.opened, worlds.opened.at
    names = ("diligence:evidence_download", "diligence:evidence_preview", "diligence:evidence_read",
             "diligence:export_download", "rubrics:report_download", "rubrics:copy_download",
             "diligence-api:deal", "rubrics-api:report-pdf")  # fmt: skip
    partner = world.people[Role.PARTNER]
    admin = world.people[Role.ADMIN]
    assert partner is not None
    assert admin is not None
    args = {name: ROWS[name].args(at) for name in names}
    assert {ask(world, Role.PARTNER, name, args[name]).status for name in names} == {"200"}
    raise_barrier(actor=admin, deal=at.deal, user=partner, reason="Shares.")
    assert {ask(world, Role.PARTNER, name, args[name]).status for name in names} == {"404"}
    ranged = Client(headers={"Range": "bytes=0-1"})
    ranged.cookies.load(dict(world.sessions[Role.PARTNER]))
    address = reverse("diligence:evidence_download", kwargs=args["diligence:evidence_download"])
    assert ranged.get(address).status_code == 404
