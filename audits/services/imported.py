"""Takes in what other tools found, as SARIF or CycloneDX, beside our own runs and never as ours.

An imported run has findings and no verdicts: it proposes no score. It says whose tool it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.artifacts.sarif import is_sarif, sarif_reports
from audits.artifacts.sbom import cyclonedx_report, is_cyclonedx
from audits.collectors.collecting import Unreadable
from audits.collectors.parsing import json_of
from audits.facts.foreign import ForeignFinding, ForeignReport
from audits.models import AuditRun, Repository
from audits.services.runs import store_report, without_nul
from diligence.models import Deal, EvidenceItem, Origin, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.evidence import Upload, add_evidence, safe_filename

LARGEST = 32 * 1024 * 1024
TOO_LARGE = f"The file is larger than {LARGEST // 1024**2} MB; export fewer findings at a time."
NO_JSON = "The file cannot be read as JSON ({}); export SARIF or CycloneDX in JSON from the tool."
NEITHER = "This is neither SARIF 2.1.0 nor CycloneDX in JSON; export one of the two from the tool."
NOTHING = "The file has no run of any tool in it; export it again."
TWICE = "This file is already in; see the runs of {}."
OTHER_DEAL = "This repository belongs to another deal."


@dataclass(frozen=True)
class _Arrival:
    """A file as it was handed in, for one repository or for none yet."""

    deal: Deal
    actor: User
    item: EvidenceItem
    sha256: str
    repository: Repository


def import_findings(
    *, actor: User, deal: Deal, upload: Upload, repository: Repository | None = None
) -> tuple[AuditRun, ...]:
    """Stores each tool's findings in a file as a run of its own.

    They stand under the repository that they are about, or under one named after the file. Raises
    Refused where the file is too large, none of the two formats, or in already.
    """
    require(actor, "repository.add", deal)
    if repository is not None and repository.deal_id != deal.pk:
        raise Refused(OTHER_DEAL)
    data = _bytes_of(upload)
    reports = _reports(data)
    sha = sha256(data).hexdigest()
    with transaction.atomic():
        Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        earlier = deal.audit_runs.filter(source_sha256=sha).first()
        if earlier is not None:
            raise Refused(TWICE.format(f"{earlier.created_at:%-d %B %Y}"))
        item = add_evidence(
            actor=actor, deal=deal, upload=Upload(upload.filename, [data]),
            origin=Origin.THIRD_PARTY,
        )  # fmt: skip
        about = repository or Repository.objects.create(
            deal=deal, name=safe_filename(upload.filename)[:200], evidence=item, added_by=actor
        )
        arrival = _Arrival(deal, actor, item, sha, about)
        return tuple(_stored(arrival, report) for report in reports)


def _bytes_of(upload: Upload) -> bytes:
    data = bytearray()
    for chunk in upload.chunks:
        data += chunk
        if len(data) > LARGEST:
            raise Refused(TOO_LARGE)
    return bytes(data)


def _reports(data: bytes) -> tuple[ForeignReport, ...]:
    try:
        document = without_nul(json_of(data))
    except Unreadable as error:
        raise Refused(NO_JSON.format(error)) from None
    if is_cyclonedx(document):
        return (cyclonedx_report(document),)
    if not is_sarif(document):
        raise Refused(NEITHER)
    reports = sarif_reports(document)
    if not reports:
        raise Refused(NOTHING)
    return reports


def _stored(arrival: _Arrival, report: ForeignReport) -> AuditRun:
    run = AuditRun.objects.create(
        deal=arrival.deal, repository=arrival.repository, requested_by=arrival.actor,
        origin=AuditRun.Origin.IMPORTED, tool=report.tool[:80], source_sha256=arrival.sha256,
        finished_at=timezone.now(),
    )  # fmt: skip
    store_report(run, _document(report))
    record(
        actor=arrival.actor, verb="audit.import", deal=arrival.deal, about=run,
        text=f"took in {len(report.findings):,} findings of {report.tool}",
    )  # fmt: skip
    return run


def _document(report: ForeignReport) -> Mapping[str, Any]:
    more = f"and {report.more:,} more findings: only the first {len(report.findings):,} are kept"
    return {
        "source": {"commit": report.commit, "committed_at": None, "files": 0, "bytes": 0},
        "practices": [],
        "findings": _findings(report.tool, report.findings),
        "skipped": [{"path": "…", "reason": more}] if report.more else [],
        "timings": {},
        "engine": f"{report.tool} {report.version}".strip()[:40],
    }


def _findings(tool: str, findings: Sequence[ForeignFinding]) -> list[dict[str, Any]]:
    return [
        {
            "check": f.rule,
            "severity": f.severity.value,
            "title": f.title,
            "path": f.path,
            "line": f.line,
            "fix": f.fix,
            "fingerprint": _fingerprint(tool, f),
        }
        for f in findings
    ]


def _fingerprint(tool: str, finding: ForeignFinding) -> str:
    """What tells it apart over imports: the tool's own mark, or rule, path and sentence."""
    mark = finding.identity or finding.title
    text = "\n".join((tool, finding.rule, finding.path, mark))
    return sha256(text.encode("utf-8", "replace")).hexdigest()
