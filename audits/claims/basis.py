"""What claims are held against: verdicts on practices, measured artifacts, what the code names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from audits.engine.inventory import Inventory
from audits.engine.measured import Facts
from audits.engine.report import Artifact, PracticeResult

F = TypeVar("F", bound=Facts)


@dataclass(frozen=True)
class Basis:
    """Everything that a rule may look at."""

    practices: Mapping[str, PracticeResult] = field(default_factory=dict)
    artifacts: tuple[Artifact, ...] = ()
    inventory: Inventory = field(default_factory=Inventory)

    @classmethod
    def of(
        cls,
        practices: Iterable[PracticeResult],
        artifacts: Iterable[Artifact] = (),
        inventory: Inventory | None = None,
    ) -> "Basis":
        """From the parts of a report."""
        known = {result.id: result for result in practices}
        return cls(known, tuple(artifacts), inventory or Inventory())

    def measured(self, kind: type[F]) -> list[tuple[Artifact, F]]:
        """The artifacts with facts of a kind, by path."""
        found = [(a, a.facts) for a in self.artifacts if isinstance(a.facts, kind)]
        return sorted(found, key=lambda each: each[0].path)

    def problem_of(self, kind: str) -> str:
        """Why an artifact of this kind could not be measured; empty where there is none."""
        return next((a.problem for a in self.artifacts if a.kind == kind and a.problem), "")
