"""Audits and reports survive what may happen to a worker: real processes, real signals."""

import hashlib
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from audits.engine.registry import catalogue
from audits.models import AuditRun, Repository, RoomRun
from audits.services.runs import cancel_run, request_run
from audits.tasks import run_audit
from diligence.models import Activity, Blob, IncomingUpload, Preview, RoomExport
from diligence.services.keeping import incoming_folder, open_blob
from diligence.services.room_exports import MAX_ATTEMPTS, open_export, request_export
from diligence.services.unnamed_files import Swept, sweep_unnamed_files
from diligence.services.uploads import Announced, announce_upload, receive
from diligence.tasks import keep_upload
from rubrics.models import Report
from rubrics.services.reports import issue_report
from rubrics.tasks import render_report
from tests.audits.building import a_bundle
from tests.cast import Cast, some_evidence, whole_cast
from tests.faults.workers import (
    Worker,
    Workshop,
    children_of,
    forget_bells,
    is_alive,
    wait_for,
)
from tests.rubrics.building import an_assessment

pytestmark = pytest.mark.faults

MODULE = """import pandas as pd
from sklearn.linear_model import LogisticRegression

def train_{n}(frame: pd.DataFrame) -> LogisticRegression:
    model = LogisticRegression(C={n})
    return model.fit(frame[["a", "b"]], frame["y"])
"""
FILES = {
    **{f"src/part_{n}.py": MODULE.format(n=n) * 4 for n in range(400)},
    ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
    "    steps:\n      - run: pytest\n",
    "requirements.txt": "scikit-learn==1.5.0\npandas\n",
    "deploy.py": 'AWS_SECRET_ACCESS_KEY = "kRzq8T2vYp5LmWx9Bn4Jc7Hs3Gd6Fa1QeUoViKtX"\n',
    "broken.ipynb": "{",
}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return whole_cast()


@pytest.fixture
def repository(cast: Cast, tmp_path: Path) -> Repository:
    return a_bundle(cast.deal, cast.analyst, tmp_path / "source", FILES)


@pytest.fixture
def workshop(process_environment: dict[str, str], tmp_path: Path) -> Iterator[Workshop]:
    forget_bells()
    quick = {"PROOFROOM_RUN_LEASE_SECONDS": "2", "PROOFROOM_SWEEP_SECONDS": "1"}
    workshop = Workshop(process_environment | quick, tmp_path / "workers.log")
    yield workshop
    workshop.close()
    forget_bells()


def queued(repository: Repository) -> AuditRun:
    """A run whose bell was rung."""
    run = request_run(actor=repository.added_by, repository=repository)
    run_audit.delay(str(run.pk))
    return run


def reach(run: AuditRun, *states: str) -> None:
    """Waits until the run is in one of these states."""

    def is_there() -> bool:
        run.refresh_from_db()
        return run.state in states

    wait_for(is_there, f"the run is {run.state}, not {states}")


def halt_in_the_middle(run: AuditRun, worker: Worker) -> int:
    """Stops the examination while it reads files; its process id."""

    def is_reading() -> bool:
        run.refresh_from_db()
        assert not run.is_over
        return run.stage == "Reading files"

    wait_for(is_reading)
    (child,) = worker.examinations()
    os.kill(child, signal.SIGSTOP)
    run.refresh_from_db()
    assert run.state == AuditRun.State.RUNNING
    return child


def outcome(run: AuditRun) -> dict[str, Any]:
    """All that a run found, without ids and times."""
    place = ("position", "path", "line", "note", "first_line", "text")
    return {
        "practices": [
            (p.practice, p.lens, p.verdict, p.grade, p.value, p.because,
             list(p.evidence.values_list(*place)))
            for p in run.practices.order_by("practice")
        ],
        "findings": [
            (f.check_id, f.severity, f.title, f.path, f.line, f.fix, f.fingerprint,
             list(f.evidence.values_list(*place)))
            for f in run.findings.order_by("check_id", "path", "line", "title")
        ],
        "source": (run.commit, run.committed_at, run.files, run.bytes, run.source_sha256),
        "skipped": run.skipped,
    }  # fmt: skip


def leaves_no_folder() -> bool:
    work = Path(settings.PROOFROOM_DATA_DIR) / "work"
    return not work.exists() or not list(work.iterdir())


def times_finished(run: AuditRun) -> int:
    return Activity.objects.filter(verb="audit.finish", object_id=str(run.pk)).count()


def assert_same_as_undisturbed(run: AuditRun, repository: Repository) -> None:
    again = queued(repository)
    reach(again, "succeeded", "failed")
    assert (again.state, again.attempts) == ("succeeded", 1)
    assert len(outcome(again)["practices"]) == len(catalogue())
    assert outcome(run) == outcome(again)
    assert times_finished(run) == times_finished(again) == 1
    wait_for(leaves_no_folder)


