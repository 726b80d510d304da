"""Ways in which a workflow lets strangers in, or hands out more than it needs."""

from dataclasses import dataclass

from audits.engine.types import Evidence, Severity


@dataclass(frozen=True, order=True)
class WorkflowHazard:
    """One hazard: where it stands, in one sentence, and how grave it is."""

    path: str
    line: int
    what: str
    severity: Severity

    @property
    def place(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, self.what)


@dataclass(frozen=True)
class WorkflowHazards:
    """Those of every workflow that its system reads, sorted by path and line."""

    items: tuple[WorkflowHazard, ...] = ()
