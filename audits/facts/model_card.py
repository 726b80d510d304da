"""What a model card states: its sections, and what it says of licence, base, data and quality."""

from dataclasses import dataclass

from audits.engine.measured import Facts


@dataclass(frozen=True)
class StatedMetric:
    """A figure that the card states; `name` is the metric as it is measured here."""

    name: str
    value: float
    line: int
    said: str
    dataset: str = ""


@dataclass(frozen=True)
class Sections:
    """The topics that have text of their own, and those that do not."""

    present: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ModelCard(Facts):
    """A card, with the lines at which licence and base stand. `base_model` is the first of them."""

    sections: Sections
    licence: str = ""
    base_model: str = ""
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    metrics: tuple[StatedMetric, ...] = ()
    licence_line: int = 1
    base_line: int = 1
    name: str = ""