def test_a_killed_worker_ends_with_the_same_result_once(
    workshop: Workshop, repository: Repository
) -> None:
    first = workshop.worker()
    run = queued(repository)
    child = halt_in_the_middle(run, first)
    first.kill()
    os.kill(child, signal.SIGCONT)
    wait_for(lambda: not is_alive(child), "the examination outlived its worker")
    run.refresh_from_db()
    assert (run.state, run.attempts) == (AuditRun.State.RUNNING, 1)
    assert not run.practices.exists()

    workshop.worker()
    workshop.beat()
    reach(run, "succeeded", "failed")
    assert (run.state, run.attempts) == ("succeeded", 2)
    assert_same_as_undisturbed(run, repository)


def test_a_killed_pool_process_ends_with_the_same_result_once(
    workshop: Workshop, repository: Repository
) -> None:
    worker = workshop.worker()
    workshop.beat()
    run = queued(repository)
    child = halt_in_the_middle(run, worker)
    (pool,) = [pid for pid in worker.pool if child in children_of(pid)]
    os.kill(pool, signal.SIGKILL)
    os.kill(child, signal.SIGCONT)
    reach(run, "succeeded", "failed")
    assert (run.state, run.attempts) == ("succeeded", 2)
    assert_same_as_undisturbed(run, repository)


def test_a_killed_examination_fails_its_run_and_not_the_worker(
    workshop: Workshop, repository: Repository
) -> None:
    worker = workshop.worker()
    run = queued(repository)
    os.kill(halt_in_the_middle(run, worker), signal.SIGKILL)
    reach(run, "succeeded", "failed")
    assert run.state == "failed"
    assert run.failure == (
        "The examination was killed (signal 9), most likely for want of memory; "
        "hand in a smaller source or give the worker more."
    )
    assert not run.practices.exists()
    assert is_alive(worker.process.pid)
    after = queued(repository)
    reach(after, "succeeded", "failed")
    assert (after.state, after.attempts) == ("succeeded", 1)
    wait_for(leaves_no_folder)


def test_a_run_that_kills_its_workers_is_set_aside(
    workshop: Workshop, repository: Repository
) -> None:
    workshop.beat()
    run = queued(repository)
    for attempt in range(1, AuditRun.MAX_ATTEMPTS + 1):
        worker = workshop.worker()
        wait_for(partial(lambda each: each.examinations() != [], worker), "nobody takes it up")
        child = halt_in_the_middle(run, worker)
        assert run.attempts == attempt
        worker.kill()
        os.kill(child, signal.SIGCONT)
        wait_for(partial(lambda pid: not is_alive(pid), child), "it outlived its worker")
    workshop.worker()
    reach(run, "succeeded", "failed")
    assert (run.state, run.attempts) == ("failed", 3)
    assert run.failure == (
        "The examination stopped without a word 3 times and was set aside; "
        "start it again, or hand in a smaller source."
    )
    assert not run.practices.exists()
    after = queued(repository)
    reach(after, "succeeded", "failed")
    assert after.state == "succeeded"
    wait_for(leaves_no_folder)


def test_an_archive_that_kills_its_workers_is_set_aside(workshop: Workshop, cast: Cast) -> None:
    """The file is a pipe into which nobody writes: whoever opens it hangs until they are killed."""
    blob = some_evidence(cast.deal, by=cast.founder).versions.get().blob
    Preview.objects.update(state=Preview.State.NONE)
    RoomRun.objects.update(state=RoomRun.State.CANCELLED)  # nobody else opens it
    place = Path(storages["default"].path(blob.path))
    content = place.read_bytes()
    place.unlink()
    os.mkfifo(place)
    export = request_export(actor=cast.analyst, deal=cast.deal)
    rows = RoomExport.objects.filter(pk=export.pk)
    workshop.beat()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        worker = workshop.worker()
        taken = rows.filter(state=RoomExport.State.RUNNING, attempts=attempt)
        wait_for(taken.exists, f"nobody takes it up for the {attempt}. time")
        worker.kill()
        # Nobody holds it any more, but its lease would go on for half an hour.
        rows.update(lease_until=timezone.now())
    workshop.worker()
    wait_for(lambda: rows.get().state == RoomExport.State.FAILED, "it goes round for ever")
    assert (rows.get().attempts, rows.get().path) == (MAX_ATTEMPTS, "")
    assert rows.get().failure == (
        "The archive could not be written in three attempts; ask for it again."
    )

    place.unlink()
    place.write_bytes(content)
    again = request_export(actor=cast.analyst, deal=cast.deal)
    done = RoomExport.objects.filter(pk=again.pk, state=RoomExport.State.READY)
    wait_for(done.exists, "the worker does nothing any more")
    stream, size = open_export(done.get())
    assert (len(stream.read()), again.pk == export.pk) == (size, False)
    assert list(incoming_folder().iterdir()) == []


