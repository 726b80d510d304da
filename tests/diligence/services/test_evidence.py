"""Evidence is kept once by its content and never changes."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from diligence.models import Blob, EvidenceItem
from diligence.services.errors import Refused
from diligence.services.evidence import (
    Upload,
    add_evidence,
    add_version,
    safe_filename,
    share_evidence,
    withdraw_evidence,
)
from diligence.services.keeping import open_blob
from tests.cast import Cast, some_evidence


@pytest.mark.parametrize("who", ["reviewer", "outsider", "other_founder"])
def test_only_the_room_and_those_who_run_the_deal_hand_in(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        some_evidence(cast.deal, by=getattr(cast, who))
    assert not Blob.objects.exists()


def test_an_upload_that_is_refused_leaves_no_file(cast: Cast, settings: Settings) -> None:
    settings.PROOFROOM_UPLOAD_BYTES = 1024
    chunks = [b"x" * 1000, b"y" * 1000]
    with pytest.raises(Refused, match="larger than"):
        add_evidence(actor=cast.founder, deal=cast.deal, upload=Upload("a.bin", chunks))
    assert not EvidenceItem.objects.exists()
    assert not storages["default"].exists("blobs")


def test_the_same_bytes_are_stored_once(cast: Cast) -> None:
    some_evidence(cast.deal, by=cast.founder, filename="a.csv")
    some_evidence(cast.other_deal, by=cast.other_founder, filename="b.csv")
    assert Blob.objects.count() == 1
    assert EvidenceItem.objects.count() == 2


def test_what_is_kept_is_what_came(cast: Cast) -> None:
    content = b"day,auc\n" * 50_000
    chunks = (content[i : i + 4096] for i in range(0, len(content), 4096))
    item = add_evidence(actor=cast.founder, deal=cast.deal, upload=Upload("big.csv", chunks))
    blob = item.versions.get().blob
    assert blob.sha256 == hashlib.sha256(content).hexdigest()
    with open_blob(blob) as stream:
        assert stream.read() == content


def test_a_half_written_file_of_a_crash_is_written_anew(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    blob = item.versions.get().blob
    path = storages["default"].path(blob.path)
    with open(path, "wb") as stream:  # noqa: PTH123 - the storage gives a plain path
        stream.write(b"day")
    with django_capture_on_commit_callbacks(execute=True):
        some_evidence(cast.deal, by=cast.founder)
    blob.refresh_from_db()
    assert not storages["default"].exists(path)
    with open_blob(blob) as stream:
        assert stream.read() == b"day,auc\n1,0.9\n"


def test_each_side_keeps_its_hands_off_the_others_evidence(cast: Cast) -> None:
    theirs = some_evidence(cast.deal, by=cast.founder)
    ours = some_evidence(cast.deal, by=cast.analyst)
    with pytest.raises(Refused, match="Only the side"):
        add_version(actor=cast.analyst, item=theirs, upload=Upload("x", [b"x"]))
    with pytest.raises(PermissionDenied):
        withdraw_evidence(actor=cast.analyst, item=theirs, because="no")
    with pytest.raises(PermissionDenied):
        withdraw_evidence(actor=cast.founder, item=ours, because="no")
    with pytest.raises(PermissionDenied):
        share_evidence(actor=cast.founder, item=ours, shared=True)


def test_nothing_is_added_to_what_was_withdrawn(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    withdraw_evidence(actor=cast.founder, item=item, because="Wrong file")
    with pytest.raises(Refused, match="withdrawn"):
        add_version(actor=cast.founder, item=item, upload=Upload("x", [b"x"]))


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\f\\card.md", "card.md"),
        ("", "file"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("x" * 400 + ".csv", "x" * 251 + ".csv"),
    ],
)
def test_a_claimed_name_is_only_its_last_part(claimed: str, kept: str) -> None:
    assert safe_filename(claimed) == kept
