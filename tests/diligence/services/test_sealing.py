"""Files at rest are sealed: one copy for all deals that have it, unreadable once they shred it."""

import hashlib
import io
import os
import shutil
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from pytest_django import Settings

from diligence.lib.sealed import MAGIC, Tampered
from diligence.models import Blob, BlobKey, Deal, EvidenceItem, Preview
from diligence.services.errors import Refused
from diligence.services.keeping import incoming_folder, open_blob, path_of_blob
from diligence.services.previews import make_preview
from diligence.services.room_exports import request_export, write_export
from diligence.services.sealing_keys import shred
from diligence.services.uploads import Announced, announce_upload, finish_upload, receive
from diligence.services.verification import verify_blobs
from tests.cast import Cast, signed_in, some_evidence

LOG = b"prediction,label\n" + b"1,0\n" * 200_000


@pytest.fixture(autouse=True)
def sealing(settings: Settings) -> None:
    settings.PROOFROOM_SEAL_EVIDENCE = True


@pytest.fixture
def item(cast: Cast) -> EvidenceItem:
    return some_evidence(cast.deal, by=cast.founder, filename="log.csv", content=LOG)


def blob_of(item: EvidenceItem) -> Blob:
    return item.versions.get().blob


def on_disk(settings: Settings) -> list[Path]:
    return [file for file in Path(settings.MEDIA_ROOT, "blobs").rglob("*") if file.is_file()]


def test_nothing_plain_lies_on_the_disk_and_everybody_reads_it_plain(
    cast: Cast, item: EvidenceItem, settings: Settings
) -> None:
    (file,) = on_disk(settings)
    stored = file.read_bytes()
    assert stored.startswith(MAGIC)
    assert b"prediction" not in stored
    assert list(incoming_folder().iterdir()) == []
    version = item.versions.get()
    address = f"/evidence/{version.pk}/download/"
    browser = signed_in(cast.analyst)
    whole = b"".join(browser.get(address).streaming_content)  # type: ignore[attr-defined] # the test client's answer has no such type
    assert whole == LOG
    part = browser.get(address, headers={"Range": "bytes=524280-524300"})
    assert b"".join(part.streaming_content) == LOG[524280:524301]  # type: ignore[attr-defined] # the test client's answer has no such type
    assert list(verify_blobs(lambda _: None)) == []
    preview = Preview.objects.get(blob=version.blob)
    make_preview(preview.pk)
    preview.refresh_from_db()
    assert preview.state == "ready"
    export = request_export(actor=cast.analyst, deal=cast.deal)
    write_export(export.pk)
    export.refresh_from_db()
    assert export.state == "ready"


def test_an_upload_in_pieces_is_sealed_too(cast: Cast, settings: Settings) -> None:
    announced = Announced("log.csv", len(LOG))
    upload = announce_upload(actor=cast.founder, deal=cast.deal, announced=announced)
    receive(actor=cast.founder, upload=upload, offset=0, pieces=[LOG])
    finish_upload(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.failure) == ("kept", "")
    assert upload.kept_as is not None
    with open_blob(blob_of(upload.kept_as)) as file:
        assert hashlib.sha256(file.read()).hexdigest() == hashlib.sha256(LOG).hexdigest()
    assert list(incoming_folder().iterdir()) == []


def test_two_deals_share_one_copy_and_each_has_a_key_of_its_own(
    cast: Cast, item: EvidenceItem, settings: Settings
) -> None:
    other = some_evidence(cast.other_deal, by=cast.other_founder, content=LOG)
    assert len(on_disk(settings)) == 1
    assert BlobKey.objects.filter(blob=blob_of(item)).count() == 2
    shred(cast.deal)
    with open_blob(blob_of(other)) as file:
        assert file.read() == LOG


def test_a_copy_of_the_disk_is_worthless_once_the_key_is_shredded(
    cast: Cast, item: EvidenceItem, settings: Settings, tmp_path: Path
) -> None:
    blob = blob_of(item)
    copy = Path(shutil.copy(on_disk(settings)[0], tmp_path / "stolen"))
    shred(cast.deal)
    assert not BlobKey.objects.exists()
    assert copy.exists()
    with pytest.raises(Refused, match="was destroyed"):
        open_blob(blob)
    (fault,) = verify_blobs(lambda _: None)
    assert "was destroyed" in fault.what


def test_without_the_field_keys_nothing_opens(item: EvidenceItem, settings: Settings) -> None:
    settings.PROOFROOM_FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Refused, match="No key in PROOFROOM_FIELD_KEYS opens"):
        open_blob(blob_of(item))


def test_one_flipped_byte_is_never_given_out(item: EvidenceItem, settings: Settings) -> None:
    (file,) = on_disk(settings)
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with open_blob(blob_of(item)) as stored, pytest.raises(Tampered):
        stored.read()
    (fault,) = verify_blobs(lambda _: None)
    assert fault.what.startswith("was changed")


def test_files_of_before_are_read_plain_and_sealed_by_a_command(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.PROOFROOM_SEAL_EVIDENCE = False
    old = some_evidence(cast.deal, by=cast.founder, content=LOG)
    some_evidence(cast.other_deal, by=cast.other_founder, content=LOG)
    settings.PROOFROOM_SEAL_EVIDENCE = True
    with open_blob(blob_of(old)) as file:
        assert file.read() == LOG
    out = io.StringIO()
    call_command("seal_evidence", stdout=out)
    assert out.getvalue() == "1 files sealed, 800 kB.\n"
    (file_now,) = on_disk(settings)
    assert file_now.read_bytes().startswith(MAGIC)
    old.refresh_from_db()
    shred(Deal.objects.get(pk=cast.deal.pk))
    with open_blob(blob_of(old)) as file:
        assert file.read() == LOG
    assert Path(path_of_blob(blob_of(old), tmp_path / "copy")).read_bytes() == LOG


def test_bytes_whose_key_was_shredded_are_kept_anew_when_they_come_again(
    cast: Cast, item: EvidenceItem, settings: Settings
) -> None:
    from diligence.services.retention import _erase

    item.versions.all().delete()
    _erase(Blob.objects.get())
    shred(cast.deal)
    assert on_disk(settings) == []
    again = some_evidence(cast.other_deal, by=cast.other_founder, content=LOG)
    with open_blob(blob_of(again)) as file:
        assert file.read() == LOG


def test_sealing_takes_little_memory_whatever_the_size(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    import tracemalloc

    piece = os.urandom(1024 * 1024)
    tracemalloc.start()
    from diligence.services.evidence import Upload, add_evidence

    upload = Upload("large.bin", (piece for _ in range(40)))
    item = add_evidence(actor=cast.founder, deal=cast.deal, upload=upload)
    path_of_blob(blob_of(item), tmp_path / "copy")
    assert tracemalloc.get_traced_memory()[1] < 24 * 1024**2
    tracemalloc.stop()
