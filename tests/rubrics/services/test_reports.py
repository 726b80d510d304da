"""Reports: numbered, frozen with a hash that can be checked, drawn once."""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from diligence.models import Activity, Deal, User
from diligence.services.errors import Refused
from rubrics.models import Assessment, Report
from rubrics.reports.pdf import report_sheet
from rubrics.reports.printing import print_sheet
from rubrics.reports.short_forms import sheet_of
from rubrics.reports.workbook import report_workbook
from rubrics.services.drawing import MAX_ATTEMPTS, Drawn
from rubrics.services.reports import (
    canonical_json,
    draw_report,
    issue_report,
    order_copy,
    record_report_download,
    sweep_reports,
)
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.cast import Cast, answer_all, whole_cast
from tests.rubrics.building import a_scorecard, an_assessment

Data = Mapping[str, Any]


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


def pen(pdf: bytes = b"%PDF-drawn") -> Callable[[Data], Drawn]:
    return lambda _: Drawn(pdf, 3)


def issued(cast: Cast) -> Report:
    return issue_report(actor=cast.analyst, deal=cast.deal)


def let_the_lease_run_out(report: Report) -> None:
    late = timezone.now() - timedelta(seconds=1)
    Report.objects.filter(pk=report.pk).update(lease_until=late)


def files_of(settings: Settings) -> list[Path]:
    return sorted((Path(settings.MEDIA_ROOT) / "reports").glob("*"))


def test_without_an_assessment_there_is_nothing_to_report(cast: Cast) -> None:
    with pytest.raises(Refused, match="open the assessment and score it first"):
        issued(cast)


