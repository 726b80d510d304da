"""Tables of databases that the repository declares, by name and columns."""

from msgspec import Struct

from audits.engine.types import Evidence


class DeclaredTable(Struct, frozen=True):
    """A table as SQL, a schema file or a mapper of objects declares it; `columns` as written."""

    name: str
    columns: tuple[str, ...]
    path: str
    line: int

    @property
    def evidence(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, f"declares table {self.name}")


class DeclaredTables(Struct, frozen=True):
    """All of them outside tests, in order of path and line."""

    tables: tuple[DeclaredTable, ...] = ()
