"""The findings as SARIF 2.1.0, for viewers and for the code scanning of a forge."""

from typing import Any
from urllib.parse import quote

from audits.engine.report import AuditReport, PracticeResult, fingerprint
from audits.engine.types import Finding, Severity

VERSION = "2.1.0"
SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {
    Severity.CRITICAL: ("error", "9.5"),
    Severity.HIGH: ("error", "8.0"),
    Severity.MEDIUM: ("warning", "5.5"),
    Severity.LOW: ("note", "3.0"),
    Severity.INFO: ("note", "0.0"),
}
Json = dict[str, Any]


def sarif(report: AuditReport, version: str) -> Json:
    """One run with a rule per check that found something."""
    checks = sorted({f.check for f in report.findings})
    pages = {p.check: p for p in report.practices}
    index = {check: number for number, check in enumerate(checks)}
    return {
        "$schema": SCHEMA_URI,
        "version": VERSION,
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Proofroom",
                        "semanticVersion": version,
                        "rules": [_rule(check, pages.get(check), report) for check in checks],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The examined tree"}}},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": f"Skipped {s.path}: {s.reason}"}}
                            for s in report.skipped
                        ],
                    }
                ],
                "properties": {"commit": report.source.commit},
                "results": [_result(f, index[f.check]) for f in report.findings],
            }
        ],
    }


def _rule(check: str, page: PracticeResult | None, report: AuditReport) -> Json:
    worst = min((f.severity for f in report.findings if f.check == check), key=lambda s: s.rank)
    level, score = LEVELS[worst]
    title = page.title if page else check
    return {
        "id": check,
        "name": check.partition("/")[2].title().replace("-", ""),
        "shortDescription": {"text": title},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": [check.partition("/")[0]], "security-severity": score},
    }


def _result(finding: Finding, rule: int) -> Json:
    return {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity][0],
        "message": {"text": f"{finding.title}. {finding.fix}".strip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.path), "uriBaseId": "SRCROOT"},
                    "region": {"startLine": max(1, finding.line)},
                }
            }
        ],
        "partialFingerprints": {"proofroom/v1": fingerprint(finding)},
    }
