"""The archive of a room: what is in it was handed in, and the index says so of each file."""

import csv
import hashlib
import io
import os
import tracemalloc
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.utils import timezone

from diligence.models import Activity, Blob, DealVerb, FirmRole, RoomExport, Scan, User
from diligence.services.deal_roles import change_role, define_role, give_role
from diligence.services.evidence import Upload, add_evidence, withdraw_evidence
from diligence.services.keeping import PIECE
from diligence.services.questionnaires import ask_back, submit_questionnaire
from diligence.services.room_exports import (
    KEPT,
    open_export,
    request_export,
    sweep_exports,
    write_export,
)
from diligence.services.room_terms import set_room
from diligence.web import long_downloads
from tests.cast import Cast, answer, answer_all, read, signed_in, some_evidence
from tests.diligence.services.earlier import lie_plain
from tests.diligence.services.test_previews import a_pdf


def written(cast: Cast, *, by: User | None = None) -> tuple[RoomExport, ZipFile]:
    export = request_export(actor=by or cast.analyst, deal=cast.deal)
    write_export(export.pk)
    export.refresh_from_db()
    assert export.state == RoomExport.State.READY, export.failure
    return export, ZipFile(open_export(export)[0])


def index_of(archive: ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read("index.csv").decode())))


@pytest.mark.parametrize("who", ["reviewer", "founder", "outsider"])
def test_only_those_who_run_the_deal_get_an_archive(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        request_export(actor=getattr(cast, who), deal=cast.deal)


def test_every_file_is_as_it_was_handed_in_and_its_hash_is_in_the_index(cast: Cast) -> None:
    some_evidence(cast.deal, by=cast.founder, filename="../../etc/passwd", content=b"one\n")
    some_evidence(cast.deal, by=cast.founder, filename="log.csv", content=b"a\n1\n")
    some_evidence(cast.other_deal, by=cast.other_founder, filename="theirs.csv", content=b"x\n")
    export, archive = written(cast)
    rows = index_of(archive)
    assert [row["file"] for row in rows] == ["evidence/0001/v1-passwd", "evidence/0002/v1-log.csv"]
    for row in rows:
        assert hashlib.sha256(archive.read(row["file"])).hexdigest() == row["sha256"]
    assert not [name for name in archive.namelist() if "theirs" in name]
    for line in archive.read("SHA256SUMS").decode().splitlines():
        sha256, _, name = line.partition("  ")
        assert hashlib.sha256(archive.read(name)).hexdigest() == sha256
    whole = hashlib.sha256(open_export(export)[0].read()).hexdigest()
    assert (export.sha256, export.files) == (whole, 2)


def test_what_was_withdrawn_or_lost_is_named_and_the_rest_is_there(cast: Cast) -> None:
    gone = some_evidence(cast.deal, by=cast.founder, filename="gone.csv", content=b"gone\n")
    lost = some_evidence(cast.deal, by=cast.founder, filename="lost.csv", content=b"lost\n")
    some_evidence(cast.deal, by=cast.founder, filename="here.csv", content=b"here\n")
    withdraw_evidence(actor=cast.founder, item=gone, because="Wrong file.")
    storages["default"].delete(lost.versions.get().blob.path)
    _, archive = written(cast)
    notes = {row["title"]: row["note"] for row in index_of(archive)}
    assert "Wrong file." in notes["gone.csv"]
    assert "restore it from a backup" in notes["lost.csv"]
    assert notes["here.csv"] == ""
    assert b"gone\n" not in [archive.read(name) for name in archive.namelist()]


def test_a_marked_document_stays_out_for_whoever_may_not_take_it_out(cast: Cast) -> None:
    some_evidence(cast.deal, by=cast.founder, filename="deck.pdf", content=a_pdf(1))
    some_evidence(cast.deal, by=cast.founder, filename="log.csv", content=b"a\n1\n")
    set_room(actor=cast.analyst, deal=cast.deal, terms="", watermark=True)
    notes = {row["title"]: row["note"] for row in index_of(written(cast)[1])}
    assert notes == {"deck.pdf": "", "log.csv": ""}
    export = request_export(actor=cast.analyst, deal=cast.deal)
    # Between asking and writing the analyst became a reviewer, who reads pages with a name on them.
    User.objects.filter(pk=cast.analyst.pk).update(firm_role=FirmRole.REVIEWER)
    write_export(export.pk)
    export.refresh_from_db()
    archive = ZipFile(open_export(export)[0])
    rows = {row["title"]: row for row in index_of(archive)}
    assert rows["deck.pdf"]["file"] == ""
    assert "not in the archive" in rows["deck.pdf"]["note"]
    assert "with your name on each page" in rows["deck.pdf"]["note"]
    assert (rows["log.csv"]["file"], rows["log.csv"]["note"]) == ("evidence/0002/v1-log.csv", "")
    assert not [name for name in archive.namelist() if "deck" in name]


def test_what_a_scanner_warned_of_is_named_and_stays_out(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, filename="bad.bin", content=b"evil\n")
    Blob.objects.filter(versions__item=item).update(scan=Scan.FOUND, scan_note="Eicar")
    _, archive = written(cast)
    (row,) = index_of(archive)
    assert row["file"] == ""
    assert row["note"].startswith("not in the archive")
    assert b"evil\n" not in [archive.read(name) for name in archive.namelist()]


def test_a_file_that_changed_on_the_disk_is_called_damaged(cast: Cast) -> None:
    content = os.urandom(PIECE) + b"\n1\n"
    item = some_evidence(cast.deal, by=cast.founder, filename="log.bin", content=content)
    place = Path(storages["default"].path(item.versions.get().blob.path))
    stored = place.read_bytes()
    place.write_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))
    _, archive = written(cast)
    (row,) = index_of(archive)
    assert row["note"].startswith("damaged")
    assert archive.read(row["file"]) == content[:PIECE]
    assert hashlib.sha256(content[:PIECE]).hexdigest() == row["sha256"]
    assert archive.testzip() is None


