"""Files at rest are sealed: one copy for all deals that have it, unreadable once they shred it."""

import hashlib
import io
import os
import shutil
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import storages
from django.core.management import call_command
from pytest_django import Settings

from diligence.lib.sealed import ENVELOPE, MAGIC, Tampered
from diligence.models import Blob, BlobKey, Deal, EvidenceItem, Preview
from diligence.services.errors import Refused
from diligence.services.keeping import incoming_folder, open_blob, path_of_blob
from diligence.services.previews import make_preview, open_picture, texts_of
from diligence.services.room_exports import open_export, request_export, write_export
from diligence.services.sealing_keys import ARCHIVES, key_for, renew, shred
from diligence.services.uploads import (
    Announced,
    announce_upload,
    finish_upload,
    path_of,
    plain_of,
    receive,
)
from diligence.services.verification import verify_blobs
from tests.cast import Cast, signed_in, some_evidence
from tests.diligence.services.earlier import lie_plain
from tests.diligence.services.test_previews import a_pdf

LOG = b"prediction,label\n" + b"1,0\n" * 200_000


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
    old = some_evidence(cast.deal, by=cast.founder, content=LOG)
    lie_plain(old, some_evidence(cast.other_deal, by=cast.other_founder, content=LOG))
    Preview.objects.update(
        state="ready", kind="pages", pictures=1, data={"text": "1,0", "total": 1}
    )
    preview = Preview.objects.get()
    picture = storages["default"].save(preview.picture_path(1), io.BytesIO(b"RIFF"))
    with open_blob(blob_of(old)) as file, open_picture(preview, 1) as drawn:
        assert (file.read(), drawn.read()) == (LOG, b"RIFF")
    assert texts_of(preview)["text"] == "1,0"

    assert said_by_seal_evidence() == "1 files sealed, 800 kB.\n"
    assert said_by_seal_evidence() == "0 files sealed, 0 bytes.\n"
    (file_now,) = on_disk(settings)
    assert file_now.read_bytes().startswith(MAGIC)
    assert not storages["default"].exists(picture)
    assert Preview.objects.get().state == "queued"
    shred(Deal.objects.get(pk=cast.deal.pk))
    with open_blob(blob_of(old)) as file:
        assert file.read() == LOG
    assert Path(path_of_blob(blob_of(old), tmp_path / "copy")).read_bytes() == LOG


def said_by_seal_evidence() -> str:
    out = io.StringIO()
    call_command("seal_evidence", stdout=out)
    return out.getvalue()


def test_a_plain_file_is_sealed_when_its_preview_is_made(cast: Cast) -> None:
    old = some_evidence(cast.deal, by=cast.founder, content=LOG)
    lie_plain(old)
    make_preview(Preview.objects.get().pk)
    assert blob_of(old).sealed
    assert texts_of(Preview.objects.get())["rows"][0] == ["1", "0"]


# What is made of files --------------------------------------------------------------------------


def test_an_upload_under_way_lies_sealed_wherever_it_breaks_off(cast: Cast) -> None:
    upload = announce_upload(
        actor=cast.founder, deal=cast.deal, announced=Announced("log.csv", len(LOG))
    )
    for start, end in ((0, 1), (1, 31), (31, 4096), (4096, len(LOG))):
        receive(actor=cast.founder, upload=upload, offset=start, pieces=[LOG[start:end]])
        stored = path_of(upload).read_bytes()
        assert len(stored) == end
        assert b"label" not in stored
        with plain_of(upload) as plain:
            assert plain.read() == LOG[:end]
    other = announce_upload(
        actor=cast.founder, deal=cast.deal, announced=Announced("log.csv", len(LOG))
    )
    receive(actor=cast.founder, upload=other, offset=0, pieces=[LOG[:4096]])
    assert path_of(other).read_bytes() != path_of(upload).read_bytes()[:4096]


def test_an_upload_that_an_earlier_release_began_goes_on(cast: Cast) -> None:
    upload = announce_upload(
        actor=cast.founder, deal=cast.deal, announced=Announced("log.csv", len(LOG))
    )
    upload.key = None
    upload.save()
    receive(actor=cast.founder, upload=upload, offset=0, pieces=[LOG[:10]])
    receive(actor=cast.founder, upload=upload, offset=10, pieces=[LOG[10:]])
    finish_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.kept_as is not None
    with open_blob(blob_of(upload.kept_as)) as file:
        assert file.read() == LOG


def test_previews_and_archives_lie_sealed_and_go_with_the_keys(
    cast: Cast, settings: Settings
) -> None:
    item = some_evidence(cast.deal, by=cast.founder, filename="a.pdf", content=a_pdf(2))
    text = some_evidence(cast.deal, by=cast.founder, filename="a.txt", content=b"planted words")
    for preview in Preview.objects.all():
        make_preview(preview.pk)
    pages, words = (Preview.objects.get(blob=blob_of(each)) for each in (item, text))
    assert words.data == {}
    assert b"planted" not in bytes(words.sealed_data or b"")
    assert texts_of(words)["text"] == "planted words"
    with open_picture(pages, 2) as picture:
        assert picture.read()[8:12] == b"WEBP"
    export = request_export(actor=cast.analyst, deal=cast.deal)
    write_export(export.pk)
    export.refresh_from_db()
    root = Path(settings.MEDIA_ROOT)
    made = [pages.picture_path(1), pages.picture_path(2), export.path]
    heads = {(root / place).read_bytes()[:8] for place in made}
    assert heads == {ENVELOPE}
    plain = {b"planted words", b"WEBP", b"PK\x03\x04"}
    for file in root.rglob("*"):
        assert not file.is_file() or not any(word in file.read_bytes() for word in plain)

    (root / made[0]).write_bytes((root / made[1]).read_bytes())  # another page in its place
    with pytest.raises(Tampered):
        open_picture(pages, 1)
    shred(cast.deal)
    with pytest.raises(Refused, match="was destroyed"):
        texts_of(words)
    with pytest.raises(Tampered):
        open_export(export)


def test_a_renewed_key_opens_what_stays_and_the_old_one_nothing_any_more(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder, content=LOG)
    upload = announce_upload(actor=cast.founder, deal=cast.deal, announced=Announced("log.csv", 10))
    receive(actor=cast.founder, upload=upload, offset=0, pieces=[b"0123"])
    export = request_export(actor=cast.analyst, deal=cast.deal)
    write_export(export.pk)
    export.refresh_from_db()
    before = key_for(cast.deal, ARCHIVES)
    renew(cast.deal)
    assert key_for(cast.deal, ARCHIVES) != before
    with open_blob(blob_of(item)) as file:
        assert file.read() == LOG
    upload.refresh_from_db()
    receive(actor=cast.founder, upload=upload, offset=4, pieces=[b"456789"])
    with plain_of(upload) as plain:
        assert plain.read() == b"0123456789"
    with pytest.raises(Tampered):
        open_export(export)


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
