"""The audit trail as an administrator sees, narrows and takes it out."""

import csv
import html
import io
import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from diligence.lib.whence import Whence, coming_from
from diligence.models import Activity
from diligence.services.activity import Change, record
from diligence.services.anchoring import anchor_trail
from diligence.services.barriers import raise_barrier
from diligence.services.sealing import seal_waiting
from diligence.services.trail_check import check_trail
from tests.cast import Cast, read, signed_in

pytestmark = pytest.mark.django_db
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def admin(cast: Cast) -> Client:
    return signed_in(cast.admin)


def exported(browser: Client, form: str, **asked: str) -> str:
    response = browser.post(f"/trail/export/{form}/", asked)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined] # streams


def test_nobody_but_an_administrator_has_the_page(cast: Cast) -> None:
    for person in (cast.partner, cast.analyst, cast.reviewer, cast.founder):
        assert signed_in(person).get("/trail/").status_code == 404
        assert signed_in(person).post("/trail/export/csv/").status_code == 404


def test_an_administrator_behind_a_barrier_finds_nothing_of_the_deal(
    cast: Cast, admin: Client
) -> None:
    raise_barrier(actor=cast.partner, deal=cast.deal, user=cast.admin, reason="Holds shares.")
    for page in (read(admin, "/trail/"), exported(admin, "csv"), exported(admin, "jsonl")):
        assert "Northwind" not in page
        assert "Contoso Copilot" in page
    assert "No line fits" in read(admin, "/trail/?q=Northwind")


def test_what_changed_and_from_where_stands_on_the_page(cast: Cast, admin: Client) -> None:
    with coming_from(Whence("api", "203.0.113.7", "a robot of the firm")):
        record(
            actor=cast.partner, verb="test.done", text="changed something", about=cast.deal,
            deal=cast.deal, change=Change.of({"limit": "seven days"}, {"limit": None}),
        )  # fmt: skip
    page = read(admin, "/trail/?q=test.done")
    for words in ("<del>seven days</del>", "<ins>nothing</ins>", "203.0.113.7", "a robot of the"):
        assert words in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("kind=permissions", "invited founder@northwind.example"),
        ("kind=sign-ins", "signed in"),
        ("who=application", "opened by nobody at all"),
        ("via=worker", "opened by nobody at all"),
        ("q=nobody+at+all", "opened by nobody at all"),
    ],
)
def test_each_filter_keeps_what_it_names_and_nothing_else(
    cast: Cast, admin: Client, asked: str, found: str
) -> None:
    with coming_from(Whence("worker")):
        record(actor=None, verb="test.done", text="opened by nobody at all", deal=cast.deal)
    page = read(admin, f"/trail/?{asked}")
    assert found in page
    assert "opened Northwind Vision" not in page  # deal.create: none of these


def test_days_narrow_and_a_day_that_is_none_is_named(cast: Cast, admin: Client) -> None:
    day = cast.deal.created_at.date().isoformat()
    assert "opened Northwind" in read(admin, f"/trail/?since={day}&until={day}")
    assert "No line fits" in read(admin, "/trail/?until=2020-01-01")
    assert "Give a day as" in read(admin, "/trail/?since=yesterday")


def test_older_and_newer_lines_follow_without_a_gap_and_keep_what_is_asked(
    cast: Cast, admin: Client
) -> None:
    for number in range(120):
        record(actor=None, verb="test.many", text=f"deed {number:03}")
    newest = read(admin, "/trail/?q=test.many")
    assert deeds(newest) == numbers(119, 70)
    assert 'rel="prev"' not in newest
    assert "120 lines found" in newest
    assert 'type="hidden" name="q" value="test.many"' in newest
    older = read(admin, led(newest, "next"))
    assert deeds(older) == numbers(69, 20)
    oldest = read(admin, led(older, "next"))
    assert deeds(oldest) == numbers(19, 0)
    assert 'rel="next"' not in oldest
    assert deeds(read(admin, led(oldest, "prev"))) == deeds(older)
    assert deeds(read(admin, led(older, "prev"))) == deeds(newest)
    assert deeds(read(admin, "/trail/?q=test.many&oldest=1")) == numbers(49, 0)


