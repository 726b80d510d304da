"""Rows of a test sample that the training sample already held."""

from dataclasses import dataclass

from audits.engine.measured import Facts, Figure, counted


@dataclass(frozen=True)
class SharedRow:
    """A row of the test sample and one of the training sample that equals it, from 1."""

    row: int
    train_row: int
    how: str


@dataclass(frozen=True)
class Leakage(Facts):
    """`exact` rows agree in every column, `near` ones in all but spelling, rounding or one column.

    `share` is that of both together. `repeated` are rows that stand twice in the test sample.
    """

    rows: int
    train: str
    train_rows: int
    exact: int
    near: int
    share: Figure
    repeated: int
    compared: tuple[str, ...]
    examples: tuple[SharedRow, ...] = ()
    notes: tuple[str, ...] = ()

    def headline(self) -> str:
        """How many test rows the training sample held."""
        return (
            f"{self.exact:,} of {counted(self.rows, 'rows')} stand in {self.train} too, "
            f"{self.near:,} nearly"
        )
