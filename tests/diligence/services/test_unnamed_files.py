"""Stored files that no row names go after a week; nothing else is touched."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.utils import timezone

from diligence.models import Activity, Preview, RoomExport
from diligence.services import unnamed_files
from diligence.services.keeping import open_blob
from diligence.services.previews import make_preview, open_picture
from diligence.services.room_exports import open_export, request_export, write_export
from diligence.services.unnamed_files import SAFE_AGE, Swept, sweep_unnamed_files
from tests.cast import Cast, some_evidence
from tests.diligence.services.test_previews import a_pdf

HASH = "ab" + "0" * 62


def left(place: str, age: timedelta = SAFE_AGE + timedelta(minutes=5)) -> Path:
    """A file in the storage as a process left it so long ago."""
    path = Path(storages["default"].path(place))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PRSEAL1\n and nobody has the key")
    written = (timezone.now() - age).timestamp()
    os.utime(path, (written, written))
    return path


def grown_old() -> None:
    """All that lies in the storage was written a month ago."""
    for path in Path(storages["default"].path("")).rglob("*"):
        month = (timezone.now() - timedelta(days=30)).timestamp()
        os.utime(path, (month, month))


def test_what_a_row_names_stays_however_old_and_what_none_names_goes(cast: Cast) -> None:
    content = a_pdf(2)
    item = some_evidence(cast.deal, by=cast.founder, filename="deck.pdf", content=content)
    blob = item.versions.get().blob
    preview = Preview.objects.get()
    make_preview(preview.pk)
    export = request_export(actor=cast.analyst, deal=cast.deal)
    write_export(export.pk)
    grown_old()
    preview.refresh_from_db()
    gone = [
        left(f"blobs/ab/{HASH}.0123456789abcdef"),
        left(f"blobs/{blob.pk[:2]}/{blob.pk}.0123456789abcdef"),
        left(preview.picture_path(3)),
        left(f"previews/ab/{HASH}/1.webp"),
        left(f"exports/{export.pk}-2.zip"),
    ]
    assert sweep_unnamed_files() == Swept(5, removed=True)
    assert [path.exists() for path in gone] == [False] * 5
    with open_blob(blob) as stored:
        assert stored.read() == content
    assert open_picture(preview, 2).read()[8:12] == b"WEBP"
    assert open_export(RoomExport.objects.get())[0].read(2) == b"PK"
    line = Activity.objects.get(verb="evidence.sweep")
    assert line.text == "removed 5 stored files that a process which died had left without a row"
    assert sweep_unnamed_files() == Swept(0, removed=True)
    assert Activity.objects.filter(verb="evidence.sweep").count() == 1


def test_what_is_young_or_of_another_form_or_being_made_stays(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    waiting = Preview.objects.get(blob=item.versions.get().blob)
    stay = [
        left(f"blobs/ab/{HASH}.0123456789abcdef", SAFE_AGE - timedelta(minutes=5)),
        left("blobs/ab/notes-of-the-operator.txt"),
        left("blobs/lost+found/1"),
        left("trail/2026-01-01.json"),
        left("reports/00000000-0000-0000-0000-000000000000-1.pdf"),
        left(waiting.picture_path(1)),
    ]
    assert sweep_unnamed_files() == Swept(0, removed=True)
    assert all(path.exists() for path in stay)
    assert not Activity.objects.filter(verb="evidence.sweep").exists()


def test_too_many_at_once_are_left_until_a_person_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a restore of the database alone, from before most of the files."""
    del cast
    monkeypatch.setattr(unnamed_files, "MOST", 2)
    lie = [left(f"blobs/ab/{HASH}.000000000000000{n}") for n in range(3)]
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("sweep_evidence", stderr=said)
    assert "3 files are named by no row." in said.getvalue()
    assert all(path.exists() for path in lie)
    said = StringIO()
    call_command("sweep_evidence", however_many=True, stdout=said)
    assert said.getvalue() == "Files that no row named, removed: 3.\n"
    assert not any(path.exists() for path in lie)
