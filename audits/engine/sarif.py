"""The findings as SARIF 2.1.0, for viewers and for the code scanning of a forge.

A rule is a check that found something, with its page as help; a result is a finding with its place
and the identity that survives an unrelated edit. No line of the source is in it.
"""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from audits.engine.documents import harmless
from audits.engine.registry import catalogue
from audits.engine.report import AuditReport, fingerprint
from audits.engine.types import Check, Finding, Lens, Severity, Skipped

VERSION = "2.1.0"
SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {
    Severity.CRITICAL: ("error", "9.5"),
    Severity.HIGH: ("error", "8.0"),
    Severity.MEDIUM: ("warning", "5.5"),
    Severity.LOW: ("note", "3.0"),
    Severity.INFO: ("note", "0.0"),
}
"""SARIF's level, and the score from which forges tell critical, high, medium and low apart."""

PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
FINGERPRINT = "proofroom/v1"
WHOLE = "("
"""How the path of something that is no single file begins."""

_MEANING = re.compile(r"[\[\]\\]")

Json = dict[str, Any]


def sarif(report: AuditReport, version: str) -> Json:
    """One run with a rule per check that found something."""
    checks = sorted({f.check for f in report.findings})
    index = {check: number for number, check in enumerate(checks)}
    return {
        "$schema": SCHEMA_URI,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": _driver(report, checks, version)},
                "automationDetails": {"id": "proofroom/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The examined tree"}}},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [_notice(s) for s in report.skipped],
                    }
                ],
                "properties": {"commit": report.source.commit},
                "results": [_result(f, index[f.check]) for f in report.findings],
                **_provenance(report),
            }
        ],
    }


def _driver(report: AuditReport, checks: list[str], version: str) -> Json:
    pages = {c.id: c for c in catalogue()}
    titles = {p.check: p.title for p in report.practices}
    worst = {
        check: min((f.severity for f in report.findings if f.check == check), key=lambda s: s.rank)
        for check in checks
    }
    return {
        "name": "Proofroom",
        "version": version,
        "semanticVersion": version,
        "rules": [_rule(c, worst[c], titles.get(c, c), pages.get(c)) for c in checks],
    }


def _rule(check: str, worst: Severity, title: str, page: Check | None) -> Json:
    level, score = LEVELS[worst]
    lens, _, practice = check.partition("/")
    security = ["security"] if lens == Lens.GOVERNANCE else []
    rule = {
        "id": check,
        "name": practice.title().replace("-", ""),
        "shortDescription": {"text": page.title if page else title},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": [lens, *security],
            "security-severity": score,
            "problem.severity": PROBLEMS[level],
        },
    }
    return {**rule, **_help(page)} if page else rule


def _help(page: Check) -> Json:
    """The check's page: its first paragraph, and all of it as text and as Markdown."""
    paragraphs = [" ".join(p.split()) for p in page.doc.strip().split("\n\n")]
    full = paragraphs[1] if len(paragraphs) > 1 else paragraphs[0]
    return {
        "fullDescription": {"text": full},
        "help": {
            "text": "\n\n".join(paragraphs),
            "markdown": "\n\n".join([f"**{paragraphs[0]}**", *map(_emphasised, paragraphs[1:])]),
        },
    }


def _emphasised(paragraph: str) -> str:
    """A paragraph of a page, the words that introduce it in bold."""
    head, colon, rest = paragraph.partition(":")
    return f"**{head}:**{rest}" if colon and len(head) <= 60 else paragraph


def _result(finding: Finding, rule: int) -> Json:
    return {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity][0],
        "message": {"text": _literal(f"{finding.title.rstrip('.')}. {finding.fix}".strip())},
        "locations": [_location(finding.path, finding.line)],
        "partialFingerprints": {FINGERPRINT: fingerprint(finding)},
        "properties": {"severity": finding.severity.value},
    }


def _literal(text: str) -> str:
    """Text that a viewer shows as it is (SARIF 2.1.0, 3.11.5 and 3.11.6).

    `{0}` would be a place for an argument, and `[text](1)` a link.
    """
    return _MEANING.sub(r"\\\g<0>", harmless(text)).replace("{", "{{").replace("}", "}}")


def _location(path: str, line: int = 0) -> Json:
    place: Json = {"artifactLocation": {"uri": uri_of(path), "uriBaseId": "SRCROOT"}}
    if line:
        place["region"] = {"startLine": max(1, line)}
    return {"physicalLocation": place}


def uri_of(path: str) -> str:
    """A repository path as a relative reference; what cannot be encoded stands as a mark."""
    return quote(path.encode("utf-8", "replace"), safe="/")


def _notice(skipped: Skipped) -> Json:
    notice: Json = {
        "level": "note",
        "message": {"text": _literal(f"Skipped {skipped.path}: {skipped.reason}")},
    }
    if not skipped.path.startswith((WHOLE, "…")):
        notice["locations"] = [_location(skipped.path)]
    return notice


def _provenance(report: AuditReport) -> Json:
    """Where the code came from, if it is a public address: neither a folder nor with a password."""
    parts = urlsplit(report.source.location)
    if parts.scheme != "https" or not report.source.commit or "@" in parts.netloc:
        return {}
    origin = {"repositoryUri": report.source.location, "revisionId": report.source.commit}
    return {"versionControlProvenance": [origin]}
