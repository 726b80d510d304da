"""What somebody tries who means ill: forged ids, fields nobody offered, doors just closed.

Each address of the table is tried by construction, so that a new form is tried as well.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from django.apps import apps
from django.conf import settings as house
from django.db import connection, models, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from audits.models import AuditRun
from diligence.models import (
    Deal,
    DealMember,
    EvidenceItem,
    IncomingUpload,
    OutboundMail,
    RoomExport,
    RoomMember,
    User,
)
from diligence.selectors.room_contents import files_of_room
from diligence.services.barriers import raise_barrier
from diligence.services.invitations import remove_room_member
from diligence.services.uploads import finish_upload, path_of, receive
from diligence.web import long_downloads
from tests.assessed import Assessed, firm_only
from tests.cast import a_founder, without_tokens
from tests.house.test_access import ALL, HOME, OF_A_DEAL, ROWS, TABLE, expected, leaks, none
from tests.house.test_hostile_forms import parameters
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
DONE = {"ok", "200", "201", "204"}


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


# Columns that nobody offered ------------------------------------------------------------------

DESCRIBED = Path(__file__).with_name("openapi.yaml")
FORGED, FORGED_DAY, FORGED_NUMBER = "forged-by-hand", "2001-02-03", 8_765_432
ITS_OWN = re.compile(
    r"'?[0-9a-f]{8}-[0-9a-f-]{27}'?(::uuid)?"  # an id
    r"|'\d{4}-\d\d-\d\d[T ][^']*'(::timestamptz)?"  # a time
    r"|[0-9a-zA-Z_=-]{32,}|\b[0-9a-f]{16}\b|\b\d+\b"  # a secret, chance, what counts up
)
"""What differs between two writes of the same thing."""


def columns_of_all(at: Assessed) -> dict[str, Any]:
    """Every column of every table of ours by name, with a value that it would take."""
    columns = (
        column
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for column in model._meta.concrete_fields
    )
    return {
        name: forged_value(column, at)
        for column in columns
        for name in (column.name, column.attname)
    }


def forged_value(column: Any, at: Assessed) -> Any:
    kind = column.get_internal_type()
    if column.is_relation or kind == "UUIDField":
        return str(at.deal.owner_id if column.related_model is User else at.deal.pk)
    if kind == "BooleanField":
        return not column.get_default()
    if "Integer" in kind or kind == "DecimalField":
        return FORGED_NUMBER
    if kind.startswith("Date"):
        return f"{FORGED_DAY}T04:05:06Z"
    return [FORGED] if kind in ("ArrayField", "JSONField") else FORGED


def offered_by_the_api(at: Assessed) -> dict[str, set[str]]:
    """The fields that the document of the API lets be written, by name of the address."""
    document = yaml.safe_load(DESCRIBED.read_text("utf-8"))
    schemas, found = document["components"]["schemas"], {}
    for path, operations in document["paths"].items():
        body = operations.get("post", {}).get("requestBody", {}).get("content", {})
        pattern = re.compile(re.sub(r"{\w+}", "[^/]+", path))
        for row in ROWS.values() if body or "post" in operations else ():
            if "-api:" in row.name and pattern.fullmatch(reverse(row.name, kwargs=row.args(at))):
                reference = body["application/json"]["schema"]["$ref"] if body else ""
                schema = schemas.get(reference.rpartition("/")[2], {})
                found[row.name] = set(schema.get("properties", ()))
    return found


def written(world: World, role: Role, name: str, form: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The status, and all that the database was told to keep."""
    args = ROWS[name].args(world.at)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        status = send(world, role, name, args, form).status
        transaction.set_rollback(True)
    words = (query["sql"] for query in captured)
    return status, [word for word in words if word.startswith(("INSERT", "UPDATE", "DELETE"))]


def alike(words: Iterable[str]) -> list[str]:
    """Without what is new each time."""
    return [ITS_OWN.sub("?", word) for word in words]


