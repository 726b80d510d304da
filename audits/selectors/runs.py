"""Reads of audit runs: results by lens, findings, and what changed between two runs."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from audits.engine.registry import check_of
from audits.engine.types import Lens, Nature
from audits.models import AuditRun, PracticeResult
from diligence.models import Deal

LENS_TITLES = {
    Lens.DATA: "Data lineage and versioning",
    Lens.EXPERIMENTATION: "Model training and experimentation",
    Lens.OPERATIONS: "Deployment and monitoring",
    Lens.DELIVERY: "CI/CD adapted to ML",
    Lens.GOVERNANCE: "Governance and security",
    Lens.SUBSTANCE: "AI substance: claims, moat, economics",
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
