"""The life of an audit run, which is that of any job, and how its results are stored.

Results are written in one transaction by the holder of the lease alone, so that a run that was
examined twice has its results once.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.engine.report import fingerprint
from audits.engine.types import Finding as EngineFinding
from audits.engine.types import Severity
from audits.models import AuditRun, Excerpt, Finding, PracticeResult, Repository
from audits.services import jobs
from audits.services.jobs import IN_FLIGHT
from audits.services.verdicts import hold_claims
from audits.signals import run_finished
from diligence.models import User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused

SKIPPED_KEPT = 5000
"""Skipped files that are stored with a run by name; the rest is one line with their number."""
GIVEN_UP = (
    "The examination stopped without a word {} times and was set aside; "
    "start it again, or hand in a smaller source."
)


@transaction.atomic
def request_run(*, actor: User, repository: Repository, rev: str = "HEAD") -> AuditRun:
    """Queues an audit. Raises Refused where one of this repository is under way."""
    require(actor, "audit.run", repository.deal)
    Repository.objects.select_for_update().get(pk=repository.pk)
    if not repository.has_code:
        raise Refused("Only findings were handed in here and no code; add the repository itself.")
    if repository.runs.filter(state__in=IN_FLIGHT).exists():
        raise Refused("An audit of this repository is under way; wait for it or cancel it.")
    run = AuditRun.objects.create(
        deal=repository.deal, repository=repository, rev=(rev.strip() or "HEAD")[:200],
        requested_by=actor,
    )  # fmt: skip
    record(
        actor=actor, verb="audit.run", text=f"started an audit of {repository.name}",
        deal=run.deal, about=run,
    )  # fmt: skip
    return run


@transaction.atomic
def cancel_run(*, actor: User, run: AuditRun) -> AuditRun:
    """Ends a run that is not over; its worker notices at the next renewal of the lease."""
    require(actor, "audit.cancel", run.deal)
    changed = AuditRun.objects.filter(pk=run.pk, state__in=IN_FLIGHT).update(
        state=AuditRun.State.CANCELLED,
        finished_at=timezone.now(),
        lease_until=None,
        failure=f"Cancelled by {actor}.",
    )
    if changed:
        record(
            actor=actor, verb="audit.cancel", text=f"cancelled an audit of {run.repository.name}",
            deal=run.deal, about=run,
        )  # fmt: skip
    run.refresh_from_db()
    return run


def claim_run(run_id: uuid.UUID) -> uuid.UUID | None:
    """Takes a queued run; returns the key of the lease, or None where it is not to be had."""
    return jobs.claim(AuditRun, run_id, stage="Opening the source")


def renew_lease(run_id: uuid.UUID, holder: uuid.UUID, *, stage: str, done: int, total: int) -> bool:
    """Reports progress and keeps the run; False where it is no longer the holder's."""
    mine = jobs.held(AuditRun, run_id, holder)
    return jobs.renew(mine, stage=stage, done=done, total=total)


def fail_run(run_id: uuid.UUID, holder: uuid.UUID, sentence: str) -> bool:
    """Ends a run with the reason that people will read."""
    return jobs.fail(jobs.held(AuditRun, run_id, holder), sentence)


def sweep_runs() -> jobs.Swept:
    """Gives back runs whose holder died and gives up those that killed it too often."""
    return jobs.sweep(AuditRun, given_up_because=GIVEN_UP)


Json = Mapping[str, Any]


@transaction.atomic
def complete_run(run_id: uuid.UUID, holder: uuid.UUID, report: Json) -> bool:
    """Stores the report of the examination, once; False where the run is no longer the holder's.

    `report` is what `audits.services.examine` prints: contracts' JSON with excerpts.
    """
    mine = jobs.held(AuditRun, run_id, holder).select_for_update()
    run = mine.select_related("deal", "repository").first()
    if run is None:
        return False
    store_report(run, report)
    hold_claims(deal=run.deal)
    record(
        actor=run.requested_by, verb="audit.finish", deal=run.deal, about=run,
        text=f"finished the audit of {run.repository.name}",
    )  # fmt: skip
    transaction.on_commit(lambda: run_finished.send(sender=AuditRun, run=run))
    return True


