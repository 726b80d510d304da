"""Evidence in a bucket: nothing of it lies on the disk, and everything reads it from there."""

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from diligence import preflight
from diligence.lib import object_storage
from diligence.models import Blob, EvidenceItem, IncomingUpload, Preview
from diligence.services.evidence import Upload, add_evidence
from diligence.services.keeping import (
    Unreachable,
    fingerprint,
    incoming_folder,
    keep_file,
    open_blob,
)
from diligence.services.previews import make_preview, texts_of
from diligence.services.uploads import Announced, announce_upload, finish_upload, plain_of, receive
from diligence.services.verification import verify_blobs
from tests.bucket import NAME, Service, service
from tests.cast import Cast, signed_in, some_evidence

LARGE = os.urandom(1024) * 1024 * 20
"""Twenty MiB: more than one part."""


@pytest.fixture(scope="module")
def s3() -> Iterator[Service]:
    with service() as running:
        yield running


@pytest.fixture
def bucket(s3: Service, settings: Settings) -> Service:
    """The evidence of this test lies in the bucket."""
    s3.emptied()
    settings.PROOFROOM_BUCKET = s3.options
    backend = "diligence.lib.object_storage.BucketStorage"
    settings.STORAGES = {
        **settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": s3.options},
    }  # fmt: skip
    return s3


def keys(bucket: Service) -> list[str]:
    found = bucket.client().list_objects_v2(Bucket=NAME).get("Contents", [])
    return [each["Key"] for each in found]


def on_disk(settings: Settings) -> list[Path]:
    folder = Path(settings.PROOFROOM_DATA_DIR)
    return [file for file in folder.rglob("*") if file.is_file()]


def whole(cast: Cast, content: bytes, filename: str = "log.bin") -> IncomingUpload:
    """An upload all of whose bytes are here."""
    announced = Announced(filename, len(content))
    upload = announce_upload(actor=cast.founder, deal=cast.deal, announced=announced)
    receive(actor=cast.founder, upload=upload, offset=0, pieces=[content])
    return upload


# Keeping --------------------------------------------------------------------------------------


def test_an_upload_goes_to_the_bucket_in_parts_and_leaves_the_disk(
    cast: Cast, bucket: Service, settings: Settings
) -> None:
    upload = whole(cast, LARGE)
    finish_upload(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.failure) == ("kept", "")
    sha256 = hashlib.sha256(LARGE).hexdigest()
    (key,) = keys(bucket)
    assert key.startswith(f"blobs/{sha256[:2]}/{sha256}.")
    stored = bucket.client().head_object(Bucket=NAME, Key=key)
    assert stored["ETag"].strip('"').endswith("-2"), "it should have come in two parts"
    assert on_disk(settings) == []


def test_the_same_bytes_lie_in_the_bucket_once(cast: Cast, bucket: Service) -> None:
    some_evidence(cast.deal, by=cast.founder, filename="a.csv")
    some_evidence(cast.deal, by=cast.founder, filename="b.csv")
    assert len(keys(bucket)) == 1


def test_a_worker_that_died_after_sending_is_followed_by_one_that_finds_the_object(
    cast: Cast, bucket: Service
) -> None:
    upload = whole(cast, b"day,auc\n1,0.9\n")
    sha256 = hashlib.sha256(b"day,auc\n1,0.9\n").hexdigest()
    with plain_of(upload) as plain:
        keep_file(plain, fingerprint(plain), cast.deal)
    (incoming_folder() / f"{upload.pk}.part").unlink()
    IncomingUpload.objects.filter(pk=upload.pk).update(sha256=sha256)
    finish_upload(upload.pk)
    (version,) = EvidenceItem.objects.get().versions.all()
    assert (version.blob_id, version.media_type) == (sha256, "text/plain")


def test_a_service_that_is_down_loses_nothing(cast: Cast, bucket: Service) -> None:
    upload = whole(cast, b"a,b\n")
    bucket.client().delete_bucket(Bucket=NAME)
    with pytest.raises(Exception, match="NoSuchBucket"):
        finish_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "whole"
    bucket.client().create_bucket(Bucket=NAME)
    IncomingUpload.objects.update(lease_until=None)
    finish_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "kept"


def test_the_web_process_leaves_the_sending_to_the_worker(cast: Cast, bucket: Service) -> None:
    browser = signed_in(cast.founder)
    said = {"Tus-Resumable": "1.0.0", "Upload-Length": "4", "Upload-Metadata": "filename YS5jc3Y="}
    place = browser.post(f"/uploads/{cast.deal.pk}/", headers=said)["Location"]
    sent = browser.patch(
        place, b"a,b\n", content_type="application/offset+octet-stream",
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"},
    )  # fmt: skip
    assert sent.status_code == 204
    assert IncomingUpload.objects.get().state == "whole"
    assert keys(bucket) == []


# Reading --------------------------------------------------------------------------------------


