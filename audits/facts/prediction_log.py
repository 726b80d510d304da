"""What a log of predictions shows: quality with intervals, over time, by group, and its origins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from audits.engine.measured import Facts, Figure, counted, told
from audits.facts.traceability import Traceability

METRICS = ("accuracy", "roc_auc", "f1", "precision", "recall", "mae", "rmse", "r2")


@dataclass(frozen=True)
class Scores:
    """The metrics that the columns allow; None where they do not."""

    accuracy: Figure | None = None
    roc_auc: Figure | None = None
    f1: Figure | None = None
    precision: Figure | None = None
    recall: Figure | None = None
    mae: Figure | None = None
    rmse: Figure | None = None
    r2: Figure | None = None

    def metric(self, name: str) -> Figure | None:
        """A metric by its name; None where there is none of it."""
        figure = getattr(self, name, None) if name in METRICS else None
        return figure if isinstance(figure, Figure) else None


@dataclass(frozen=True)
class Window(Scores, Facts):
    """The metrics on the last days of the log."""

    days: int = 0
    rows: int = 0
    labelled: int = 0


@dataclass(frozen=True)
class Period:
    """One span of the log. `value` is the leading metric on its `labelled` rows."""

    start: str
    rows: int
    labelled: int
    value: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Trend:
    """The line through equal spans of time: `slope` is the change of the metric in 30 days.

    `fall` is the worsening from the first span to the last, on that line. `p` is two-sided.
    """

    metric: str
    slope: float
    interval: tuple[float, float]
    p: float
    fall: float
    spans: int
    dispersion: float
    autocorrelation: float


@dataclass(frozen=True)
class GroupFigures:
    """One value of a grouping column. `accuracy` (or `mae`) has the interval beside it."""

    n: int
    rows: int
    accuracy: float | None = None
    interval: tuple[float, float] | None = None
    mae: float | None = None
    precision: Figure | None = None
    recall: Figure | None = None
    f1: Figure | None = None
    positive_share: Figure | None = None

    def metric(self, name: str) -> Figure | None:
        """A metric by its name, with the interval; None where there is none of it."""
        if name in ("accuracy", "mae"):
            value = self.accuracy if name == "accuracy" else self.mae
            return None if value is None else Figure(value, self.interval, self.n)
        figure = getattr(self, name, None) if name in METRICS else None
        return figure if isinstance(figure, Figure) else None


@dataclass(frozen=True)
class Origin:
    """What the rows themselves say of where they come from, how many, and from when on.

    `first` is the start of the day (of the hour, in a short log) of the first of them.
    """

    model_version: str
    dataset_version: str
    rows: int
    first: str = ""


@dataclass(frozen=True)
class Drawn:
    """A prediction drawn for a reviewer; `row` counts from 1, without the head."""

    row: int
    id: str
    time: str
    model_version: str
    dataset_version: str


@dataclass(frozen=True)
class PredictionLog(Scores, Facts):
    """A log of predictions. `refused` says of each metric not given why the columns forbid it.

    `target` is binary, multiclass or numeric. `duplicates` are rows whose id stood in an earlier
    row; `models` counts rows by the version that they name, "" for none.
    """

    rows: int = 0
    labelled: int = 0
    first: Annotated[str | None, Field(alias="from")] = None
    last: Annotated[str | None, Field(alias="to")] = None
    target: str | None = None
    classes: tuple[str, ...] = ()
    positive: str | None = None
    duplicates: int = 0
    without_id: int = 0
    models: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    period: str | None = None
    by_period: tuple[Period, ...] = ()
    decaying: bool | None = None
    trend: Trend | None = None
    groups: Mapping[str, Mapping[str, GroupFigures]] = field(default_factory=dict)
    windows: Mapping[int, Window] = field(default_factory=dict)
    origins: tuple[Origin, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    traceable_to_model: float | None = None
    traceable_to_dataset: float | None = None
    trace: Traceability | None = None
    notes: tuple[str, ...] = ()

    def headline(self) -> str:
        """Rows, the leading metrics, decay and how far rows can be followed."""
        metrics = ((name, self.metric(name)) for name in ("accuracy", "roc_auc", "mae", "r2"))
        said = [f"{counted(self.rows, 'rows')}, {self.labelled:,} labelled"]
        said += [f"{name} {told(figure)}" for name, figure in metrics if figure]
        if self.decaying is not None:
            said.append("decaying" if self.decaying else "no decay")
        if self.traceable_to_model is not None and self.traceable_to_dataset is not None:
            said.append(
                f"{self.traceable_to_model:.1%} lead to a registered version, "
                f"{self.traceable_to_dataset:.1%} to a dataset"
            )
        return "; ".join(said)
