"""SARIF and CycloneDX of other tools: what counts, and that malformed files do no harm."""

import json
from typing import Any

import pytest

from audits.artifacts.sarif import is_sarif, path_of, sarif_reports
from audits.artifacts.sbom import cyclonedx_report, is_cyclonedx
from audits.engine.cyclonedx import cyclonedx
from audits.engine.sarif import sarif
from audits.engine.types import Severity
from audits.facts.foreign import ForeignFinding
from tests.audits.building import a_result, a_sarif
from tests.audits.literal import KEY, PICKLE, REPORT


def found(*results: Any, **driver: Any) -> tuple[ForeignFinding, ...]:
    (report,) = sarif_reports(json.loads(a_sarif(*results, **driver)))
    return report.findings


@pytest.mark.parametrize(
    "result",
    [
        a_result(kind="pass"),
        a_result(kind="notApplicable"),
        a_result(suppressions=[{"kind": "inSource"}]),
        {},
        7,
    ],
)
def test_what_passed_or_was_settled_is_no_finding(result: Any) -> None:
    assert found(result) == ()


def test_a_rejected_suppression_settles_nothing() -> None:
    assert len(found(a_result(suppressions=[{"status": "rejected"}]))) == 1


def test_a_result_with_its_rule() -> None:
    rule = {
        "id": "sql-injection", "shortDescription": {"text": "SQL"}, "help": {"text": "Bind it."},
        "properties": {"security-severity": "9.8"},
    }  # fmt: skip
    (finding,) = found(a_result(), rules=[rule])
    assert finding == ForeignFinding(
        "sql-injection", Severity.CRITICAL, "Injection", "src/app.py", 12, "Bind it."
    )


def test_a_rule_by_index_and_a_sentence_with_places() -> None:
    rule = {
        "id": "r1", "messageStrings": {"default": {"text": "{0} of {1} and {7}"}},
        "defaultConfiguration": {"level": "note"},
    }  # fmt: skip
    result = {"ruleIndex": 0, "message": {"id": "default", "arguments": ["one", "two"]}}
    (finding,) = found(result, rules=[rule])
    assert (finding.title, finding.severity) == ("one of two and {7}", Severity.LOW)
    assert (finding.path, finding.line) == ("", 1)


@pytest.mark.parametrize(
    ("level", "severity"),
    [("error", "high"), ("warning", "medium"), ("note", "low"), ("none", "info"), ("?", "medium")],
)
def test_levels_become_severities(level: str, severity: str) -> None:
    assert found(a_result(level=level))[0].severity == severity


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/app.py", "src/app.py"),
        ("file:///home/ci/app.py", "home/ci/app.py"),
        ("../../etc/passwd", "etc/passwd"),
        ("a%20b.py", "a b.py"),
        ("C:\\x\\y.py", "C:/x/y.py"),
        ("a\x00\nb", "a__b"),
        ("x" * 3_000, ""),
        ("http://[bad", ""),
    ],
)
def test_a_path_stays_within_the_repository(uri: str, path: str) -> None:
    assert path_of(uri) == path


def test_keys_that_a_scanner_quotes_are_blotted() -> None:
    key = "wJalrXUtnFEMI" + "K7MDENGbPxRfiCYzEXAMPLEKEY9zz" + "Q7"
    (finding,) = found(a_result(f"Secret {key} found"))
    assert key not in finding.title
    assert finding.title.startswith("Secret •")


def test_what_we_write_comes_back() -> None:
    (report,) = sarif_reports(sarif(REPORT, "0.1.0"))
    assert report.tool == "Proofroom"
    assert [(f.rule, f.severity, f.path, f.line) for f in report.findings] == [
        (f.check, f.severity, f.path, f.line) for f in (KEY, PICKLE)
    ]


def test_too_many_findings_are_cut_and_counted() -> None:
    (report,) = sarif_reports(json.loads(a_sarif(*[a_result()] * 5_003)))
    assert (len(report.findings), report.more) == (5_000, 3)


ODD: tuple[Any, ...] = (None, 3, "x", [], {}, [[]], [{"a": 1}], {"text": 3}, -1, 1e99, True)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "key", ["tool", "results", "artifacts", "versionControlProvenance", "invocations"]
)
def test_a_malformed_run_is_passed_over(key: str, odd: Any) -> None:
    sarif_reports({"version": "2.1.0", "runs": [{key: odd}, odd]})


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "key",
    ["ruleId", "ruleIndex", "rule", "message", "locations", "level", "kind", "suppressions",
     "fingerprints", "partialFingerprints", "properties"],
)  # fmt: skip
def test_a_malformed_result_is_still_a_finding_or_none(key: str, odd: Any) -> None:
    assert len(found(a_result(**{key: odd}))) <= 1


BOM: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "metadata": {"tools": {"components": [{"name": "Trivy", "version": "0.50"}]}},
    "components": [
        {"type": "library", "bom-ref": "a", "name": "left-pad", "version": "1.0",
         "components": [{"type": "library", "name": "inner"}]},
        {"type": "machine-learning-model", "name": "llama", "group": "meta",
         "licenses": [{"license": {"name": "llama3"}}]},
    ],
    "vulnerabilities": [
        {"id": "CVE-1", "ratings": [{"severity": "low"}, {"severity": "high"}],
         "description": "Bad.", "recommendation": "Update.", "affects": [{"ref": "a"}]},
        {"id": "CVE-2", "analysis": {"state": "false_positive"}, "affects": [{"ref": "a"}]},
    ],
}  # fmt: skip


def test_a_bill_gives_its_vulnerabilities_and_models() -> None:
    report = cyclonedx_report(BOM)
    assert (report.tool, report.version) == ("Trivy", "0.50")
    assert [(f.severity, f.title) for f in report.findings] == [
        ("high", "CVE-1 in left-pad 1.0: Bad."),
        ("info", "The bill names the model meta/llama, licence llama3"),
        ("info", "A bill of materials with 3 components"),
    ]


def test_our_own_bill_comes_back() -> None:
    assert cyclonedx_report(cyclonedx(REPORT, "0.1.0")).tool == "Proofroom"


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("key", ["metadata", "components", "vulnerabilities"])
def test_a_malformed_bill_is_passed_over(key: str, odd: Any) -> None:
    cyclonedx_report({**BOM, key: odd})


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("key", ["id", "ratings", "affects", "analysis", "description"])
def test_a_malformed_vulnerability_is_passed_over(key: str, odd: Any) -> None:
    broken = {**BOM["vulnerabilities"][0], key: odd}
    cyclonedx_report({**BOM, "vulnerabilities": [broken, odd]})


def test_formats_are_told_apart() -> None:
    assert not is_sarif(BOM)
    assert is_cyclonedx(BOM)
    assert is_sarif(json.loads(a_sarif()))
    assert not is_cyclonedx([])
    assert not is_sarif({"version": "2.1.0"})
