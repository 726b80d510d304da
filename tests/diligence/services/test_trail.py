"""The trail is written with the work, only ever added to, and chained in the order of commits."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from diligence.lib.whence import Whence, coming_from
from diligence.models import Activity, FirmRole, Note, Seal, Stage
from diligence.selectors.trail import lines_for
from diligence.services.activity import Change, record, state_of
from diligence.services.deals import edit_note, move_deal, write_note
from diligence.services.evidence import record_opening
from diligence.services.sealing import seal_waiting
from tests.cast import Cast, a_deal, answer, person, some_evidence

pytestmark = pytest.mark.django_db

REFUSED = (
    "UPDATE diligence_activity SET text = 'was never so'",
    "DELETE FROM diligence_activity",
    "UPDATE diligence_seal SET hash = ''",
    "DELETE FROM diligence_seal",
    "UPDATE diligence_trailanchor SET text = ''",
    "DELETE FROM diligence_trailanchor",
    "DELETE FROM diligence_trailkey",
    "UPDATE diligence_trailkey SET public = ''",
)
TABLES = ("activity", "seal", "trailanchor", "trailkey")


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_the_trail(statement: str) -> None:
    record(actor=None, verb="test.done", text="did something")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_to_empty_the_trail(table: str) -> None:
    with connection.cursor() as cursor:  # the tests switch this one off, to empty all between them
        name = f"diligence_{table}"
        cursor.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER trail_is_not_emptied")
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {name} CASCADE")


def test_a_session_that_calls_itself_a_replica_is_refused_too() -> None:
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        connection.cursor().execute(
            "SET LOCAL session_replication_role = replica; DELETE FROM diligence_activity"
        )


def test_a_line_says_who_from_where_on_what_before_and_after() -> None:
    partner = person("partner", FirmRole.PARTNER)
    deal = a_deal(partner)
    before = state_of(deal)
    deal.name = "Series A"
    place = Whence("web", "2001:db8::1", "A browser")
    with coming_from(place):
        row = record(
            actor=partner, verb="test.done", text="did it", deal=deal, about=deal,
            change=Change.since(before, deal),
        )  # fmt: skip
    row.refresh_from_db()
    assert (row.via, row.address, row.agent) == ("web", "2001:db8::1", "A browser")
    assert (row.object_kind, row.object_id) == ("diligence.deal", str(deal.pk))
    assert row.after == {"name": "Series A"}
    assert row.before == {"name": "Seed 2026"}


def test_a_sentence_too_long_for_its_line_shows_where_it_was_cut() -> None:
    said = record(actor=None, verb="test.done", text="because " * 80)
    assert (len(said.text), said.text[-2:]) == (500, "c…")
    assert record(actor=None, verb="test.done", text="b" * 500).text == "b" * 500


def test_no_secret_comes_into_the_trail() -> None:
    partner = person("partner", FirmRole.PARTNER)
    partner.set_password("a long secret indeed")
    assert "password" not in state_of(partner)
    assert "email" in state_of(partner)


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_leaves_no_line_and_no_gap() -> None:
    record(actor=None, verb="test.done", text="first")
    with transaction.atomic():
        record(actor=None, verb="test.done", text="never")
        transaction.set_rollback(True)
    with transaction.atomic():
        record(actor=None, verb="test.done", text="second")
        record(actor=None, verb="test.done", text="third")
    lines = [(s.number, s.activity.text) for s in Seal.objects.select_related("activity")]
    assert lines == [(1, "first"), (2, "second"), (3, "third")]


@pytest.mark.django_db(transaction=True)
def test_a_line_that_commits_later_is_chained_later_and_holds_nobody_up() -> None:
    """Two real transactions: one begins first, writes, and stays open while the other commits."""
    written, other_is_done = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(actor=None, verb="test.done", text="began first")
            written.set()
            assert other_is_done.wait(10)

    thread = _in_thread(slow)
    assert written.wait(10)
    record(actor=None, verb="test.done", text="committed first")  # would wait for a lock held
    assert list(Seal.objects.values_list("activity__text", flat=True)) == ["committed first"]
    other_is_done.set()
    thread.join(10)
    assert list(Seal.objects.values_list("activity__text", flat=True)) == [
        "committed first", "began first",
    ]  # fmt: skip
    first, second = Activity.objects.order_by("pk")
    assert (first.text, second.text) == ("began first", "committed first")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain_without_gaps() -> None:
    def many() -> None:
        for number in range(20):
            record(actor=None, verb="test.done", text=f"line {number}")

    threads = [_in_thread(many) for _ in range(4)]
    for thread in threads:
        thread.join(60)
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 81))
    assert not Activity.objects.filter(seal=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_sweep_seals_what_a_killed_process_left_but_nothing_from_past_the_application() -> None:
    with transaction.atomic():
        record(actor=None, verb="test.done", text="left unsealed")
        connection.run_on_commit.clear()  # as a process that is killed right after its commit
    Activity.objects.create(verb="test.done", text="put in by hand")
    assert not Seal.objects.exists()
    assert seal_waiting() == 1
    assert Seal.objects.get().activity.text == "left unsealed"
    assert seal_waiting() == 0


def _in_thread(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_an_edited_row_says_by_itself_what_was_so_before() -> None:
    partner = person("partner", FirmRole.PARTNER)
    deal = a_deal(partner)
    note = write_note(actor=partner, deal=deal, body="They are early.")
    edit_note(actor=partner, note=Note.objects.get(pk=note.pk), body="They are late.")
    line = Activity.objects.get(verb="note.edit")
    assert line.before["body"] == "They are early."
    assert line.after["body"] == "They are late."
    assert "deal" not in line.after  # it did not change
    move_deal(actor=partner, deal=deal, stage=list(Stage.objects.all())[1])
    moved = Activity.objects.get(verb="deal.move")
    assert "stage" in moved.after
    assert "name" not in moved.after
    assert moved.before["stage"] == str(Stage.objects.all()[0].pk)


def test_an_answer_leaves_a_line_without_a_word_of_it_and_not_in_the_news(cast: Cast) -> None:
    answer(cast.questionnaire, "main-model", "a-model-nobody-knows-yet", by=cast.founder)
    line = Activity.objects.get(verb="answer.write")
    assert (line.before, line.after) == ({"revision": 0}, {"revision": 1})
    told = f"{line.text} {line.before} {line.after} {line.data}"
    assert "nobody-knows" not in told
    assert not lines_for(cast.partner, cast.deal).filter(verb="answer.write").exists()


def test_who_reads_what_the_firm_shared_stands_in_the_trail_alone(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    record_opening(actor=cast.founder, item=item)
    record_opening(actor=cast.founder, item=item)
    line = Activity.objects.get(verb="evidence.read")
    assert (line.actor, line.in_room) == (cast.founder, False)