def test_lines_written_meanwhile_shift_none_of_those_that_follow(cast: Cast, admin: Client) -> None:
    for number in range(60):
        record(actor=None, verb="test.many", text=f"deed {number:03}")
    newest = read(admin, "/trail/?q=test.many")
    for number in range(60, 65):
        record(actor=None, verb="test.many", text=f"deed {number:03}")
    older = read(admin, led(newest, "next"))
    assert deeds(older) == numbers(9, 0)
    assert deeds(read(admin, led(older, "prev"))) == numbers(59, 10)
    # Fewer than a page are newer than the newest of before: the newest page has them.
    before = Activity.objects.get(text="deed 059").pk
    assert deeds(read(admin, f"/trail/?q=test.many&after={before}")) == numbers(64, 15)


def test_lines_of_one_moment_are_told_apart_by_their_ids(cast: Cast, admin: Client) -> None:
    now = timezone.now()
    Activity.objects.bulk_create(
        Activity(verb="test.many", text=f"deed {number:03}", at=now) for number in range(120)
    )
    newest = read(admin, "/trail/?q=test.many")
    older = read(admin, led(newest, "next"))
    assert deeds(newest) + deeds(older) == numbers(119, 20)
    assert deeds(read(admin, led(older, "prev"))) == deeds(newest)


@pytest.mark.parametrize(
    "place", ["before=0", "after=x", "before=²", f"after={'9' * 40}", "page=7"]
)
def test_a_place_that_is_none_is_the_newest(cast: Cast, admin: Client, place: str) -> None:
    record(actor=None, verb="test.done", text="the newest of all")
    assert "the newest of all" in read(admin, f"/trail/?{place}")


def test_a_line_that_one_may_not_see_is_no_place(cast: Cast, admin: Client) -> None:
    record(actor=cast.partner, verb="test.done", text="of the closed deal", deal=cast.deal)
    closed = Activity.objects.get(text="of the closed deal")
    record(actor=None, verb="test.done", text="the newest of all")
    raise_barrier(actor=cast.partner, deal=cast.deal, user=cast.admin, reason="Holds shares.")
    for place in ("before", "after"):
        page = read(admin, f"/trail/?q=test.done&{place}={closed.pk}")
        assert "the newest of all" in page
        assert "of the closed deal" not in page
        assert 'rel="' not in page[page.index("trail-rows") :]


def test_more_lines_than_are_counted_are_said_to_be_at_least_so_many(
    cast: Cast, admin: Client
) -> None:
    Activity.objects.bulk_create(Activity(verb="test.many", text="a deed") for _ in range(1_001))
    assert "At least 1,000 lines found" in read(admin, "/trail/?q=test.many")


def deeds(page: str) -> list[str]:
    return re.findall(r"deed (\d{3})", page)


def numbers(first: int, last: int) -> list[str]:
    return [f"{number:03}" for number in range(first, last - 1, -1)]


def led(page: str, relation: str) -> str:
    """Where the link of this relation leads."""
    (query,) = re.findall(rf'rel="{relation}" href="([^"]*)"', page)
    return f"/trail/{html.unescape(query)}"


def test_a_csv_carries_no_formula_and_says_all(cast: Cast, admin: Client) -> None:
    record(actor=cast.partner, verb="test.done", text=FORMULA)
    seal_waiting()
    rows = list(csv.DictReader(io.StringIO(exported(admin, "csv", q="test.done"))))
    row, _itself = rows
    assert row["text"] == f"'{FORMULA}"
    assert row["who"] == cast.partner.email
    assert len(row["hash"]) == 64


def test_json_lines_say_before_and_after(cast: Cast, admin: Client) -> None:
    record(
        actor=cast.partner, verb="test.done", text=FORMULA,
        change=Change.of({"role": "analyst"}, {"role": "partner"}),
    )  # fmt: skip
    line, _itself = exported(admin, "jsonl", q="test.done").splitlines()
    told = json.loads(line)
    assert (told["before"], told["after"]) == ({"role": "analyst"}, {"role": "partner"})
    assert told["text"] == FORMULA


def test_taking_the_trail_out_stands_in_the_trail(cast: Cast, admin: Client) -> None:
    exported(admin, "csv", kind="permissions")
    line = Activity.objects.get(verb="trail.export")
    assert line.actor == cast.admin
    assert line.text == "exported the audit trail as csv (kind: permissions)"
    assert admin.post("/trail/export/pdf/").status_code == 404


def test_an_anchor_is_taken_as_it_was_signed(cast: Cast, admin: Client) -> None:
    anchor = anchor_trail()
    assert anchor is not None
    assert admin.get(f"/trail/anchors/{anchor.pk}/").content.decode() == anchor.text
    assert Activity.objects.filter(verb="trail.anchor", actor=cast.admin).count() == 1
    assert check_trail().faults == []
