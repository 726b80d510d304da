"""Searches for hyperparameters that a configuration file defines and a tool carries out."""

from dataclasses import dataclass

from audits.engine.types import Evidence
from audits.facts.tree import Role, role_of


@dataclass(frozen=True)
class Sweep:
    """One search, with the tool that it is written for."""

    tool: str
    path: str
    line: int

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)

    @property
    def place(self) -> Evidence:
        """Where it is defined."""
        return Evidence(self.path, self.line, f"{self.tool} search")


@dataclass(frozen=True)
class Sweeps:
    """All of them, sorted by path."""

    items: tuple[Sweep, ...] = ()
