"""Damaged files among evidence: each page that shows one says so in a sentence."""

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from audits.models import Artifact, Measured, RoomRun
from audits.services.artifacts import consider_evidence
from audits.services.measuring import execute_room_run
from diligence.models import Deal, Preview, RoomExport
from diligence.services.previews import make_preview
from diligence.services.room_exports import write_export
from tests.cast import Cast, signed_in

LONG = b"x" * 60_000
NO_PICTURE = "It begins like a picture but cannot be drawn as one."
NO_LIST = "list of files cannot be read."
CUT = "The archive is damaged or was cut short after these files."


# Files ----------------------------------------------------------------------------------------


def a_picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((320, 200), 60).convert("RGB").save(out, form)
    return out.getvalue()


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def a_huge_picture() -> bytes:
    content = bytearray(a_picture("BMP"))
    content[18:26] = (60_000).to_bytes(4, "little") * 2
    return bytes(content)


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("model/config.json", "model/notes.txt"):
            archive.writestr(name, LONG)
    return out.getvalue()


def a_locked_zip() -> bytes:
    """As `zip -e` marks its members: a flag in the header of each and in the directory."""
    content = bytearray(a_zip())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + flags] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


def a_tar(*names: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(
        fileobj=out, mode="w", format=tarfile.GNU_FORMAT, errors="surrogateescape"
    ) as archive:
        for name in names or (b"model/config.json", b"model/weights.bin"):
            member = tarfile.TarInfo(name.decode("utf-8", "surrogateescape"))
            member.size = len(LONG)
            archive.addfile(member, io.BytesIO(LONG))
    return out.getvalue()


def a_tar_with_a_bad_header() -> bytes:
    content = bytearray(a_tar())
    content[148:156] = b"\xff" * 8
    return bytes(content)


def a_parquet_file(folder: Path) -> bytes:
    import duckdb

    select = "SELECT range AS row, range * 0.5 AS score FROM range(3000)"
    duckdb.execute(f"COPY ({select}) TO '{folder / 'x.parquet'}' (FORMAT parquet)")
    return (folder / "x.parquet").read_bytes()


def a_notebook() -> bytes:
    """Its text ends within a sign of two halves, as an editor that was killed leaves it."""
    cell = {"cell_type": "code", "source": "print('\ud83d')", "outputs": []}
    return json.dumps({"cells": [cell], "nbformat": 4}).encode()


FILES = {
    "cut.png": (half(a_picture("PNG")), NO_PICTURE),
    "cut.jpg": (half(a_picture("JPEG")), NO_PICTURE),
    "cut.webp": (half(a_picture("WEBP")), NO_PICTURE),
    "cut.gif": (half(a_picture("GIF")), NO_PICTURE),
    "huge.bmp": (a_huge_picture(), "60,000 by 60,000 pixels, which is more than is drawn here."),
    "cut.zip": (half(a_zip()), NO_LIST),
    "locked.zip": (a_locked_zip(), "2 files listed. Nothing was unpacked. The archive is locked"),
    "header.tar": (a_tar_with_a_bad_header(), NO_LIST),
    "cut.tar": (a_tar()[:-90_000], CUT),
    "names.tar": (a_tar(b"mod\xe8le.bin"), "mod?le.bin"),
    "cut.tar.gz": (half(gzip.compress(a_tar())), CUT),
    "cut.csv.gz": (gzip.compress(b"a,b\n1,2\n" * 900)[:-30], NO_LIST),
    "none.xlsx": (b"an Excel sheet, they said", "an Excel sheet, they said"),
    "cut.xlsx": (half(a_zip() + b"a workbook"), NO_LIST),
    "none.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "cannot be read as a PDF"),
    "half.ipynb": (a_notebook(), "print(&#x27;?&#x27;)"),
    "half.jsonl": (b'{"id": 1, "\\ud83d": 1, "t": "\\udc00"}\n' * 40, "ud83d"),
}  # fmt: skip


# Pages ----------------------------------------------------------------------------------------


def page(browser: Client, address: str) -> str:
    """The text of a page that is one."""
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def worked(deal: Deal) -> None:
    """What workers do with what came in."""
    for item in deal.evidence.all():
        consider_evidence(item=item)
    for preview in Preview.objects.filter(state=Preview.State.QUEUED):
        make_preview(preview.pk)
    for run in RoomRun.objects.filter(state=RoomRun.State.QUEUED):
        execute_room_run(run.pk)
        run.refresh_from_db()
        assert run.state == RoomRun.State.SUCCEEDED, (run.artifact, run.failure)


def test_a_damaged_file_is_told_in_a_sentence_wherever_it_is_shown(
    cast: Cast, tmp_path: Path
) -> None:
    files = FILES | {"cut.parquet": (half(a_parquet_file(tmp_path)), "begins like a Parquet file")}
    founder, analyst = signed_in(cast.founder), signed_in(cast.analyst)
    room, firm = f"/room/{cast.deal.pk}/evidence/", f"/deals/{cast.deal.pk}/evidence/"
    sent = [SimpleUploadedFile(name, content) for name, (content, _) in files.items()]
    answer = founder.post(room, {"upload": sent}, follow=True)
    assert f"{len(files)} files are in." in answer.content.decode()
    worked(cast.deal)
    for browser, place in ((founder, room), (analyst, firm)):
        listed = page(browser, place)
        for item in cast.deal.evidence.all():
            assert item.title in listed
            page(browser, f"{place}{item.pk}/")
            version = item.versions.get()
            shown = page(browser, f"/evidence/{version.pk}/preview/")
            content, sentence = files[item.title]
            assert sentence in shown, (item.title, shown)
            assert version.blob.preview.pictures == 0
            download: Any = browser.get(f"/evidence/{version.pk}/download/")
            assert b"".join(download.streaming_content) == content

    listed = page(analyst, f"/deals/{cast.deal.pk}/data-room/")
    for artifact in Artifact.objects.all():
        assert artifact.evidence.title in listed
        assert artifact.trouble in page(analyst, f"/artifacts/{artifact.pk}/")

    # Whatever an analyst says that they are, each is measured or it is said why not.
    for artifact in Artifact.objects.filter(evidence__title__in=("cut.zip", "half.jsonl")):
        said = {"kind": "prediction-log", "revision": str(artifact.revision)}
        analyst.post(f"/artifacts/{artifact.pk}/confirm/", said)
    worked(cast.deal)
    for row in Measured.objects.all():
        assert "names no column for its predictions" in row.trouble
        assert row.trouble[:60] in page(analyst, f"/artifacts/{row.artifact_id}/")

    analyst.post(f"/deals/{cast.deal.pk}/archive/")
    write_export(RoomExport.objects.get().pk)
    assert RoomExport.objects.get().files >= len(files)


@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_what_is_lost_in_the_storage_is_told_in_a_sentence(cast: Cast, how: str) -> None:
    upload = SimpleUploadedFile("photo.png", a_picture("PNG"))
    signed_in(cast.founder).post(f"/room/{cast.deal.pk}/evidence/", {"upload": upload})
    analyst, version = signed_in(cast.analyst), cast.deal.evidence.get().versions.get()
    worked(cast.deal)
    analyst.post(f"/deals/{cast.deal.pk}/archive/")
    write_export(RoomExport.objects.get().pk)
    export, preview = RoomExport.objects.get(), Preview.objects.get()
    for stored in (version.blob.path, preview.picture_path(1), export.path):
        place = Path(storages["default"].path(stored))
        content = place.read_bytes()
        place.unlink()
        if how == "damaged":
            place.write_bytes(content[:100] + bytes(len(content) - 100))
    assert "Page 1" not in page(analyst, f"/evidence/{version.pk}/preview/")
    assert analyst.get(f"/evidence/{version.pk}/pages/1/").status_code == 404
    download = analyst.get(f"/evidence/{version.pk}/download/", follow=True).content.decode()
    assert "missing" in download
    assert "restore it" in download
    archive = analyst.get(f"/archives/{export.pk}/download/", follow=True).content.decode()
    assert "This archive cannot be read any more; ask for it again." in archive