@pytest.fixture
def kept(cast: Cast, bucket: Service) -> Blob:
    content = [LARGE[start : start + 1024**2] for start in range(0, len(LARGE), 1024**2)]
    item = add_evidence(actor=cast.founder, deal=cast.deal, upload=Upload("log.bin", content))
    assert item.current is not None
    return item.current.blob


def test_a_blob_is_read_from_the_place_that_is_asked_for(kept: Blob) -> None:
    with open_blob(kept) as file:
        file.seek(19 * 1024**2 + 5)
        assert file.read(7) == LARGE[19 * 1024**2 + 5 :][:7]
        assert file.seek(0, io.SEEK_END) == len(LARGE)
        assert file.read(1) == b""
        file.seek(0)
        assert hashlib.sha256(file.read()).hexdigest() == kept.sha256


def test_reading_goes_on_where_a_connection_broke(
    kept: Blob, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = iter([True, False, True, False])

    class Breaking:
        """The body of an answer whose connection breaks now and then."""

        def __init__(self, body: Any) -> None:
            self.body = body

        def read(self, size: int) -> bytes:
            if next(broken, False):
                raise ConnectionResetError("connection reset")
            return bytes(self.body.read(size))

        def close(self) -> None:
            self.body.close()

    rest = object_storage._Ranged._rest
    monkeypatch.setattr(object_storage._Ranged, "_rest", lambda self: Breaking(rest(self)))
    with open_blob(kept) as file:
        assert file.read() == LARGE


def test_a_download_streams_out_of_the_bucket(cast: Cast, kept: Blob) -> None:
    version = kept.versions.get()
    response = signed_in(cast.analyst).get(f"/evidence/{version.pk}/download/")
    assert response["Content-Length"] == str(len(LARGE))
    assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == kept.sha256  # type: ignore[attr-defined] # the test client's answer has no such type


def test_a_download_goes_on_out_of_the_bucket(cast: Cast, kept: Blob) -> None:
    address, client = f"/evidence/{kept.versions.get().pk}/download/", signed_in(cast.analyst)
    broke_off = len(LARGE) // 2 + 3
    parts = [f"bytes=0-{broke_off - 1}", f"bytes={broke_off}-"]
    got = [client.get(address, headers={"Range": part}) for part in parts]
    assert [each.status_code for each in got] == [206, 206]
    content = b"".join(piece for each in got for piece in each.streaming_content)  # type: ignore[attr-defined] # the test client's answer has no such type
    assert hashlib.sha256(content).hexdigest() == kept.sha256


def test_what_is_gone_from_the_bucket_is_told_and_what_was_changed_too(
    cast: Cast, bucket: Service, kept: Blob
) -> None:
    assert list(verify_blobs(lambda _: None)) == []
    bucket.client().put_object(Bucket=NAME, Key=kept.path, Body=b"other")
    (fault,) = verify_blobs(lambda _: None)
    assert "was changed" in fault.what
    bucket.client().delete_object(Bucket=NAME, Key=kept.path)
    (fault,) = verify_blobs(lambda _: None)
    assert "missing" in fault.what


def test_a_service_that_refuses_is_not_taken_for_a_file_that_is_gone(
    bucket: Service, kept: Blob
) -> None:
    bucket.checks_keys(after=0)
    try:
        with pytest.raises(Unreachable, match="refuses the keys"):
            open_blob(kept)
        (fault,) = verify_blobs(lambda _: None)
    finally:
        bucket.checks_keys(after=10**9)
    assert "cannot be read" in fault.what
    assert "missing" not in fault.what


def test_a_preview_is_made_from_the_bucket_and_kept_in_it(
    cast: Cast, bucket: Service, settings: Settings
) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    assert item.current is not None
    preview, _ = Preview.objects.get_or_create(blob=item.current.blob)
    make_preview(preview.pk)
    preview.refresh_from_db()
    assert preview.state == "ready", preview.note
    assert texts_of(preview)["columns"] == ["day", "auc"]
    assert on_disk(settings) == []


# Setting up -----------------------------------------------------------------------------------


def test_e008_is_silent_where_the_bucket_takes_files(bucket: Service) -> None:
    assert preflight.bucket_can_be_used() == []
    assert keys(bucket) == []


def test_e008_a_bucket_that_is_not_there(bucket: Service) -> None:
    bucket.client().delete_bucket(Bucket=NAME)
    (message,) = preflight.bucket_can_be_used()
    assert message.id == "diligence.E008"
    assert "no such bucket" in message.msg


def test_e008_keys_that_the_service_does_not_know(bucket: Service) -> None:
    bucket.checks_keys(after=0)
    try:
        (message,) = preflight.bucket_can_be_used()
    finally:
        bucket.checks_keys(after=10**9)
    assert "refuses the keys" in message.msg
    assert "test-secret" not in message.msg


def test_e008_a_service_that_does_not_answer(settings: Settings) -> None:
    settings.PROOFROOM_BUCKET = Service("http://127.0.0.1:9").options
    (message,) = preflight.bucket_can_be_used()
    assert "does not answer" in message.msg