def test_a_sealed_file_whose_worker_was_killed_before_its_row_is_swept(
    workshop: Workshop, cast: Cast
) -> None:
    content = b"day,auc\n1,0.9\n" * 20_000
    upload = announce_upload(
        actor=cast.founder, deal=cast.deal, announced=Announced("log.csv", len(content))
    )
    receive(actor=cast.founder, upload=upload, offset=0, pieces=[content])
    blobs = Path(storages["default"].path("blobs"))
    worker = workshop.worker()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE diligence_blob IN EXCLUSIVE MODE")  # rows can be read alone
        keep_upload.delay(str(upload.pk))
        wait_for(lambda: any(blobs.glob("*/*")), "nothing was sealed")
        worker.kill()
    (orphan,) = blobs.glob("*/*")
    assert not Blob.objects.exists()

    # Nobody holds it any more, but its lease would go on for minutes.
    IncomingUpload.objects.update(lease_until=timezone.now())
    workshop.worker()
    workshop.beat()
    wait_for(lambda: IncomingUpload.objects.get().state == IncomingUpload.State.KEPT)
    blob = Blob.objects.get()
    assert sweep_unnamed_files() == Swept(0, removed=True)
    for place in blobs.glob("*/*"):
        os.utime(place, (0, 0))
    assert sweep_unnamed_files() == Swept(1, removed=True)
    assert (orphan.exists(), Activity.objects.filter(verb="evidence.sweep").count()) == (False, 1)
    with open_blob(blob) as stored:
        assert stored.read() == content
    call_command("verify_evidence", verbosity=0)


def test_a_cancelled_run_ends_its_examination_and_stores_nothing(
    workshop: Workshop, repository: Repository, cast: Cast
) -> None:
    worker = workshop.worker()
    run = queued(repository)
    child = halt_in_the_middle(run, worker)
    cancel_run(actor=cast.analyst, run=run)
    wait_for(lambda: not is_alive(child), "the examination of a cancelled run goes on")
    wait_for(leaves_no_folder)
    run.refresh_from_db()
    assert (run.state, run.failure) == ("cancelled", "Cancelled by Ada Analyst.")
    assert not run.practices.exists()
    assert not run.findings.exists()
    assert is_alive(worker.process.pid)


def test_a_run_whose_bell_rings_often_is_examined_once(
    workshop: Workshop, repository: Repository
) -> None:
    run = request_run(actor=repository.added_by, repository=repository)
    for _ in range(6):
        run_audit.delay(str(run.pk))
    workshop.worker()
    workshop.worker()
    reach(run, "succeeded", "failed")
    assert (run.state, run.attempts) == ("succeeded", 1)
    assert times_finished(run) == 1
    assert run.practices.count() == len(catalogue())


def test_a_bell_that_redis_forgot_is_rung_again(workshop: Workshop, repository: Repository) -> None:
    run = queued(repository)
    forget_bells()
    workshop.worker()
    workshop.beat()
    reach(run, "succeeded", "failed")
    assert (run.state, run.attempts) == ("succeeded", 1)


def test_a_report_whose_worker_was_killed_is_drawn_once(workshop: Workshop, cast: Cast) -> None:
    an_assessment(cast.deal)
    report = issue_report(actor=cast.analyst, deal=cast.deal)
    worker = workshop.worker()
    render_report.delay(str(report.pk))
    wait_for(lambda: Report.objects.get(pk=report.pk).state == Report.State.RUNNING)
    worker.kill()
    held = Report.objects.get(pk=report.pk)
    assert (held.state, held.attempts, held.pdf_path) == (Report.State.RUNNING, 1, "")

    # Nobody holds it any more, but its lease would go on for minutes.
    Report.objects.filter(pk=report.pk).update(lease_until=timezone.now())
    workshop.worker()
    workshop.beat()
    wait_for(lambda: Report.objects.get(pk=report.pk).state in ("ready", "failed"))
    drawn = Report.objects.get(pk=report.pk)
    assert (drawn.state, drawn.attempts, drawn.failure) == (Report.State.READY, 2, "")
    folder = Path(settings.PROOFROOM_DATA_DIR) / "reports"
    (file,) = folder.iterdir()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == drawn.pdf_sha256
    assert drawn.data_sha256 == held.data_sha256
