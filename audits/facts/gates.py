"""Places in code where a model's quality decides whether something goes on."""

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.tree import Role, role_of


class Gate(Struct, frozen=True):
    """A comparison of a metric that leads to an effect.

    `effect`: `fails` (raise, exit, assert, cancel), `withholds` (only a good model is registered,
    promoted or deployed), `flags` (a decision is noted), `retrains`. `metric` is the name compared,
    `against` all names on both sides, and `scope` the function that it stands in.
    `loads` says that the file reads a stored model or data, `measures` that it computes metrics.
    """

    path: str
    line: int
    effect: str
    metric: str
    scope: str = ""
    effect_line: int = 0
    loads: bool = False
    measures: bool = False
    against: str = ""

    @property
    def place(self) -> Evidence:
        """Where the comparison stands."""
        return Evidence(self.path, self.line, f"{self.effect} on {self.metric}")

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)


class CodeGates(Struct, frozen=True):
    """The gates of source files, sorted by path and line."""

    items: tuple[Gate, ...] = ()


class Gates(Struct, frozen=True):
    """The gates of source files and those written inside the steps of workflows."""

    items: tuple[Gate, ...] = ()