def test_a_plain_file_of_before_that_changed_is_called_damaged(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, filename="log.csv", content=b"a\n1\n")
    lie_plain(item)
    Path(storages["default"].path(item.versions.get().blob.path)).write_bytes(b"b\n1\n")
    _, archive = written(cast)
    (row,) = index_of(archive)
    assert row["note"].startswith("damaged")
    assert hashlib.sha256(b"b\n1\n").hexdigest() == row["sha256"]


def test_drafts_are_not_in_it(cast: Cast) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    ask_back(
        actor=cast.analyst, questionnaire=cast.questionnaire, question_id="main-model", body="So?"
    )
    answer(cast.questionnaire, "main-model", "half a thought", by=cast.founder)
    _, archive = written(cast)
    text = archive.read("answers/01-every-type.v1.json").decode()
    assert "defects-v7" in text
    assert "half a thought" not in text


def test_a_name_that_is_a_formula_stays_text(cast: Cast) -> None:
    some_evidence(cast.deal, by=cast.founder, filename="=cmd.csv", content=b"a\n1\n")
    _, archive = written(cast)
    assert index_of(archive)[0]["title"] == "'=cmd.csv"


def test_a_large_file_passes_without_being_held(cast: Cast) -> None:
    size = 60
    upload = Upload("model.bin", (b"%d" % n + b"x" * 1_000_000 for n in range(size)))
    add_evidence(actor=cast.founder, deal=cast.deal, upload=upload)
    export = request_export(actor=cast.analyst, deal=cast.deal)
    tracemalloc.start()
    write_export(export.pk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    export.refresh_from_db()
    assert export.size > size * 1_000_000
    assert peak < 12_000_000


def test_one_is_written_at_a_time_for_each_who_asks_and_twice_is_as_once(cast: Cast) -> None:
    first = request_export(actor=cast.analyst, deal=cast.deal)
    assert request_export(actor=cast.analyst, deal=cast.deal) == first
    theirs = request_export(actor=cast.partner, deal=cast.deal)
    assert (theirs == first, theirs.requested_by) == (False, cast.partner)
    write_export(first.pk)
    write_export(first.pk)
    first.refresh_from_db()
    assert first.attempts == 1


def test_what_a_dead_worker_held_is_given_back_and_what_is_old_is_deleted(cast: Cast) -> None:
    export, _ = written(cast)
    past = timezone.now() - KEPT - timedelta(minutes=1)
    RoomExport.objects.filter(pk=export.pk).update(finished_at=past)
    held = RoomExport.objects.create(
        deal=cast.deal, requested_by=cast.analyst, state=RoomExport.State.RUNNING, attempts=1,
        lease_until=past,
    )  # fmt: skip
    assert sweep_exports() == [held.pk]
    assert not storages["default"].exists(export.path)
    export.refresh_from_db()
    assert export.state == RoomExport.State.GONE
    address = f"/archives/{export.pk}/download/"
    assert signed_in(cast.analyst).get(address).status_code == 404


def test_every_download_is_recorded(cast: Cast) -> None:
    export, _ = written(cast)
    answered = signed_in(cast.analyst).get(f"/archives/{export.pk}/download/")
    content = b"".join(answered.streaming_content)  # type: ignore[attr-defined] # the test client's answer has no such type
    assert hashlib.sha256(content).hexdigest() == export.sha256
    line = Activity.objects.get(verb="room.export-download")
    assert (line.actor, export.sha256[:16] in line.text) == (cast.analyst, True)
    assert not line.in_room


def test_an_archive_is_for_whoever_asked_for_it_and_others_are_told(cast: Cast) -> None:
    """Also on a deal that shows no names: it holds what its asker sees, and others may not."""
    export, _ = written(cast)
    address, page = f"/archives/{export.pk}/download/", f"/deals/{cast.deal.pk}/archive/"
    assert address in read(signed_in(cast.analyst), page)
    for user in (cast.partner, cast.admin):
        seen = read(signed_in(user), page)
        assert (address in seen, "ask for one of your own" in seen) == (False, True)
        assert signed_in(user).get(address).status_code == 403


def test_an_archive_from_before_names_were_shown_is_for_who_takes_documents_out(
    cast: Cast,
) -> None:
    """Where a document is inside; one without stays with whoever asked for it."""
    keeper = define_role(actor=cast.admin, name="Keeper", verbs=[DealVerb.ROOM_EXPORT])
    member = cast.deal.members.get(user=cast.reviewer)
    give_role(actor=cast.partner, member=member, role=keeper)
    some_evidence(cast.deal, by=cast.founder, filename="log.csv", content=b"a\n1\n")
    without, _ = written(cast, by=cast.reviewer)
    some_evidence(cast.deal, by=cast.founder, filename="deck.pdf", content=a_pdf(1))
    holding, _ = written(cast, by=cast.reviewer)
    assert (without.has_documents, holding.has_documents) == (False, True)
    browser, page = signed_in(cast.reviewer), f"/deals/{cast.deal.pk}/archive/"
    addresses = [f"/archives/{each.pk}/download/" for each in (without, holding)]
    assert [browser.get(address).status_code for address in addresses] == [200, 200]
    set_room(actor=cast.analyst, deal=cast.deal, terms="", watermark=True)
    assert [browser.get(address).status_code for address in addresses] == [200, 403]
    seen = read(browser, page)
    assert [address in seen for address in addresses] == [True, False]
    assert "ask for another without them" in seen
    again, _ = written(cast, by=cast.reviewer)
    assert not again.has_documents
    change_role(
        actor=cast.admin, role=keeper, name="Keeper",
        verbs=[DealVerb.ROOM_EXPORT, DealVerb.TAKE_OUT],
    )  # fmt: skip
    assert browser.get(addresses[1]).status_code == 200


def test_a_long_download_breaks_off_once_its_reader_may_no_longer_take_it_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They see the deal and what is in its room all the while."""
    monkeypatch.setattr(long_downloads, "LONG", 0)
    monkeypatch.setattr(long_downloads, "EVERY", -1)
    verbs = [DealVerb.ROOM_EXPORT, DealVerb.TAKE_OUT]
    keeper = define_role(actor=cast.admin, name="Keeper", verbs=verbs)
    member = cast.deal.members.get(user=cast.reviewer)
    give_role(actor=cast.partner, member=member, role=keeper)
    deck = some_evidence(cast.deal, by=cast.founder, filename="deck.pdf", content=a_pdf(1))
    set_room(actor=cast.analyst, deal=cast.deal, terms="", watermark=True)
    export, _ = written(cast, by=cast.reviewer)
    browser = signed_in(cast.reviewer)
    for address, left in (
        (f"/evidence/{deck.versions.get().pk}/download/", [DealVerb.ROOM_EXPORT]),
        (f"/archives/{export.pk}/download/", [DealVerb.ROOM_EXPORT]),
        (f"/archives/{export.pk}/download/", [DealVerb.TAKE_OUT]),
    ):
        change_role(actor=cast.admin, role=keeper, name="Keeper", verbs=verbs)
        whole = browser.get(address)
        assert len(b"".join(whole)) == int(whole.headers["Content-Length"]) > 0
        pieces = iter(browser.get(address))
        assert next(pieces)
        change_role(actor=cast.admin, role=keeper, name="Keeper", verbs=left)
        with pytest.raises(ConnectionResetError):
            next(pieces)
