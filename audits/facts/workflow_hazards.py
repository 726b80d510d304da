"""Ways in which a workflow lets strangers in, or hands out more than it needs."""

from msgspec import Struct

from audits.engine.types import Evidence, Severity


class WorkflowHazard(Struct, frozen=True, order=True):
    """One hazard: where it stands, in one sentence, and how grave it is."""

    path: str
    line: int
    what: str
    severity: Severity

    @property
    def place(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, self.what)


class WorkflowHazards(Struct, frozen=True):
    """Those of every workflow that its system reads, sorted by path and line."""

    items: tuple[WorkflowHazard, ...] = ()
