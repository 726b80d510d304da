"""Data that is committed, and pointers to data that is kept elsewhere under a version."""

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.tree import NOT_PRODUCT, File, Role, role_of


class Pointer(Struct, frozen=True):
    """A version of data kept elsewhere: DVC, Git LFS. `target` is what it stands for."""

    tool: str
    path: str
    line: int
    target: str

    @property
    def place(self) -> Evidence:
        """Where the version stands."""
        return Evidence(self.path, self.line, f"{self.tool} pins {self.target}")

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)


class DataFiles(Struct, frozen=True):
    """Committed tables and arrays, pointers, and patterns under Git LFS with their lines."""

    committed: tuple[File, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    tracked: tuple[tuple[str, Evidence], ...] = ()

    def product(self, outside: Role = NOT_PRODUCT) -> tuple[File, ...]:
        """Committed data whose path has none of these roles."""
        return tuple(f for f in self.committed if not f.role & outside)