def test_outsiders_reviewers_and_founders_issue_nothing(cast: Cast, assessment: Assessment) -> None:
    for actor in (cast.outsider, cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            issue_report(actor=actor, deal=cast.deal)
    assert not Report.objects.exists()


def test_numbers_count_up_per_deal_and_over_the_firm(cast: Cast, assessment: Assessment) -> None:
    other = an_assessment(cast.other_deal).deal
    numbers = [issued(cast).number, issued(cast).number]
    last = issue_report(actor=cast.outsider, deal=other)
    assert [*numbers, last.number] == [1, 2, 1]
    assert (last.serial, last.mark, last.data["mark"]) == (3, "PR-00003", "PR-00003")


def test_signs_that_no_file_can_hold_are_not_frozen_and_every_file_can_be_made(
    cast: Cast, assessment: Assessment
) -> None:
    cast.deal.startup.name = "North\x01wind\ufffe"
    cast.deal.startup.save()
    a_scorecard(assessment, cast.reviewer, level=1, locked=True, why="Seen\x0b\x1bthere.")
    report = issued(cast)
    assert report.data["deal"]["startup"] == "North wind "
    assert report.data["lenses"][0]["criteria"][0]["rationale"] == "Seen  there."
    book = openpyxl.load_workbook(io.BytesIO(report_workbook(report.data)))
    assert book.properties.title == "North wind  · report 1"
    copy = order_copy(actor=cast.analyst, report=report, form="copy", reader="Eve\x01 Reader")
    assert copy.reader == "Eve Reader"
    for sheet in (report_sheet(report.data), sheet_of("copy", report.data, copy.reader)):
        assert print_sheet(sheet).pages > 1


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_once_get_two_numbers(transactional_db: None) -> None:
    cast = whole_cast()
    an_assessment(cast.deal)

    def issue(actor: User) -> int:
        try:
            return issue_report(actor=actor, deal=Deal.objects.get(pk=cast.deal.pk)).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        numbers = list(threads.map(issue, [cast.analyst, cast.partner, cast.analyst, cast.admin]))
    assert sorted(numbers) == [1, 2, 3, 4]
    assert sorted(Report.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]


def test_the_hash_of_the_stored_data_can_be_checked(cast: Cast, assessment: Assessment) -> None:
    odd = a_finding("Schlüssel „übrig“ \U0001f511 …", place=Place("a\nb.py", 3, "x"))
    verdicts = {"ci-present": "yes", "secrets-committed": "yes"}
    a_finished_run(a_repository(cast.deal, cast.analyst), a_report(verdicts, findings=[odd]))
    answer_all(cast.questionnaire, by=cast.founder)
    a_scorecard(assessment, cast.reviewer, levels={"drift-detection": None}, locked=True)
    report = Report.objects.get(pk=issued(cast).pk)
    assert hashlib.sha256(canonical_json(report.data)).hexdigest() == report.data_sha256
    again = json.loads(canonical_json(report.data))
    assert canonical_json(again) == canonical_json(report.data)


def test_what_was_issued_never_changes(cast: Cast, assessment: Assessment) -> None:
    first = issued(cast)
    a_scorecard(assessment, cast.reviewer, locked=True)
    Deal.objects.filter(pk=cast.deal.pk).update(name="Renamed", thesis="Another one.")
    cast.deal.refresh_from_db()
    second = issued(cast)
    first.refresh_from_db()
    assert hashlib.sha256(canonical_json(first.data)).hexdigest() == first.data_sha256
    assert (first.data["deal"]["name"], second.data["deal"]["name"]) == ("Seed 2026", "Renamed")
    assert not first.data["assessment"]["final"]
    assert second.data["assessment"]["final"]


def test_a_report_is_drawn_from_its_frozen_data_once(
    cast: Cast, assessment: Assessment, settings: Settings
) -> None:
    report, seen = issued(cast), []

    def draw(data: Data) -> Drawn:
        seen.append(data)
        return Drawn(b"%PDF-drawn", 7)

    draw_report(report.pk, draw)
    draw_report(report.pk, draw)
    report.refresh_from_db()
    assert seen == [report.data]
    assert (report.state, report.pages, report.attempts) == ("ready", 7, 1)
    (file,) = files_of(settings)
    assert file.read_bytes() == b"%PDF-drawn"
    assert report.pdf_sha256 == hashlib.sha256(b"%PDF-drawn").hexdigest()
    assert report.pdf_size == len(b"%PDF-drawn")


def test_a_report_that_cannot_be_drawn_says_so(cast: Cast, assessment: Assessment) -> None:
    report = issued(cast)

    def break_off(_: Data) -> Drawn:
        raise MemoryError

    with pytest.raises(MemoryError):
        draw_report(report.pk, break_off)
    report.refresh_from_db()
    assert (report.state, report.pdf_path) == ("failed", "")
    assert report.failure == "The PDF could not be drawn (MemoryError); issue it again."
    assert sweep_reports() == []


def test_a_holder_that_was_given_up_stores_nothing(
    cast: Cast, assessment: Assessment, settings: Settings
) -> None:
    report = issued(cast)

    def draw_slowly(_: Data) -> Drawn:
        let_the_lease_run_out(report)
        assert sweep_reports() == [report.pk]
        draw_report(report.pk, pen(b"%PDF-second"))
        return Drawn(b"%PDF-first", 1)

    draw_report(report.pk, draw_slowly)
    report.refresh_from_db()
    assert (report.state, report.attempts) == ("ready", 2)
    (file,) = files_of(settings)
    assert file.read_bytes() == b"%PDF-second"
    assert report.pdf_sha256 == hashlib.sha256(b"%PDF-second").hexdigest()
    assert Path(settings.MEDIA_ROOT) / report.pdf_path == file


def test_a_failure_of_who_was_given_up_fails_nothing(cast: Cast, assessment: Assessment) -> None:
    report = issued(cast)

    def fail_late(_: Data) -> Drawn:
        let_the_lease_run_out(report)
        sweep_reports()
        draw_report(report.pk, pen())
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        draw_report(report.pk, fail_late)
    report.refresh_from_db()
    assert (report.state, report.failure) == ("ready", "")


def test_the_sweep_leaves_alone_who_draws_and_gives_up_in_the_end(
    cast: Cast, assessment: Assessment
) -> None:
    report = issued(cast)
    assert sweep_reports() == [report.pk]
    running = Report.objects.filter(pk=report.pk)
    later = timezone.now() + timedelta(minutes=5)
    running.update(state="running", attempts=MAX_ATTEMPTS, lease_until=later)
    assert sweep_reports() == []
    assert running.get().state == "running"
    let_the_lease_run_out(report)
    assert sweep_reports() == []
    report.refresh_from_db()
    assert (report.state, report.failure) == (
        "failed",
        "The PDF could not be drawn in three attempts; issue it again.",
    )


def test_every_download_leaves_a_line(cast: Cast, assessment: Assessment) -> None:
    report = issued(cast)
    record_report_download(actor=cast.partner, report=report)
    line = Activity.objects.get(verb="report.download")
    assert (line.actor, line.text, line.in_room) == (cast.partner, "downloaded report 1", False)
