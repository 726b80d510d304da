"""Uploads in pieces: refused before a byte, interrupted anywhere, checked, kept once, forgotten."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings

from diligence.models import Blob, EvidenceItem, IncomingUpload
from diligence.services import uploads
from diligence.services.errors import Refused
from diligence.services.evidence import withdraw_evidence
from diligence.services.invitations import remove_room_member
from diligence.services.keeping import (
    fingerprint,
    incoming_folder,
    keep_file,
    open_blob,
    readable_size,
)
from diligence.services.uploads import (
    Announced,
    Checksum,
    Damaged,
    Place,
    WrongOffset,
    announce_upload,
    cancel_upload,
    expire_uploads,
    finish_upload,
    note_sender_tree,
    path_of,
    plain_of,
    receive,
    received,
    whole_uploads,
)
from tests.cast import Cast, some_evidence

CONTENT = bytes(range(256)) * 40


def announced(cast: Cast, size: int = len(CONTENT), name: str = "log.bin") -> IncomingUpload:
    return announce_upload(
        actor=cast.founder, deal=cast.deal, announced=Announced(name, size, "1764000000000")
    )


def send(cast: Cast, upload: IncomingUpload, content: bytes, at: int = 0) -> int:
    return receive(actor=cast.founder, upload=upload, offset=at, pieces=[content])


def finished(upload: IncomingUpload) -> IncomingUpload:
    finish_upload(upload.pk)
    upload.refresh_from_db()
    return upload


# Before a byte is sent -----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["reviewer", "outsider", "other_founder"])
def test_only_the_room_and_those_who_run_the_deal_announce(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        announce_upload(actor=getattr(cast, who), deal=cast.deal, announced=Announced("log.bin", 5))


def test_what_would_not_be_taken_is_refused_before_it_is_sent(
    cast: Cast, settings: Settings
) -> None:
    settings.PROOFROOM_UPLOAD_BYTES = 5 * 1000**3
    with pytest.raises(Refused, match="larger than the 5 GB that are accepted"):
        announced(cast, 5 * 1000**3 + 1)
    with pytest.raises(Refused, match=r"empty \(0 bytes\)"):
        announced(cast, 0)
    assert not IncomingUpload.objects.exists()


def test_a_room_holds_no_more_than_it_may_with_what_is_on_its_way(
    cast: Cast, settings: Settings
) -> None:
    settings.PROOFROOM_DEAL_BYTES = 10_000
    some_evidence(cast.deal, by=cast.founder, content=b"x" * 3000)
    announced(cast, 6000)
    with pytest.raises(Refused, match="more than the 10 kB"):
        announced(cast, 1001)
    announced(cast, 1000)


def test_a_full_disk_is_said_before_a_byte_is_sent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "SPARE", 2**62)
    with pytest.raises(Refused, match="no room for log"):
        announced(cast)


def test_forgotten_uploads_do_not_pile_up_without_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 2)
    announced(cast)
    cancelled = announced(cast)
    with pytest.raises(Refused, match="2 of your uploads are unfinished"):
        announced(cast)
    cancel_upload(actor=cast.founder, upload=cancelled)
    announced(cast)


# Pieces --------------------------------------------------------------------------------------


def test_a_piece_that_does_not_follow_is_told_where_the_upload_ends(cast: Cast) -> None:
    upload = announced(cast)
    assert send(cast, upload, CONTENT[:1000]) == 1000
    for offset in (0, 999, 1001):
        with pytest.raises(WrongOffset) as wrong:
            send(cast, upload, CONTENT[offset:], offset)
        assert wrong.value.now == 1000
    assert plain_of(upload).read() == CONTENT[:1000]


def test_what_came_before_the_connection_broke_stays(cast: Cast) -> None:
    upload = announced(cast)

    def until_it_breaks() -> Iterator[bytes]:
        yield CONTENT[:700]
        yield CONTENT[700:1500]

    checksum = Checksum(b"\0" * 32, length=5000)
    receive(
        actor=cast.founder, upload=upload, offset=0, pieces=until_it_breaks(), checksum=checksum
    )
    assert received(upload) == 1500


def test_a_damaged_piece_is_thrown_away_and_nothing_before_it(cast: Cast) -> None:
    upload = announced(cast)
    send(cast, upload, CONTENT[:1000])
    wrong = Checksum(hashlib.sha256(b"other").digest(), length=500)
    with pytest.raises(Damaged):
        receive(
            actor=cast.founder, upload=upload, offset=1000, pieces=[CONTENT[1000:1500]],
            checksum=wrong,
        )  # fmt: skip
    assert received(upload) == 1000


def test_of_two_connections_each_byte_is_written_once(cast: Cast) -> None:
    upload = announced(cast)

    def overtaken() -> Iterator[bytes]:
        yield CONTENT[:1000]
        send(cast, upload, CONTENT[1000:3000], 1000)
        yield CONTENT[1000:2000]

    with pytest.raises(WrongOffset) as wrong:
        receive(actor=cast.founder, upload=upload, offset=0, pieces=overtaken())
    assert wrong.value.now == 3000
    assert plain_of(upload).read() == CONTENT[:3000]


def test_more_than_was_announced_is_refused(cast: Cast) -> None:
    upload = announced(cast, 100)
    with pytest.raises(Refused, match="More comes than the 100 bytes"):
        send(cast, upload, CONTENT[:101])
    assert received(upload) == 0


# Keeping -------------------------------------------------------------------------------------


def test_a_whole_upload_becomes_evidence_with_the_hash_of_its_bytes(cast: Cast) -> None:
    upload = announced(cast, name="../predictions.csv")
    send(cast, upload, CONTENT[:4000])
    assert whole_uploads() == []
    send(cast, upload, CONTENT[4000:], 4000)
    assert whole_uploads() == [upload.pk]
    item = finished(upload).kept_as
    assert item is not None
    version = item.versions.get()
    assert (item.title, item.from_startup, item.created_by) == (
        "predictions.csv", True, cast.founder,
    )  # fmt: skip
    assert version.blob_id == hashlib.sha256(CONTENT).hexdigest()
    with open_blob(version.blob) as kept:
        assert kept.read() == CONTENT
    assert list(incoming_folder().iterdir()) == []


def test_nothing_is_evidence_twice_however_often_the_worker_is_rung(cast: Cast) -> None:
    upload = announced(cast)
    send(cast, upload, CONTENT)
    for _ in range(3):
        finish_upload(upload.pk)
    assert EvidenceItem.objects.count() == 1


def test_another_fingerprint_than_the_senders_fails_it_and_keeps_nothing(cast: Cast) -> None:
    upload = announced(cast)
    note_sender_tree(actor=cast.founder, upload=upload, tree="0" * 64)
    send(cast, upload, CONTENT)
    assert finished(upload).state == "failed"
    assert "its fingerprint differs" in upload.failure
    assert not EvidenceItem.objects.exists()
    assert not Blob.objects.exists()
    assert list(incoming_folder().iterdir()) == []


def test_a_fingerprint_is_64_hexadecimal_digits(cast: Cast) -> None:
    with pytest.raises(Refused, match="64 hexadecimal digits"):
        note_sender_tree(actor=cast.founder, upload=announced(cast), tree="abc")


def test_an_upload_that_kills_its_worker_each_time_is_set_aside(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = announced(cast)
    send(cast, upload, CONTENT)
    monkeypatch.setattr(uploads, "_keep", fails_with(KeyboardInterrupt()))
    for _ in range(uploads.MAX_ATTEMPTS):
        assert whole_uploads() == [upload.pk]
        with pytest.raises(KeyboardInterrupt):
            finish_upload(upload.pk)
        IncomingUpload.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    upload = finished(upload)
    assert (upload.state, upload.failure) == ("failed", uploads.SET_ASIDE)
    assert whole_uploads() == []


def test_a_full_disk_sets_no_upload_aside(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = announced(cast)
    send(cast, upload, CONTENT)
    with monkeypatch.context() as patched:
        patched.setattr(uploads, "_keep", fails_with(OSError(errno.ENOSPC, "no room")))
        for _ in range(uploads.MAX_ATTEMPTS + 1):
            with pytest.raises(OSError, match="no room"):
                finish_upload(upload.pk)
            IncomingUpload.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert finished(upload).state == "kept"


def fails_with(error: BaseException) -> Callable[[IncomingUpload], None]:
    def fail(upload: IncomingUpload) -> None:
        raise error

    return fail


def test_a_worker_that_died_after_moving_the_bytes_is_made_good(cast: Cast) -> None:
    upload = announced(cast)
    send(cast, upload, CONTENT)
    with plain_of(upload) as plain:
        found = fingerprint(plain)
        keep_file(plain, found, upload.deal)
    path_of(upload).unlink()
    IncomingUpload.objects.filter(pk=upload.pk).update(
        sha256=found.sha256, lease_until=timezone.now() + timedelta(minutes=1)
    )
    finish_upload(upload.pk)
    assert not EvidenceItem.objects.exists()  # the lease of the dead one still runs
    IncomingUpload.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert finished(upload).kept_as is not None


def test_whoever_left_the_room_meanwhile_hands_in_nothing(cast: Cast) -> None:
    upload = announced(cast)
    send(cast, upload, CONTENT)
    remove_room_member(actor=cast.analyst, member=cast.deal.room_members.get(user=cast.founder))
    assert finished(upload).state == "failed"
    assert not EvidenceItem.objects.exists()


def test_a_newer_version_comes_in_pieces_too_unless_it_was_withdrawn(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    newer = Announced("log.bin", len(CONTENT), item=item)
    upload = announce_upload(actor=cast.founder, deal=cast.deal, announced=newer)
    send(cast, upload, CONTENT)
    assert finished(upload).kept_as == item
    assert [v.number for v in item.versions.all()] == [1, 2]
    late = announce_upload(actor=cast.founder, deal=cast.deal, announced=newer)
    send(cast, late, CONTENT)
    withdraw_evidence(actor=cast.founder, item=item, because="Wrong customer")
    assert "withdrawn" in finished(late).failure


# Forgetting ----------------------------------------------------------------------------------


def test_an_upload_is_forgotten_only_after_its_days(cast: Cast, settings: Settings) -> None:
    settings.PROOFROOM_UPLOAD_DAYS = 3
    old, young, whole = (announced(cast, 10) for _ in range(3))
    send(cast, whole, CONTENT[:10])
    IncomingUpload.objects.exclude(pk=young.pk).update(
        last_at=timezone.now() - timedelta(days=3, seconds=1)
    )
    stray = incoming_folder() / "stray.form"
    stray.write_bytes(b"left by a crash")
    os.utime(stray, (0, 0))
    expire_uploads()
    assert set(IncomingUpload.objects.all()) == {young, whole}
    assert {file.name for file in incoming_folder().iterdir()} == {
        path_of(young).name, path_of(whole).name,
    }  # fmt: skip
    assert not path_of(old).exists()


def test_only_its_sender_sees_and_cancels_an_upload(cast: Cast) -> None:
    upload = announced(cast)
    for user in (cast.analyst, cast.admin, cast.other_founder):
        assert not IncomingUpload.objects.visible_to(user).exists()
        with pytest.raises(PermissionDenied):
            cancel_upload(actor=user, upload=upload)
    cancel_upload(actor=cast.founder, upload=upload)
    assert not path_of(upload).exists()


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (8 * 1000**3, "8 GB"), (1536, "1.54 kB")],
)
def test_a_size_is_said_in_the_unit_that_a_person_would(size: int, said: str) -> None:
    assert readable_size(size) == said


# Sent within an answer ------------------------------------------------------------------------


def for_answer(cast: Cast, question: str = "main-model") -> IncomingUpload:
    place = Place(cast.questionnaire, question)
    return announce_upload(
        actor=cast.founder, deal=cast.deal,
        announced=Announced("log.bin", len(CONTENT), answers=place),
    )  # fmt: skip


def test_a_file_sent_for_an_answer_is_attached_once_it_is_kept(cast: Cast) -> None:
    upload = for_answer(cast)
    assert not cast.questionnaire.answers.filter(question="main-model").exists()
    send(cast, upload, CONTENT)
    kept = finished(upload)
    answer = cast.questionnaire.answers.get(question="main-model")
    assert (kept.state, kept.failure) == ("kept", "")
    assert [item.pk for item in answer.evidence.all()] == [kept.kept_as_id]


def test_an_answer_that_was_handed_in_meanwhile_keeps_the_file_among_the_evidence(
    cast: Cast,
) -> None:
    upload = for_answer(cast)
    send(cast, upload, CONTENT)
    cast.questionnaire.state = cast.questionnaire.State.SUBMITTED
    cast.questionnaire.save(update_fields=["state"])
    kept = finished(upload)
    assert kept.state == "kept"
    assert kept.failure.startswith("It is in, but not attached to the answer: ")
    assert kept.kept_as is not None
    assert kept.kept_as.withdrawn_at is None
    assert not cast.questionnaire.answers.filter(question="main-model").exists()


def test_no_file_is_announced_for_a_question_that_is_not_asked_or_not_open(cast: Cast) -> None:
    with pytest.raises(Refused):
        for_answer(cast, "no-such-question")
    cast.questionnaire.state = cast.questionnaire.State.SUBMITTED
    cast.questionnaire.save(update_fields=["state"])
    with pytest.raises((Refused, PermissionDenied)):
        for_answer(cast)
    assert not IncomingUpload.objects.exists()
