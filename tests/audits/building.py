"""Repositories, reports and finished runs for tests, made through the services."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audits.engine.registry import catalogue
from audits.engine.report import AuditReport
from audits.models import AuditRun, Repository
from audits.services.collected import invite_collection
from audits.services.collection import key_of_invitation, packed
from audits.services.repositories import add_repository_file
from audits.services.runs import claim_run, complete_run, request_run
from diligence.models import Deal, User
from diligence.services.evidence import Upload, add_evidence
from tests.audits.literal import REPORT
from tests.make import Files, make_bundle, make_repo

COMMIT = "c0ffee" + "0" * 34


def a_bundle(deal: Deal, by: User, folder: Path, files: Files) -> Repository:
    """A real git bundle of these files, handed in and taken as a repository."""
    folder.mkdir(parents=True, exist_ok=True)
    bundle = make_bundle(make_repo(folder, files), folder / "repository.bundle")
    upload = Upload("repository.bundle", [bundle.read_bytes()])
    item = add_evidence(actor=by, deal=deal, upload=upload)
    return add_repository_file(actor=by, deal=deal, item=item, name="vision")


def a_repository(deal: Deal, by: User, *, name: str = "vision") -> Repository:
    """A repository whose bytes nobody will look at."""
    item = add_evidence(actor=by, deal=deal, upload=Upload(f"{name}.zip", [name.encode()]))
    return add_repository_file(actor=by, deal=deal, item=item, name=name)


@dataclass(frozen=True)
class Place:
    """A cited place with the lines around it."""

    path: str
    line: int
    text: str = ""
    first_line: int = 1

    def document(self) -> dict[str, Any]:
        """As the examination prints it."""
        excerpt = {"first_line": self.first_line, "text": self.text}
        return {"path": self.path, "line": self.line, "note": "", "excerpt": excerpt}


def a_finding(
    title: str = "AWS key in the code",
    *,
    check: str = "governance/secrets-committed",
    severity: str = "high",
    place: Place | None = None,
    snippet: str = "",
) -> dict[str, Any]:
    """A finding as the examination prints it."""
    place = place or Place("settings.py", 3, "KEY = '…'", 3)
    return {
        **place.document(), "check": check, "severity": severity, "title": title,
        "fix": "Revoke it, then take it out.", "snippet": snippet or place.text,
    }  # fmt: skip


def a_report(
    verdicts: Mapping[str, str] | None = None,
    *,
    findings: Sequence[Mapping[str, Any]] = (),
    evidence: Mapping[str, Sequence[Place]] | None = None,
    because: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What an examination prints: every practice of the catalogue, unknown unless named."""
    given, places, words = verdicts or {}, evidence or {}, because or {}
    lenses = {check.practice: check.lens.value for check in catalogue()} | {
        name: "governance" for name in given if name not in {c.practice for c in catalogue()}
    }
    practices = [
        {
            "id": name, "lens": lens, "verdict": given.get(name, "unknown"), "grade": "E2",
            "value": None, "because": words.get(name, f"{name} was looked for."),
            "evidence": [place.document() for place in places.get(name, ())],
        }
        for name, lens in lenses.items()
    ]  # fmt: skip
    source = {"commit": COMMIT, "committed_at": "2026-05-01T10:00:00+00:00", "files": 12}
    return {
        "source": {**source, "location": "x", "bytes": 3456},
        "practices": practices, "findings": [dict(f) for f in findings],
        "skipped": [{"path": "weights.bin", "reason": "too large"}], "timings": {"read": 1.0},
        "engine": "1",
    }  # fmt: skip


def a_finished_run(repository: Repository, report: Mapping[str, Any] | None = None) -> AuditRun:
    """A run that a worker carried out with this outcome."""
    run = request_run(actor=repository.added_by, repository=repository)
    holder = claim_run(run.pk)
    assert holder is not None
    assert complete_run(run.pk, holder, report or a_report())
    run.refresh_from_db()
    return run


def a_collection(
    report: AuditReport = REPORT, *, invited_by: User | None = None, deal: Deal | None = None
) -> bytes:
    """What the founder's collector writes, with the deal's invitation if someone gave it out."""
    key = Ed25519PrivateKey.generate()
    if invited_by is not None and deal is not None:
        key = key_of_invitation(invite_collection(actor=invited_by, deal=deal))
    return packed(report, version="0.1.0", key=key, moment=datetime(2026, 11, 20, tzinfo=UTC))


def a_sarif(*results: Mapping[str, Any], tool: str = "Semgrep", **driver: Any) -> bytes:
    """SARIF as another tool writes it."""
    run = {"tool": {"driver": {"name": tool, **driver}}, "results": list(results)}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def a_result(text: str = "Injection", *, level: str = "error", **more: Any) -> dict[str, Any]:
    """A result of another tool."""
    place = {"artifactLocation": {"uri": "src/app.py"}, "region": {"startLine": 12}}
    return {
        "ruleId": "sql-injection", "level": level, "message": {"text": text},
        "locations": [{"physicalLocation": place}], **more,
    }  # fmt: skip
