"""Credentials that are committed, told by their form; the value itself is never kept."""

from enum import StrEnum

from msgspec import Struct

from audits.engine.types import Evidence, Severity
from audits.facts.tree import Role, role_of


class Strength(StrEnum):
    """REAL looks like a working credential, WEAK is a default, dummy or development one.

    PUBLIC is a key that is meant to be shipped to clients.
    """

    REAL = "real"
    WEAK = "weak"
    PUBLIC = "public"


class Secret(Struct, frozen=True):
    """One credential: what it is, where it stands, and at most its last four characters."""

    kind: str
    path: str
    line: int
    strength: Strength
    severity: Severity
    tail: str = ""

    @property
    def masked(self) -> str:
        """How it may be shown."""
        return f"{self.kind} ending in {self.tail}" if self.tail else self.kind

    @property
    def place(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, self.masked)

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)


class Secrets(Struct, frozen=True):
    """All credentials found, sorted by path and line."""

    items: tuple[Secret, ...] = ()
