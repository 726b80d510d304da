"""A metric as the startup itself recorded it over time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.engine.measured import Facts, counted
from audits.facts.prediction_log import Trend


@dataclass(frozen=True)
class MetricSeries:
    """One metric: its span, its trend, and what makes a reader doubt it."""

    points: int
    first: str
    last: str
    latest: float
    lowest: float
    highest: float
    trend: Trend | None = None
    falling: bool | None = None
    longest_gap_days: float | None = None
    median_gap_days: float | None = None
    suspicions: tuple[str, ...] = ()


@dataclass(frozen=True)
class MetricsHistory(Facts):
    """The series by metric."""

    rows: int
    metrics: Mapping[str, MetricSeries] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def headline(self) -> str:
        """The latest value of each metric, and how many doubts there are."""
        said = [
            f"{name} {each.latest:.4g} on {each.last[:10]}"
            for name, each in list(self.metrics.items())[:4]
        ]
        doubts = sum(len(each.suspicions) for each in self.metrics.values())
        return "; ".join([*said, *([counted(doubts, "doubts")] if doubts else [])])
