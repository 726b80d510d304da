"""A disk that takes no more: nothing half-written stays, and each failure has its reason."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from audits.services.child import work_folder, workspace
from audits.services.execution import execute_run
from audits.services.runs import request_run
from diligence.models import Blob, EvidenceItem, IncomingUpload
from diligence.services import uploads
from diligence.services.errors import Refused
from diligence.services.keeping import incoming_folder
from diligence.services.room_exports import request_export, write_export
from diligence.services.uploads import Announced, announce_upload, finish_upload, receive, received
from rubrics.services.drawing import Drawn
from rubrics.services.reports import draw_report, issue_report
from tests.audits.building import a_bundle
from tests.cast import Cast, some_evidence
from tests.rubrics.building import an_assessment

pytestmark = pytest.mark.faults

MB = 1024**2
DISK = 4 * MB
FULL = "disk is full"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 4 MB; where nobody may mount one, files that cannot outgrow half of it."""
    folder.mkdir()
    size = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if subprocess.run(size, capture_output=True, check=False).returncode == 0:
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK // 2, hard))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def disk(cast: Cast, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        settings.PROOFROOM_DATA_DIR = settings.MEDIA_ROOT = folder
        yield folder


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is left, until the block ends."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
    except OSError:
        yield
    ballast.unlink()


def test_a_file_that_finds_no_room_leaves_nothing_and_says_so(cast: Cast, disk: Path) -> None:
    before = some_evidence(cast.deal, by=cast.founder)
    with pytest.raises(Refused, match=FULL):
        some_evidence(cast.deal, by=cast.founder, content=b"x" * 2 * DISK)
    assert list(cast.deal.evidence.all()) == [before]
    assert Blob.objects.count() == 1
    assert list(incoming_folder().iterdir()) == []
    call_command("verify_evidence", verbosity=0)


def test_an_upload_waits_for_room_and_goes_on(
    cast: Cast, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "SPARE", 0)  # what is kept back is more than this disk holds
    content = b"y" * (MB + 5)
    announced = Announced("log.bin", len(content), "1764000000000")
    upload = announce_upload(actor=cast.founder, deal=cast.deal, announced=announced)
    with filled(disk), pytest.raises(Refused, match=FULL):
        receive(actor=cast.founder, upload=upload, offset=0, pieces=[content])
    came = received(upload)
    receive(actor=cast.founder, upload=upload, offset=came, pieces=[content[came:]])
    finish_upload(upload.pk)
    assert IncomingUpload.objects.get(pk=upload.pk).state == "kept"
    item = EvidenceItem.objects.get()
    assert item.current is not None
    assert item.current.blob.size == len(content)


def test_work_that_finds_no_room_fails_with_its_reason_and_is_done_again_later(
    cast: Cast, disk: Path, tmp_path: Path
) -> None:
    repository = a_bundle(cast.deal, cast.analyst, tmp_path / "source", {"train.py": "x = 1\n"})
    an_assessment(cast.deal)
    run = request_run(actor=cast.analyst, repository=repository)
    export = request_export(actor=cast.analyst, deal=cast.deal)
    report = issue_report(actor=cast.analyst, deal=cast.deal)
    with filled(disk):
        execute_run(run.pk)  # it reads a copy, as what is kept lies sealed
        with pytest.raises(OSError, match=r"No space|too large"):
            write_export(export.pk)
        with pytest.raises(OSError, match=r"No space|too large"):
            draw_report(report.pk, lambda _: Drawn(b"%PDF" * 9000, 1))
    for row in (run, export, report):
        row.refresh_from_db()
        assert (row.state, FULL in row.failure) == ("failed", True), row.failure
    later = request_run(actor=cast.analyst, repository=repository)
    execute_run(later.pk)
    later.refresh_from_db()
    assert later.state == "succeeded"
    again = request_export(actor=cast.analyst, deal=cast.deal)
    write_export(again.pk)
    again.refresh_from_db()
    assert again.state == "ready"
    call_command("verify_evidence", verbosity=0)


def test_a_job_whose_folder_finds_no_room_is_refused_and_leaves_nothing(disk: Path) -> None:
    with filled(disk), pytest.raises(Refused, match=FULL), workspace("run") as folder:
        (folder / "unpacked").write_bytes(b"z" * MB)
    assert list(work_folder().iterdir()) == []