def test_whatever_else_stands_in_the_json_the_database_is_told_the_same(worlds: Worlds) -> None:
    """Each write of the API as it is offered, and once more with every column of every table."""
    world, there, done = worlds.opened, worlds.restricted.at, 0
    marks = (str(there.deal.pk), str(there.deal.owner_id), FORGED, FORGED_DAY, str(FORGED_NUMBER))
    columns, offered = columns_of_all(there), offered_by_the_api(world.at)
    assert {name for name in WRITES if "-api:" in name} == set(offered)
    for name, fields in offered.items():
        role = next((role for role in Role if expected(ROWS[name].post, role) in DONE), Role.ADMIN)
        more = {each: value for each, value in columns.items() if each not in fields}
        assert len(more) > 200
        status, words = written(world, role, name, ROWS[name].form(world.at))
        again, told = written(world, role, name, more | ROWS[name].form(world.at))
        assert (again, alike(told)) == (status, alike(words)), name
        assert not [word for word in told for forged in marks if forged in word], name
        done += status in DONE
    assert done > 6


# Parts of pages, asked for directly -----------------------------------------------------------

HTMX = {
    "HX-Request": "true", "HX-Target": "body", "HX-Trigger": "forged",
    "HX-Current-URL": "https://elsewhere.example/room/",
}  # fmt: skip
ASK = (Role.REVIEWER, Role.DELEGATE, Role.REVIEWER_OFF, Role.OTHER_FOUNDER, Role.ANONYMOUS)
OVER = "286"
"""What htmx is told where it need not ask again."""
PAGES = [row.name for row in TABLE if "-api:" not in row.name]


@pytest.mark.parametrize("name", PAGES)
def test_a_part_of_a_page_is_given_to_nobody_who_does_not_get_the_page(
    worlds: Worlds, name: str
) -> None:
    row, world, wrong = ROWS[name], worlds.opened, []
    args = row.args(world.at)
    for role in ASK:
        part = ask(world, role, name, args, said=HTMX)
        wanted = "503" if name == "healthz" else expected(row.get, role)
        if part.status not in {wanted, OVER if wanted == "200" else wanted}:
            wrong.append(f"{role}: {part.status} instead of {wanted}")
        wrong += [f"{role} is told {what}" for what in leaks(world, row, role, part)]
        if part.status in {"200", OVER} and "text/html" in part.headers["Content-Type"]:
            told = {each.strip() for each in part.headers.get("Vary", "").split(",")}
            if not told >= {"HX-Request", "HX-Boosted"}:
                wrong.append(f"{role}: Vary says {told}")
        if row.post and expected(row.post, role) in {"404", "403", "login"}:
            sent = ask(world, role, name, row.args(world.at), row.form(world.at), said=HTMX)
            if sent.status != expected(row.post, role):
                wrong.append(f"POST as {role}: {sent.status}")
    assert wrong == []


# What leaves as a file ------------------------------------------------------------------------

NOT_OF_A_DEAL = {"diligence:template_export", "diligence:draft_export", "rubrics:rubric_export",
                 "rubrics:rubric_draft_export", "diligence:trail_anchor"}  # fmt: skip
READ_PIECE_BY_PIECE = {
    "diligence:evidence_download",  # one file, with its line in the trail, as it is read
    "diligence:deletion_certificate",  # numbers and hashes
}


def test_what_leaves_a_deal_as_a_whole_is_asked_for_again_in_a_browser_left_open(
    worlds: Worlds, settings: Settings
) -> None:
    """By construction: each address that gives a file to somebody of the firm."""
    world, gives = worlds.opened, set()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 10**6
    archive = ROWS["diligence:export_download"].args(world.at)["pk"]
    RoomExport.objects.filter(pk=archive).update(requested_by=world.people[Role.ADMIN])
    for row in TABLE:
        if "-api:" not in row.name and row.args is not none:
            answered = ask(world, Role.ADMIN, row.name, row.args(world.at))
            if answered.headers.get("Content-Disposition", "").startswith("attachment"):
                gives.add(row.name)
    gives -= NOT_OF_A_DEAL | READ_PIECE_BY_PIECE
    assert {"rubrics:report_download", "rubrics:copy_download", "rubrics:report_export",
            "diligence:export_download"} <= gives  # fmt: skip
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    for name in gives:
        answered = ask(world, Role.ADMIN, name, ROWS[name].args(world.at))
        assert answered.headers.get("Location", "").startswith("/account/reauthenticate/"), name


