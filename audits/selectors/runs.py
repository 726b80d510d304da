"""Reads of audit runs: results by lens, findings, and what changed between two runs."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from audits.engine.registry import check_of
from audits.engine.types import Lens, Nature
from audits.models import AuditRun, Finding, PracticeResult
from diligence.models import Deal

LENS_TITLES = {
    Lens.DATA: "Data lineage and versioning",
    Lens.EXPERIMENTATION: "Training and experimentation",
    Lens.OPERATIONS: "Deployment and monitoring",
    Lens.DELIVERY: "CI/CD adapted to ML",
    Lens.GOVERNANCE: "Governance and security",
    Lens.SUBSTANCE: "AI substance",
}


@dataclass(frozen=True)
class LensResults:
    """The verdicts of one lens, in the order of reading."""

    lens: str
    title: str
    practices: tuple[PracticeResult, ...]

    def count(self, *verdicts: str) -> int:
        """How many practices have one of these verdicts."""
        return sum(1 for p in self.practices if p.verdict in verdicts)

    @property
    def in_order(self) -> int:
        """In use, or a hazard that was looked for and not found."""
        return self._of("yes", "no")

    @property
    def partly(self) -> int:
        """Present but incomplete."""
        return self.count("partly")

    @property
    def lacking(self) -> int:
        """Looked for and not there, or a hazard that is."""
        return self._of("no", "yes")

    @property
    def unknown(self) -> int:
        """Could not be told, a fault of the check included."""
        return self.count("unknown", "error")

    def _of(self, verdict: str, of_hazards: str) -> int:
        return sum(
            1
            for p in self.practices
            if p.verdict == (of_hazards if is_hazard(p.practice) else verdict)
        )


def is_hazard(practice: str) -> bool:
    """Whether one does not want to see this; False for a check that is no longer there."""
    try:
        return check_of(practice).nature is Nature.HAZARD
    except KeyError:
        return False


def results_by_lens(run: AuditRun) -> tuple[LensResults, ...]:
    """All verdicts of a run with the number of their pointers (`places`)."""
    rows = list(run.practices.annotate(places=Count("evidence")).order_by("practice"))
    return tuple(
        LensResults(lens.value, LENS_TITLES[lens], tuple(r for r in rows if r.lens == lens.value))
        for lens in Lens
    )


def latest_run(deal: Deal) -> AuditRun | None:
    """The newest run of a deal that ended with verdicts."""
    return AuditRun.objects.with_verdicts().filter(deal=deal).order_by("-finished_at").first()


def latest_runs(deal: Deal) -> tuple[AuditRun, ...]:
    """The newest run with verdicts of each repository of a deal."""
    runs = AuditRun.objects.with_verdicts().filter(deal=deal).select_related("repository")
    return tuple(runs.order_by("repository_id", "-finished_at").distinct("repository_id"))


def imported_runs(deal: Deal) -> tuple[AuditRun, ...]:
    """What other tools found: the newest run of each tool and repository, with `finding_count`."""
    runs = (
        deal.audit_runs.filter(origin=AuditRun.Origin.IMPORTED, state=AuditRun.State.SUCCEEDED)
        .select_related("repository")
        .annotate(finding_count=Count("findings"))
    )
    newest = runs.order_by("repository_id", "tool", "-created_at")
    seen: dict[tuple[object, str], AuditRun] = {}
    for run in newest:
        seen.setdefault((run.repository_id, run.tool), run)
    return tuple(seen.values())


def comparable_runs(run: AuditRun) -> QuerySet[AuditRun]:
    """The other runs of the same repository, origin and tool that ended with a result."""
    return run.repository.runs.filter(
        state=AuditRun.State.SUCCEEDED, origin=run.origin, tool=run.tool
    ).exclude(pk=run.pk)


def previous_run(run: AuditRun) -> AuditRun | None:
    """The run of the same kind that ended with a result before this one."""
    earlier = comparable_runs(run).filter(created_at__lt=run.created_at)
    return earlier.order_by("-created_at").first()


def practices_with_evidence(run: AuditRun) -> dict[str, PracticeResult]:
    """The verdicts of a run by practice id, with their cited places."""
    rows = run.practices.prefetch_related(Prefetch("evidence"))
    return {row.practice: row for row in rows}


@dataclass(frozen=True)
class PracticeChange:
    """A practice whose verdict differs between two runs."""

    practice: str
    lens: str
    before: str
    after: str
    because: str


@dataclass(frozen=True)
class Comparison:
    """What changed from one run to a later one."""

    before: AuditRun
    after: AuditRun
    changed: tuple[PracticeChange, ...]
    unchanged: int
    no_longer_assessable: tuple[PracticeChange, ...]
    new_findings: tuple[Finding, ...]
    fixed_findings: tuple[Finding, ...]
    kept_findings: tuple[Finding, ...]
    unsettled_findings: tuple[Finding, ...]


_MISSING = "not asked"
_UNASSESSABLE = ("unknown", "error")


def comparison(before: AuditRun, after: AuditRun) -> Comparison:
    """New, fixed, unchanged and no longer assessable; findings are told apart by fingerprint.

    A finding that is gone counts as fixed only where its check could judge again; else it is
    unsettled.
    """
    old = {p.practice: p for p in before.practices.all()}
    new = {p.practice: p for p in after.practices.all()}
    changes = [
        PracticeChange(
            name,
            (new.get(name) or old[name]).lens,
            old[name].verdict if name in old else _MISSING,
            new[name].verdict if name in new else _MISSING,
            new[name].because if name in new else "",
        )
        for name in sorted(old.keys() | new.keys())
    ]
    differing = [c for c in changes if c.before != c.after]
    lost = tuple(c for c in differing if c.after in _UNASSESSABLE or c.after == _MISSING)
    old_findings, new_findings = _by_identity(before), _by_identity(after)
    gone = [f for k, f in old_findings.items() if k not in new_findings]
    blind = {name for name, row in new.items() if row.verdict in _UNASSESSABLE} | old.keys() - new
    return Comparison(
        before=before,
        after=after,
        changed=tuple(c for c in differing if c not in lost),
        unchanged=len(changes) - len(differing),
        no_longer_assessable=lost,
        new_findings=tuple(f for k, f in new_findings.items() if k not in old_findings),
        fixed_findings=tuple(f for f in gone if _practice_of(f) not in blind),
        kept_findings=tuple(f for k, f in new_findings.items() if k in old_findings),
        unsettled_findings=tuple(f for f in gone if _practice_of(f) in blind),
    )


def _by_identity(run: AuditRun) -> dict[tuple[str, int], Finding]:
    """A run's findings by fingerprint; the same line twice in a file is two findings."""
    seen: Counter[str] = Counter()
    found = {}
    for finding in run.findings.all():
        found[finding.fingerprint, seen[finding.fingerprint]] = finding
        seen[finding.fingerprint] += 1
    return found


def _practice_of(finding: Finding) -> str:
    return finding.check_id.rpartition("/")[2]
