"""Two samples of the same columns: whether each feature still looks as it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.engine.measured import Facts, counted


@dataclass(frozen=True)
class Sample(Facts):
    """A table of features by itself."""

    rows: int
    columns: tuple[str, ...]

    def headline(self) -> str:
        """Its size."""
        return f"{counted(self.rows, 'rows')}, {counted(len(self.columns), 'columns')}"


@dataclass(frozen=True)
class FeatureDrift:
    """One feature in both samples.

    `p` is after the correction for many features. `moved` is the share of rows that would have to
    take another value for the samples to agree.
    """

    test: str
    statistic: float
    p: float
    psi: float
    drifted: bool
    moved: float
    missing_before: float
    missing_now: float
    new_categories: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True)
class SampleDrift(Facts):
    """The current sample held against the reference. `not_compared` gives each reason."""

    rows: int
    columns: tuple[str, ...]
    reference: str
    reference_rows: int
    features: Mapping[str, FeatureDrift]
    drifted_features: tuple[str, ...]
    not_compared: Mapping[str, str] = field(default_factory=dict)

    def headline(self) -> str:
        """Which features drifted, of how many."""
        size = f"{counted(self.rows, 'rows')} against {self.reference_rows:,}"
        count, of = len(self.drifted_features), counted(len(self.features), "features")
        if not count:
            return f"{size}; none of {of} drifted"
        named = ", ".join(self.drifted_features[:8])
        return f"{size}; {count:,} of {of} drifted: {named}{', …' if count > 8 else ''}"
