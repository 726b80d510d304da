"""Other tools' findings stand beside ours, under their names, and propose nothing."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from audits.models import AuditRun
from audits.selectors.runs import imported_runs, latest_run, latest_runs, previous_run
from audits.services import imported
from audits.services.imported import import_findings
from diligence.models import Origin
from diligence.services.errors import Refused
from diligence.services.evidence import Upload
from tests.audits.building import (
    a_finished_run,
    a_report,
    a_repository,
    a_result,
    a_sarif,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def take(cast: Cast, data: bytes, **more: object) -> tuple[AuditRun, ...]:
    upload = Upload("scan.sarif", [data])
    # The keywords differ from case to case.
    return import_findings(actor=cast.analyst, deal=cast.deal, upload=upload, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cannot be read as JSON"),
        (b"\xff\xfe", "cannot be read as JSON"),
        (b"<xml/>", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[" + b"1," * 2_100_000 + b"1]", "too many values"),
        (b"{}", "neither SARIF 2.1.0 nor CycloneDX"),
        (b"[]", "neither SARIF"),
        (b'{"version": "2.0.0", "runs": []}', "neither SARIF"),
        (b'{"version": "2.1.0", "runs": []}', "no run of any tool"),
        (b'{"spdxVersion": "SPDX-2.3"}', "neither SARIF"),
    ],
)
def test_what_is_none_of_the_formats_is_refused_in_a_sentence(
    cast: Cast, data: bytes, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        take(cast, data)
    assert str(refusal.value).count("\n") == 0
    assert not cast.deal.audit_runs.exists()
    assert not cast.deal.evidence.filter(origin=Origin.THIRD_PARTY).exists()


def test_a_file_over_the_limit_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imported, "LARGEST", 10)
    with pytest.raises(Refused, match="larger than"):
        take(cast, a_sarif(a_result()))


def test_a_reviewer_brings_nothing_in(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        import_findings(
            actor=cast.reviewer, deal=cast.deal, upload=Upload("x", [a_sarif(a_result())])
        )


def test_a_repository_of_another_deal_is_refused(cast: Cast) -> None:
    other = a_repository(cast.other_deal, cast.outsider)
    with pytest.raises(Refused, match="another deal"):
        take(cast, a_sarif(a_result()), repository=other)


def test_findings_come_in_under_the_name_of_their_tool(cast: Cast) -> None:
    (run,) = take(cast, a_sarif(a_result(), a_result("Weak hash", level="note")))
    assert (run.origin, run.tool, run.state) == ("imported", "Semgrep", "succeeded")
    assert [(f.check_id, f.severity, f.title, f.path, f.line) for f in run.findings.all()] == [
        ("sql-injection", "high", "Injection", "src/app.py", 12),
        ("sql-injection", "low", "Weak hash", "src/app.py", 12),
    ]
    assert run.repository.name == "scan.sarif"
    assert run.repository.evidence is not None
    assert run.repository.evidence.origin == Origin.THIRD_PARTY
    with pytest.raises(Refused, match="already in"):
        take(cast, a_sarif(a_result(), a_result("Weak hash", level="note")))


def test_ours_stays_the_newest_with_verdicts(cast: Cast) -> None:
    repository = a_repository(cast.deal, cast.analyst)
    ours = a_finished_run(repository, a_report({"ci-present": "yes"}))
    (theirs,) = take(cast, a_sarif(a_result()), repository=repository)
    assert theirs.repository == repository
    assert latest_run(cast.deal) == ours
    assert latest_runs(cast.deal) == (ours,)
    assert imported_runs(cast.deal) == (theirs,)
    assert previous_run(theirs) is None


def test_each_tool_of_a_file_has_a_run_and_is_compared_with_its_own(cast: Cast) -> None:
    repository = a_repository(cast.deal, cast.analyst)
    a_finished_run(repository)
    both = {
        "version": "2.1.0",
        "runs": json.loads(a_sarif(a_result()))["runs"]
        + json.loads(a_sarif(a_result(), tool="CodeQL"))["runs"],
    }
    runs = take(cast, json.dumps(both).encode(), repository=repository)
    assert [r.tool for r in runs] == ["Semgrep", "CodeQL"]
    (again,) = take(cast, a_sarif(a_result("Injection", level="note")), repository=repository)
    assert previous_run(again) == runs[0]
    assert again.findings.get().fingerprint == runs[0].findings.get().fingerprint
    assert {r.tool for r in imported_runs(cast.deal)} == {"Semgrep", "CodeQL"}


def test_text_that_a_database_cannot_hold_is_taken_all_the_same(cast: Cast) -> None:
    (run,) = take(cast, a_sarif(a_result("nul \x00 half \ud800")))
    assert run.findings.count() == 1