# What is there and what is not ----------------------------------------------------------------


def elsewhere(args: Mapping[str, Any]) -> dict[str, Any]:
    """The same address with ids of nothing."""
    return {name: uuid4() if isinstance(value, UUID) else value for name, value in args.items()}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", [Role.REVIEWER_OFF, Role.OTHER_FOUNDER])
def test_a_stranger_cannot_tell_what_is_there_from_what_is_not(
    worlds: Worlds, role: Role, method: str
) -> None:
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
                status = ask(world, role, name, asked, method=method).status
            counts.append((status, len(captured)))
        if counts[0] != counts[1]:
            told.append(f"{name}: {counts[0]} where it is, {counts[1]} where it is not")
    assert told == []


def test_the_clock_does_not_tell_either(worlds: Worlds) -> None:
    """By the processor, in turns; queries are compared above."""
    world, name = worlds.opened, "diligence:deal_detail"
    there = ROWS[name].args(world.at)
    took: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(40):
        is_there = bool(turn % 2)
        began = process_time()
        ask(world, Role.REVIEWER_OFF, name, there if is_there else elsewhere(there))
        took[is_there].append(process_time() - began)
    real, invented = median(took[True]), median(took[False])
    assert abs(real - invented) < 0.002 + 0.5 * min(real, invented), (real, invented)


