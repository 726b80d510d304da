"""A report as JSON documents: the one that contracts fix, and the one that the worker stores."""

import json
import re
import unicodedata
from typing import Any

from msgspec.structs import asdict

from audits.engine.inventory import Inventory
from audits.engine.report import (
    ENGINE_VERSION,
    Artifact,
    AuditReport,
    Excerpt,
    PracticeResult,
)
from audits.engine.types import Evidence, Finding

MOST_MODELS = 500
"""Named models and weights that are stored with a run."""

MOST_PACKAGES = 2_000
"""Packages for practices that are stored with a run: as many as no tree declares."""

SCHEMA = "proofroom/audit/1"
Json = dict[str, Any]
_STEERING = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
"""Categories of characters that steer a terminal, turn the direction round or cannot be seen."""
_RAW = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def contract(report: AuditReport, scores: Json | None = None) -> Json:
    """The published form, without a line of source."""
    return {
        "schema": SCHEMA,
        "source": _source(report),
        "practices": [_practice(p) for p in report.practices],
        "findings": [_finding(f) for f in report.findings],
        "artifacts": [_artifact(a) for a in report.artifacts],
        "claims": [
            {
                "id": c.id,
                "verdict": c.verdict.value,
                "claimed": c.claimed,
                "measured": c.measured,
                "interval": list(c.interval) if c.interval else None,
                "because": c.because,
                "evidence": [_place(e) for e in c.evidence],
            }
            for c in report.claims
        ],
        "scores": scores,
        "skipped": [{"path": s.path, "reason": s.reason} for s in report.skipped],
        "timings": {name: round(seconds, 3) for name, seconds in report.timings},
    }


def stored(report: AuditReport) -> Json:
    """The published form and, for pages that outlive the source, the cited lines."""
    document = contract(report)
    document["engine"] = ENGINE_VERSION
    for entry, practice in zip(document["practices"], report.practices, strict=True):
        entry["seen"] = practice.seen
        for place, evidence in zip(entry["evidence"], practice.evidence, strict=True):
            place["excerpt"] = _excerpt(report.excerpts.get((evidence.path, evidence.line)))
    for entry, finding in zip(document["findings"], report.findings, strict=True):
        entry["snippet"] = finding.snippet
        entry["excerpt"] = _excerpt(report.excerpts.get((finding.path, finding.line)))
    document["models"] = _models(report.inventory)
    return document


def _models(inventory: Inventory) -> Json:
    """The part of the inventory that claims are held against: names, bases, weights, packages.

    Whoever stores a report narrows its packages to those that a claim can turn on.
    """
    return {
        "name": inventory.name,
        "packages": [
            [p.ecosystem, p.name, p.version, p.path, p.line]
            for p in inventory.packages[:MOST_PACKAGES]
        ],
        "hosted": [asdict(model) for model in inventory.hosted[:MOST_MODELS]],
        "models": [asdict(model) for model in inventory.models[:MOST_MODELS]],
        "weights": [asdict(weights) for weights in inventory.weights[:MOST_MODELS]],
    }


def dumped(document: Json) -> str:
    """The same text for the same document."""
    text = printable(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False))
    return _RAW.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def printable(text: str) -> str:
    """Halves of surrogate pairs, which foreign JSON may hold, replaced: they cannot be encoded."""
    return text.encode("utf-8", "replace").decode()


def harmless(text: str) -> str:
    """Foreign text as it may stand in a terminal; its line breaks stay."""
    if text.isprintable():
        return text
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in _STEERING else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def shown(text: str) -> str:
    """Foreign text without the characters that steer a terminal or turn its direction round."""
    return harmless(" ".join(text.split()))


def _artifact(artifact: Artifact) -> Json:
    return {
        "path": artifact.path,
        "kind": artifact.kind,
        "sha256": artifact.sha256,
        "bytes": artifact.bytes,
        "facts": artifact.facts.document() if artifact.facts else {},
        "columns": {
            part: named if isinstance(named, str) else list(named)
            for part, named in artifact.columns.items()
        },
        "confidence": artifact.confidence,
        "problem": artifact.problem,
    }


def _source(report: AuditReport) -> Json:
    source = report.source
    return {
        "location": source.location,
        "commit": source.commit,
        "committed_at": source.committed_at,
        "files": source.files,
        "bytes": source.bytes,
    }


def _practice(result: PracticeResult) -> Json:
    return {
        "id": result.id,
        "lens": result.lens.value,
        "verdict": result.verdict.value,
        "grade": result.grade.value,
        "value": result.value,
        "because": result.because,
        "evidence": [_place(e) for e in result.evidence],
    }


def _place(evidence: Evidence) -> Json:
    return {"path": evidence.path, "line": evidence.line, "note": evidence.note}


def _finding(finding: Finding) -> Json:
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "title": finding.title,
        "path": finding.path,
        "line": finding.line,
        "fix": finding.fix,
    }


def _excerpt(excerpt: Excerpt | None) -> Json:
    if excerpt is None:
        return {"first_line": 1, "text": ""}
    return {"first_line": excerpt.first_line, "text": excerpt.text}