def store_report(run: AuditRun, report: Json) -> None:
    """Writes the results of a run, in place of any that it had; it has succeeded then."""
    run.practices.all().delete()
    run.findings.all().delete()
    _store_practices(run, report["practices"])
    _store_findings(run, report["findings"])
    _store_summary(run, report)


def _store_summary(run: AuditRun, report: Json) -> None:
    source = report["source"]
    committed = source.get("committed_at")
    run.state = AuditRun.State.SUCCEEDED
    run.finished_at, run.lease_until = timezone.now(), None
    run.commit = source.get("commit") or ""
    run.committed_at = datetime.fromisoformat(committed) if committed else None
    run.files, run.bytes = source["files"], source["bytes"]
    run.engine_version = str(report.get("engine", ""))
    run.skipped = _skipped(report["skipped"])
    run.timings = report["timings"]
    run.inventory = without_nul(report.get("models", {}))
    run.save()


def _skipped(skipped: Sequence[Json]) -> list[dict[str, str]]:
    kept = [
        {"path": _text(each["path"]), "reason": _text(each["reason"])}
        for each in skipped[:SKIPPED_KEPT]
    ]
    rest = len(skipped) - SKIPPED_KEPT
    if rest > 0:
        kept.append({"path": "\N{HORIZONTAL ELLIPSIS}", "reason": f"and {rest:,} more files"})
    return kept


_TURNING = {
    number: f"\\u{number:04x}"
    for number in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def _text(value: object) -> str:
    """PostgreSQL text holds no NUL and no half of a surrogate pair; file names may.

    Characters that turn the direction of writing stand as their numbers: a page would show
    `exe.png` for a file that ends in `.exe`.
    """
    text = str(value or "").replace("\0", "\N{REPLACEMENT CHARACTER}").translate(_TURNING)
    return text.encode("utf-8", "replace").decode()


def without_nul(value: Any) -> Any:
    """PostgreSQL's JSON holds neither NUL nor half a sign; a file may."""
    text = json.dumps(value, ensure_ascii=False).replace("\\u0000", "\\ufffd")
    return json.loads(text.encode("utf-8", "replace"))


def _store_practices(run: AuditRun, practices: Sequence[Json]) -> None:
    rows = [
        PracticeResult(
            run=run, practice=p["id"], lens=p["lens"], verdict=p["verdict"], grade=p["grade"],
            value=_text(p.get("value"))[:200], because=_text(p["because"]),
            seen=float(p.get("seen", 1.0)),
        )
        for p in practices
    ]  # fmt: skip
    PracticeResult.objects.bulk_create(rows)
    Excerpt.objects.bulk_create(
        _excerpt(place, position, practice=row)
        for row, p in zip(rows, practices, strict=True)
        for position, place in enumerate(p["evidence"])
    )


def _store_findings(run: AuditRun, findings: Sequence[Json]) -> None:
    rows = [
        Finding(
            run=run, check_id=f["check"], severity=f["severity"],
            severity_rank=Severity(f["severity"]).rank, title=_text(f["title"])[:300],
            path=_text(f["path"]), line=f["line"] or 1, fix=_text(f["fix"]),
            fingerprint=_fingerprint(f),
        )
        for f in findings
    ]  # fmt: skip
    Finding.objects.bulk_create(rows)
    Excerpt.objects.bulk_create(
        _excerpt(f, 0, finding=row) for row, f in zip(rows, findings, strict=True)
    )


def _fingerprint(finding: Json) -> str:
    if made_elsewhere := finding.get("fingerprint"):
        # Where the line is not at hand, its identity was made by whoever had it.
        return str(made_elsewhere)
    severity, line = Severity(finding["severity"]), finding["line"] or 1
    words = (finding["title"], finding["path"], line, finding["fix"], finding.get("snippet") or "")
    return fingerprint(EngineFinding(finding["check"], severity, *words))


def _excerpt(
    place: Json,
    position: int,
    practice: PracticeResult | None = None,
    finding: Finding | None = None,
) -> Excerpt:
    excerpt = place.get("excerpt") or {}
    return Excerpt(
        practice=practice, finding=finding, position=position, path=_text(place["path"]),
        line=place["line"] or 1, note=_text(place.get("note")),
        first_line=excerpt.get("first_line", 1), text=_text(excerpt.get("text")),
    )  # fmt: skip
