"""What another tool reports: its name, its findings, and what of its file was left out."""

from dataclasses import dataclass

from audits.engine.types import Severity


@dataclass(frozen=True)
class ForeignFinding:
    """A finding as another tool made it; `identity` is what it tells its own findings apart by."""

    rule: str
    severity: Severity
    title: str
    path: str
    line: int
    fix: str = ""
    identity: str = ""


@dataclass(frozen=True)
class ForeignReport:
    """All findings of one tool in a file; `more` counts those beyond the limit."""

    tool: str
    version: str
    findings: tuple[ForeignFinding, ...] = ()
    more: int = 0
    commit: str = ""