SEARCHES = (
    "/deals/?q={name}", "/portfolio/?q={name}", "/board/", "/search/answers/?q=defects",
    "/search/answers/?q={name}", "/inbox/", "/portfolio/compare/?deal={deal}", "/deals/new/",
    "/deals/new/?startup={startup}", "/portfolio/calibration/", "/portfolio/prices/",
    "/portfolio/pipeline/", "/portfolio/board-scores/", "/scorecards/", "/mail/",
    "/trail/?words={name}",
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


EACH_TIME = re.compile(r'nonce[":= ]+[\w-]+|\d\d:\d\d:\d\d[.\d+:]*')
"""The number of a page's scripts, and the moment at which it was made."""


def ids_of(at: Assessed) -> dict[str, str]:
    """One id of each kind of thing of a deal that a parameter may name."""
    return {
        "deal": str(at.deal.pk), "startup": str(at.deal.startup_id), "owner": str(at.reviewer.pk),
    }  # fmt: skip


def told_of(browser: Client, address: str, names: Iterable[str], pk: str, **said: Any) -> Any:
    """What a list says where every parameter that any list knows is this id."""
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        answer = browser.get(address, dict.fromkeys(names, pk), **said)
        transaction.set_rollback(True)
    text = without_tokens(answer.content.decode(errors="replace").replace(pk, "?"))
    return answer.status_code, len(captured), EACH_TIME.sub("", text)


LISTS = [row.name for row in TABLE if row.args is none and row.get not in {ALL, HOME}]


def test_no_list_answers_to_an_id_of_what_is_not_there_for_whoever_asks(worlds: Worlds) -> None:
    """An id that exists elsewhere is told apart from an invented one by nothing: page, queries."""
    world, role = worlds.opened, Role.REVIEWER_OFF
    names = (*parameters(), "deal", "startup")
    browser, told = Client(), []
    browser.cookies.load(dict(world.sessions[role]))
    said = {"headers": {"Authorization": f"Bearer {world.tokens[role]}"}}
    for name in LISTS:
        for kind, pk in ids_of(worlds.restricted.at).items():
            address, invented = reverse(name), str(uuid4())
            if told_of(browser, address, names, pk, **said) != told_of(
                browser, address, names, invented, **said
            ):
                told.append(f"{name} with the id of a {kind}")
    assert told == []


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
    archive = RoomExport.objects.filter(pk=args["diligence:export_download"]["pk"])
    archive.update(requested_by=partner)
    assert {ask(world, Role.PARTNER, name, args[name]).status for name in names} == {"200"}
    raise_barrier(actor=admin, deal=at.deal, user=partner, reason="Shares.")
    assert {ask(world, Role.PARTNER, name, args[name]).status for name in names} == {"404"}
    ranged = Client(headers={"Range": "bytes=0-1"})
    ranged.cookies.load(dict(world.sessions[Role.PARTNER]))
    address = reverse("diligence:evidence_download", kwargs=args["diligence:evidence_download"])
    assert ranged.get(address).status_code == 404


LINK = re.compile(rf"{re.escape(house.PROOFROOM_URL)}(/\S*)")


def test_a_link_in_a_mail_opens_nothing_to_whom_the_mail_was_not_sent(worlds: Worlds) -> None:
    """Every link in every mail about a deal, as people who hold a copy of it."""
    world = worlds.opened
    bodies = OutboundMail.objects.filter(about=world.at.deal).values_list("body", flat=True)
    links = {link for body in bodies for link in LINK.findall(body)}
    assert len(links) > 5
    assert any(link.startswith("/invitation/") for link in links)
    for role in (Role.OTHER_FOUNDER, Role.REMOVED, Role.NOBODY, Role.ANONYMOUS, Role.REVIEWER_OFF):
        browser = Client()
        browser.cookies.load(dict(world.sessions[role]))
        for link in links:
            path = link.rstrip(".")
            before = set(RoomMember.objects.filter(removed_at=None).values_list("pk", flat=True))
            answers = [browser.get(path), browser.post(path, {"name": "Sly"})]
            for answer in answers:
                fine = {302, 403, 404, 405, 410} | ({200} if "/invitation/" in path else set())
                assert answer.status_code in fine, (role, path)
                where = answer.headers.get("Location", "/account/login/")
                assert where.startswith("/account/login/"), (role, path, where)
                assert firm_only(world.at.deal.startup.name) not in answer.content.decode()
            after = set(RoomMember.objects.filter(removed_at=None).values_list("pk", flat=True))
            assert after == before, (role, path)


def test_a_piece_that_is_under_way_is_the_last_one_of_whoever_is_removed(worlds: Worlds) -> None:
    at, upload = worlds.opened.at, worlds.opened.at.upload
    member = at.deal.room_members.get(user=at.founder, removed_at=None)
    upload.refresh_from_db()
    path_of(upload).write_bytes(b"")  # of what other tests did only the rows are taken back

    def pieces() -> Iterator[bytes]:
        yield b"x" * 40
        remove_room_member(actor=at.analyst, member=member)
        yield b"x" * 60

    receive(actor=at.founder, upload=upload, offset=0, pieces=pieces())
    before = EvidenceItem.objects.filter(deal=at.deal).count()
    finish_upload(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.kept_as) == (IncomingUpload.State.FAILED, None)
    assert EvidenceItem.objects.filter(deal=at.deal).count() == before
    assert not path_of(upload).exists()


@pytest.mark.parametrize("name", ["diligence:evidence_download", "diligence:export_download"])
def test_a_long_download_breaks_off_where_its_reader_is_shut_out_meanwhile(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(long_downloads, "LONG", 0)
    monkeypatch.setattr(long_downloads, "EVERY", -1)
    world, at = worlds.opened, worlds.opened.at
    admin, partner = world.people[Role.ADMIN], world.people[Role.PARTNER]
    assert admin is not None
    assert partner is not None
    browser = Client()
    browser.cookies.load(dict(world.sessions[Role.PARTNER]))
    address = reverse(name, kwargs=ROWS[name].args(at))
    RoomExport.objects.update(requested_by=partner)
    whole = browser.get(address)
    assert len(b"".join(whole)) == int(whole.headers["Content-Length"]) > 0
    pieces = iter(browser.get(address))
    assert next(pieces)
    raise_barrier(actor=admin, deal=at.deal, user=partner, reason="Shares.")
    with pytest.raises(ConnectionResetError):
        next(pieces)
