"""Searches for hyperparameters that a configuration file defines and a tool carries out."""

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.tree import Role, role_of


class Sweep(Struct, frozen=True):
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


class Sweeps(Struct, frozen=True):
    """All of them, sorted by path."""

    items: tuple[Sweep, ...] = ()
