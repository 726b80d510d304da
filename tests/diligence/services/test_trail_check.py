"""Somebody who owns the database alters the trail: `verify_audit` finds it and names the line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from diligence.models import Activity, FirmRole, Seal, TrailAnchor, TrailKey
from diligence.services.activity import record
from diligence.services.anchoring import anchor_trail
from diligence.services.sealing import seal_lines, seal_waiting
from diligence.services.trail_check import Copy, check_trail
from diligence.services.trail_keys import trail_keys
from tests.cast import person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 29)
TABLES = ("diligence_activity", "diligence_seal", "diligence_trailanchor")


@pytest.fixture
def lines() -> list[Activity]:
    """Five chained lines."""
    partner = person("partner", FirmRole.PARTNER)
    rows = [record(actor=partner, verb="test.done", text=f"step {n}") for n in range(1, 6)]
    seal_waiting()
    return rows


@contextmanager
def owner_of_the_database() -> Iterator[None]:
    """Switches all triggers and foreign keys off, which only the owner of the tables can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


def run_sql(statement: str, *values: int) -> None:
    with owner_of_the_database(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def test_a_trail_that_nobody_touched_has_no_fault(lines: list[Activity]) -> None:
    anchor_trail(TODAY)
    checked = check_trail()
    assert checked.faults == []
    assert (checked.lines, checked.anchors, checked.waiting) == (5, 1, 0)


def test_an_empty_trail_has_no_fault() -> None:
    assert check_trail().faults == []
    assert anchor_trail(TODAY) is None


def test_a_line_that_waits_for_its_seal_is_no_fault(lines: list[Activity]) -> None:
    record(actor=None, verb="test.done", text="a moment ago")
    checked = check_trail()
    assert (checked.faults, checked.waiting) == ([], 1)


@pytest.mark.parametrize(
    "change",
    [
        "text = 'step 9'",
        "actor_id = NULL",
        "at = at + interval '1 second'",
        "address = '203.0.113.9'",
        'after = \'{"role": "admin"}\'',
        "in_room = true",
        "mark = repeat('0', 64)",
    ],
)
def test_a_changed_line_is_named(lines: list[Activity], change: str) -> None:
    # The change is one of the test's own.
    run_sql("UPDATE diligence_activity SET " + change + " WHERE id = %s", lines[2].pk)  # noqa: S608
    (fault,) = check_trail().faults
    assert fault.startswith(f"Number 3 in the chain: line {lines[2].pk} (")
    assert fault.endswith("was changed.")


def test_a_removed_line_is_named(lines: list[Activity]) -> None:
    run_sql("DELETE FROM diligence_activity WHERE id = %s", lines[2].pk)
    assert check_trail().faults == [f"Number 3 in the chain: line {lines[2].pk} was removed."]


def test_a_line_removed_with_its_place_is_named(lines: list[Activity]) -> None:
    run_sql("DELETE FROM diligence_seal WHERE activity_id = %s", lines[2].pk)
    run_sql("DELETE FROM diligence_activity WHERE id = %s", lines[2].pk)
    assert check_trail().faults == ["Number 3 is missing from the chain: it was removed."]


def test_a_chain_that_was_closed_over_a_removed_line_is_found(lines: list[Activity]) -> None:
    run_sql("DELETE FROM diligence_seal WHERE activity_id = %s", lines[2].pk)
    run_sql("DELETE FROM diligence_activity WHERE id = %s", lines[2].pk)
    run_sql("UPDATE diligence_seal SET number = number - 1 WHERE number = 4")
    run_sql("UPDATE diligence_seal SET number = number - 1 WHERE number = 5")
    first, *_ = check_trail().faults
    assert first.startswith(f"Number 3 in the chain: the place of line {lines[3].pk} (")


def test_two_lines_that_changed_places_are_named(lines: list[Activity]) -> None:
    ids = (lines[1].pk, lines[3].pk)
    run_sql("UPDATE diligence_seal SET activity_id = -1 WHERE activity_id = %s", ids[0])
    run_sql("UPDATE diligence_seal SET activity_id = %s WHERE activity_id = %s", *ids)
    run_sql("UPDATE diligence_seal SET activity_id = %s WHERE activity_id = -1", ids[1])
    named = " ".join(check_trail().faults)
    assert all(f"the place of line {pk} (" in named for pk in ids)


def test_an_altered_hash_is_one_fault_and_not_all_that_follow(lines: list[Activity]) -> None:
    run_sql("UPDATE diligence_seal SET hash = repeat('0', 64) WHERE number = 3")
    (fault,) = check_trail().faults
    assert fault.startswith(f"Number 3 in the chain: the place of line {lines[2].pk} (")


def test_an_inserted_line_is_named_and_never_chained(lines: list[Activity]) -> None:
    forged = Activity.objects.create(verb="report.issue", text="issued report 7", mark="0" * 64)
    assert seal_waiting(everywhere=True) == 0
    (fault,) = check_trail().faults
    assert fault.startswith(f"Not in the chain: line {forged.pk} (")
    assert "inserted past the application" in fault


def test_a_copied_line_is_no_second_line(lines: list[Activity]) -> None:
    """Whoever copies a good line, mark and all, has one more deed in the trail."""
    copied = Activity.objects.get(pk=lines[2].pk)
    copied.pk = None
    copied.save(force_insert=True)
    seal_waiting()
    (fault,) = check_trail().faults
    assert fault.startswith(f"Line {copied.pk} (")
    assert fault.endswith(f"is a copy of line {lines[2].pk}: it was inserted.")


def test_two_lines_that_say_the_same_at_the_same_moment_are_two(
    lines: list[Activity], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: lines[0].at)
    first, second = (record(actor=None, verb="system.start", text="began") for _ in range(2))
    assert (first.at, first.mark == second.mark) == (second.at, False)
    seal_waiting()
    assert check_trail().faults == []


def test_a_line_that_was_chained_by_hand_is_named(lines: list[Activity]) -> None:
    forged = Activity.objects.create(verb="report.issue", text="issued report 7", mark="0" * 64)
    Seal.objects.create(number=6, activity=forged, hash="0" * 64)
    (fault,) = check_trail().faults
    assert fault.startswith(f"Number 6 in the chain: line {forged.pk} (")


def test_a_tail_that_was_cut_off_is_found_against_the_anchor(lines: list[Activity]) -> None:
    anchor_trail(TODAY)
    run_sql("DELETE FROM diligence_seal WHERE number > 3")
    run_sql("DELETE FROM diligence_activity WHERE id > %s", lines[2].pk)
    (fault,) = check_trail().faults
    assert fault == (
        "The anchor of 2026-11-29 says that the chain reached number 5, and it ends at 3: "
        "2 lines were cut off its end."
    )


def test_a_chain_made_anew_with_the_keys_is_found_against_the_anchor(lines: list[Activity]) -> None:
    anchor_trail(TODAY)
    run_sql("DELETE FROM diligence_seal WHERE number > 0")
    run_sql("DELETE FROM diligence_activity WHERE id = %s", lines[2].pk)
    record(actor=None, verb="test.done", text="instead")
    seal_lines(list(Activity.objects.values_list("pk", flat=True)))
    (fault,) = check_trail().faults
    assert "at or before number 5 is not the one that was signed" in fault


def test_an_anchor_that_went_with_the_tail_is_found_by_its_file(lines: list[Activity]) -> None:
    anchor_trail(TODAY)
    run_sql("DELETE FROM diligence_trailanchor")
    run_sql("DELETE FROM diligence_seal WHERE number > 3")
    run_sql("DELETE FROM diligence_activity WHERE id > %s", lines[2].pk)
    missing, cut = check_trail().faults
    assert missing == "trail/2026-11-29.json: the anchor is not in the database."
    assert "2 lines were cut off its end" in cut


def test_a_copy_kept_elsewhere_finds_what_the_house_forgot(lines: list[Activity]) -> None:
    anchor = anchor_trail(TODAY)
    assert anchor is not None
    run_sql("DELETE FROM diligence_trailanchor")
    storages["default"].delete(anchor.path)
    run_sql("DELETE FROM diligence_seal WHERE number > 3")
    run_sql("DELETE FROM diligence_activity WHERE id > %s", lines[2].pk)
    assert check_trail().faults == []  # what nobody else knows of, nobody can miss
    (fault,) = check_trail([Copy("copy.json", anchor.text)]).faults
    assert "2 lines were cut off its end" in fault


def test_an_anchor_is_made_once_a_day_and_only_for_something_new(lines: list[Activity]) -> None:
    first = anchor_trail(TODAY)
    assert first is not None
    assert json.loads(first.text)["number"] == 5
    assert anchor_trail(TODAY) is None
    assert anchor_trail(TODAY + timedelta(days=1)) is None
    record(actor=None, verb="test.done", text="step 6")
    second = anchor_trail(TODAY + timedelta(days=2))
    assert second is not None
    assert second.number == 6
    assert check_trail().faults == []


def test_an_anchor_left_out_between_two_others_is_found(lines: list[Activity]) -> None:
    for days in range(3):
        record(actor=None, verb="test.done", text=f"on day {days}")
        anchor_trail(TODAY + timedelta(days=days))
    run_sql("DELETE FROM diligence_trailanchor WHERE day = '2026-11-30'")
    storages["default"].delete("trail/2026-11-30.json")
    assert check_trail().faults == [
        "The anchor of 2026-12-01: the one before it was removed or changed."
    ]


def test_a_changed_anchor_and_a_changed_file_are_named(lines: list[Activity]) -> None:
    anchor = anchor_trail(TODAY)
    assert anchor is not None
    run_sql(
        "UPDATE diligence_trailanchor SET text = replace(text, '\"number\": 5', '\"number\": 3')"
    )
    file, changed = check_trail().faults
    assert file.endswith("is not what was written.")
    assert changed.startswith("The anchor of 2026-11-29 was changed")


def test_without_its_field_key_nothing_can_be_checked(
    lines: list[Activity], settings: Settings
) -> None:
    trail_keys.cache_clear()
    settings.PROOFROOM_FIELD_KEYS = ["Zm9yLXRlc3RzLW9ubHktYW5vdGhlci0zMi1ieXRlcyE="]
    try:
        with pytest.raises(CommandError, match="PROOFROOM_FIELD_KEYS"):
            call_command("verify_audit")
    finally:
        trail_keys.cache_clear()


def test_a_key_of_somebody_else_is_not_taken(lines: list[Activity]) -> None:
    TrailKey.objects.update(key=b"gAAAAA")
    trail_keys.cache_clear()
    try:
        with pytest.raises(CommandError, match="opens the key of the trail"):
            call_command("verify_audit")
    finally:
        trail_keys.cache_clear()


def test_the_command_says_what_it_read_and_ends_with_1_where_something_is_wrong(
    lines: list[Activity], tmp_path: Path
) -> None:
    anchor = anchor_trail(TODAY)
    assert anchor is not None
    (tmp_path / "kept.json").write_text(anchor.text)
    out, err = StringIO(), StringIO()
    call_command("verify_audit", anchors=tmp_path, stdout=out)
    assert "5 lines in the chain, 1 anchors" in out.getvalue()
    assert f"Head of the chain: 5 {anchor.hash}" in out.getvalue()
    run_sql("UPDATE diligence_activity SET text = 'x' WHERE id = %s", lines[4].pk)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", stderr=err)
    assert ended.value.code == 1
    assert f"line {lines[4].pk} (" in err.getvalue()


def test_an_anchor_is_only_as_new_as_what_is_committed(lines: list[Activity]) -> None:
    with transaction.atomic():
        record(actor=None, verb="test.done", text="never")
        transaction.set_rollback(True)
    anchor = anchor_trail(TODAY)
    assert anchor is not None
    assert anchor.number == 5
    assert TrailAnchor.objects.count() == 1
