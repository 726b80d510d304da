"""The life of a run in the database: asked for, claimed, lost, given back, completed once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from audits.models import AuditRun, Repository
from audits.services import jobs, runs
from audits.services.runs import (
    cancel_run,
    claim_run,
    complete_run,
    fail_run,
    renew_lease,
    request_run,
    sweep_runs,
)
from audits.signals import run_finished
from diligence.models import Activity
from diligence.services.errors import Refused
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.cast import Cast, whole_cast


@pytest.fixture
def repository(cast: Cast) -> Repository:
    return a_repository(cast.deal, cast.analyst)


def claimed(repository: Repository) -> tuple[AuditRun, uuid.UUID]:
    run = request_run(actor=repository.added_by, repository=repository)
    holder = claim_run(run.pk)
    assert holder is not None
    return run, holder


def let_the_lease_run_out(run: AuditRun) -> None:
    AuditRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def state_of(run: AuditRun) -> str:
    run.refresh_from_db()
    return run.state


def test_a_second_run_in_flight_is_refused(cast: Cast, repository: Repository) -> None:
    run, holder = claimed(repository)
    with pytest.raises(Refused, match="is under way; wait for it or cancel it"):
        request_run(actor=cast.analyst, repository=repository)
    fail_run(run.pk, holder, "No.")
    request_run(actor=cast.analyst, repository=repository)
    other = a_repository(cast.deal, cast.analyst, name="other")
    request_run(actor=cast.analyst, repository=other)


def test_an_outsider_a_reviewer_and_the_founder_start_and_cancel_nothing(
    cast: Cast, repository: Repository
) -> None:
    run, _ = claimed(repository)
    for actor in (cast.outsider, cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            request_run(actor=actor, repository=repository)
        with pytest.raises(PermissionDenied):
            cancel_run(actor=actor, run=run)
    assert state_of(run) == "running"


def test_an_empty_revision_is_head_and_a_long_one_is_cut(
    cast: Cast, repository: Repository
) -> None:
    run = request_run(actor=cast.analyst, repository=repository, rev="  ")
    assert run.rev == "HEAD"
    cancel_run(actor=cast.analyst, run=run)
    assert len(request_run(actor=cast.analyst, repository=repository, rev="x" * 300).rev) == 200


def test_only_one_gets_the_lease(repository: Repository) -> None:
    run, holder = claimed(repository)
    assert claim_run(run.pk) is None
    assert claim_run(uuid.uuid4()) is None
    assert not renew_lease(run.pk, uuid.uuid4(), stage="x", done=1, total=2)
    assert renew_lease(run.pk, holder, stage="Reading files", done=1, total=4)
    run.refresh_from_db()
    assert (run.stage, run.percent, run.attempts) == ("Reading files", 25, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_gets_it(transactional_db: None) -> None:
    cast = whole_cast()
    run = request_run(actor=cast.analyst, repository=a_repository(cast.deal, cast.analyst))

    def claim(_: int) -> uuid.UUID | None:
        try:
            return claim_run(run.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        claims = list(threads.map(claim, range(4)))
    assert sum(1 for each in claims if each is not None) == 1
    run.refresh_from_db()
    assert run.attempts == 1


def test_a_report_is_stored_once(repository: Repository) -> None:
    run, holder = claimed(repository)
    report = a_report({"ci-present": "yes"}, findings=[a_finding()])
    assert complete_run(run.pk, holder, report)
    first = set(run.practices.values_list("pk", flat=True))
    assert not complete_run(run.pk, holder, report)
    assert not fail_run(run.pk, holder, "Too late.")
    assert set(run.practices.values_list("pk", flat=True)) == first
    assert run.findings.count() == 1
    assert Activity.objects.filter(verb="audit.finish").count() == 1
    run.refresh_from_db()
    assert (run.state, run.failure, run.files, run.lease_until) == ("succeeded", "", 12, None)


def test_a_holder_that_was_given_up_stores_nothing(repository: Repository) -> None:
    run, first = claimed(repository)
    let_the_lease_run_out(run)
    assert sweep_runs().queued == (run.pk,)
    second = claim_run(run.pk)
    assert second is not None
    assert not complete_run(run.pk, first, a_report())
    assert not renew_lease(run.pk, first, stage="x", done=0, total=0)
    assert not run.practices.exists()
    assert complete_run(run.pk, second, a_report())
    run.refresh_from_db()
    assert run.attempts == 2


def test_a_cancelled_run_stays_cancelled(cast: Cast, repository: Repository) -> None:
    run, holder = claimed(repository)
    cancel_run(actor=cast.analyst, run=run)
    assert not renew_lease(run.pk, holder, stage="x", done=0, total=0)
    assert not complete_run(run.pk, holder, a_report())
    assert (run.state, run.failure) == ("cancelled", "Cancelled by Ada Analyst.")
    assert not run.practices.exists()
    cancel_run(actor=cast.partner, run=run)
    run.refresh_from_db()
    assert run.failure == "Cancelled by Ada Analyst."
    assert Activity.objects.filter(verb="audit.cancel").count() == 1


def test_a_run_that_is_over_cannot_be_cancelled(cast: Cast, repository: Repository) -> None:
    run = a_finished_run(repository)
    assert cancel_run(actor=cast.analyst, run=run).state == "succeeded"


def test_a_sweep_leaves_alone_who_works(repository: Repository) -> None:
    run, _ = claimed(repository)
    assert sweep_runs().queued == ()
    assert state_of(run) == "running"


def test_a_sweep_gives_up_what_kills_its_workers(repository: Repository) -> None:
    run, _ = claimed(repository)
    AuditRun.objects.filter(pk=run.pk).update(attempts=AuditRun.MAX_ATTEMPTS)
    let_the_lease_run_out(run)
    assert sweep_runs() == jobs.Swept((), (run.pk,))
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.failure == (
        "The examination stopped without a word 3 times and was set aside; "
        "start it again, or hand in a smaller source."
    )
    assert run.finished_at is not None


def test_news_is_told_only_after_commit(
    repository: Repository, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[AuditRun] = []

    def listen(run: AuditRun, **_: object) -> None:
        heard.append(run)

    run_finished.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            run = a_finished_run(repository)
            assert heard == []
        assert heard == [run]
    finally:
        run_finished.disconnect(listen)


def test_names_that_postgresql_would_refuse_are_kept_readable(repository: Repository) -> None:
    odd = "mod\udce9l\0.py"
    report = a_report(
        {"ci-present": "yes"},
        findings=[a_finding(f"Key in {odd}", place=Place(odd, 1, "x\0\ud800"))],
        evidence={"ci-present": [Place(odd, 2, "\udcff")]},
        because={"ci-present": odd},
    )
    report["skipped"] = [{"path": odd, "reason": "not text"}]
    run = a_finished_run(repository, report)
    assert run.findings.get().path == "mod?l\N{REPLACEMENT CHARACTER}.py"
    assert run.skipped == [{"path": "mod?l\N{REPLACEMENT CHARACTER}.py", "reason": "not text"}]


def test_what_is_skipped_beyond_a_limit_is_counted(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "SKIPPED_KEPT", 2)
    report = a_report()
    report["skipped"] = [{"path": f"{n}.bin", "reason": "too large"} for n in range(1502)]
    run = a_finished_run(repository, report)
    assert [s["path"] for s in run.skipped] == ["0.bin", "1.bin", "\N{HORIZONTAL ELLIPSIS}"]
    assert run.skipped[-1]["reason"] == "and 1,500 more files"


def identity_of(repository: Repository, finding: dict[str, Any]) -> str:
    return a_finished_run(repository, a_report(findings=[finding])).findings.get().fingerprint


def test_the_identity_of_a_finding_survives_a_move_within_its_file(repository: Repository) -> None:
    first = a_finding(place=Place("a.py", 3, "KEY = 1"))
    moved = a_finding(place=Place("a.py", 99, "KEY = 1"), snippet="KEY  =  1")
    assert identity_of(repository, first) == identity_of(repository, moved)


@pytest.mark.parametrize(
    "other",
    [
        a_finding(place=Place("b.py", 3, "KEY = 1")),
        a_finding(place=Place("a.py", 3, "KEY = 2")),
        a_finding(place=Place("a.py", 3, "KEY = 1"), check="governance/pickles"),
    ],
)
def test_another_file_text_or_check_is_another_finding(
    repository: Repository, other: dict[str, Any]
) -> None:
    first = a_finding(place=Place("a.py", 3, "KEY = 1"))
    assert identity_of(repository, first) != identity_of(repository, other)


def test_a_name_that_turns_the_direction_of_writing_is_shown_as_it_is(
    repository: Repository,
) -> None:
    turned = Place("\u202egnp.exe", 1, "x = '\u2066admin\u2069'")
    run = a_finished_run(repository, a_report(findings=[a_finding("\u202eKey", place=turned)]))
    finding = run.findings.get()
    assert (finding.path, finding.title) == ("\\u202egnp.exe", "\\u202eKey")
    assert finding.evidence.get().text == "x = '\\u2066admin\\u2069'"
