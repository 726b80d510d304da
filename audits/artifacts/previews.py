"""The first rows of a table, as a recogniser of columns sees them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Preview:
    """The columns of a table and its first values as text, None where there is none."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def values(self, column: str) -> tuple[str, ...]:
        """The values of a column that are not empty."""
        at = self.columns.index(column)
        return tuple(v for row in self.rows if at < len(row) and (v := row[at]))
