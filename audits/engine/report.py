"""What one audit gives: verdicts with evidence, findings, what was left out, how long it took."""

import hashlib
from collections.abc import Iterable

from msgspec import Struct, field

from audits.engine.claiming import ClaimVerdict
from audits.engine.inventory import HashedFile, Inventory
from audits.engine.measured import Columns, Facts
from audits.engine.types import Effort, Evidence, Finding, Grade, Lens, Nature, Skipped, Verdict

ENGINE_VERSION = "2"
"""Raised whenever the same tree may get other verdicts."""


class SourceInfo(Struct, frozen=True):
    """What was examined; `commit` and `committed_at` are None for a folder or an archive."""

    location: str
    commit: str | None
    committed_at: str | None
    files: int
    bytes: int


class Excerpt(Struct, frozen=True):
    """The lines around a cited one, as text that starts at `first_line`; empty if not text."""

    first_line: int
    text: str


class PracticeResult(Struct, frozen=True):
    """The verdict on one practice. A check that failed is UNKNOWN here, with the reason."""

    id: str
    check: str
    title: str
    lens: Lens
    nature: Nature
    effort: Effort
    verdict: Verdict
    grade: Grade
    value: str | None
    because: str
    evidence: tuple[Evidence, ...] = ()
    seen: float = 1.0
    """The share of the files that could show it which were read; it lowers confidence."""


class Artifact(Struct, frozen=True):
    """A file of the data room, or a folder that is one thing, and what was measured on it.

    `confidence` is 1 where a person said the kind and the columns, else how sure the guess is.
    `problem` is the one sentence that says why it could not be measured.
    """

    path: str
    kind: str
    sha256: str
    bytes: int
    facts: Facts | None = None
    columns: Columns = field(default_factory=dict)
    confidence: float = 1.0
    problem: str = ""


class AuditReport(Struct, frozen=True):
    """The whole outcome. `excerpts` holds the cited places by path and line, if asked for.

    `inventory` and `files` are what bills of materials and collections are made of.
    """

    source: SourceInfo
    practices: tuple[PracticeResult, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    claims: tuple[ClaimVerdict, ...] = ()
    timings: tuple[tuple[str, float], ...] = ()
    excerpts: dict[tuple[str, int], Excerpt] = field(default_factory=dict)
    inventory: Inventory = field(default_factory=Inventory)
    files: tuple[HashedFile, ...] = ()

    def practice(self, practice_id: str) -> PracticeResult:
        """The result on a practice. Raises KeyError where the catalogue has none of this id."""
        for result in self.practices:
            if result.id == practice_id:
                return result
        raise KeyError(practice_id)


def by_gravity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings once each, the gravest first."""
    return tuple(
        sorted(
            set(findings),
            key=lambda f: (f.severity.rank, f.check, f.path, f.line, f.title, f.snippet),
        )
    )


def fingerprint(finding: Finding) -> str:
    """The identity of a finding over runs: check, path and snippet, never the line number."""
    snippet = " ".join((finding.snippet or finding.title).split())
    text = "\n".join((finding.check, finding.path, snippet))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
