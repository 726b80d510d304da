"""Two samples of the same columns: whether each feature still looks as it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.engine.measured import Facts


@dataclass(frozen=True)
class Sample(Facts):
    """A table of features by itself."""

    rows: int
    columns: tuple[str, ...]


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
