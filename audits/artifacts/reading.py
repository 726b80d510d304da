"""What every reader of an artifact is given and gives: the shape that a new kind takes.

A kind is one module in this package with a tuple KINDS. It recognises its files by their content
and measures them. It never loads a model and never runs what it reads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from audits.artifacts.glimpsing import Glimpse
from audits.engine.measured import Columns, Facts

SAID = 1.0
"""The confidence of what a person said."""


@dataclass(frozen=True)
class Guess:
    """A kind read from content: the confidence lies above 0 and below 1."""

    kind: str
    confidence: float
    columns: Columns = field(default_factory=dict)
    because: str = ""


@dataclass(frozen=True)
class Given:
    """An artifact to measure. `name` is its path in the room, `path` where its bytes lie.

    `companions` are the other artifacts of the room by kind, where this kind asked for them.
    `seed` fixes every draw; `windows` are spans in days at the end of a log to measure as well.
    """

    path: Path
    name: str
    kind: str
    columns: Columns = field(default_factory=dict)
    companions: Mapping[str, tuple["Given", ...]] = field(default_factory=dict)
    windows: tuple[int, ...] = ()
    seed: int = 1

    @property
    def is_labels(self) -> bool:
        """Whether it has labels by id and no predictions, whatever kind it was called."""
        named = {part for part in ("id", "label", "prediction", "score") if self.column(part)}
        return named == {"id", "label"}

    def column(self, part: str) -> str | None:
        """The column that plays a part, or None."""
        named = self.columns.get(part)
        return named if isinstance(named, str) else None


Measure = Callable[[Given], Facts]
Recognise = Callable[[Glimpse], Guess | None]


def _never(glimpse: Glimpse) -> Guess | None:  # noqa: ARG001 - the shape of a recogniser
    return None


@dataclass(frozen=True)
class Kind:
    """A kind of artifact. `needs` names the kinds it is measured beside, where the room has them.

    `whole_folder` kinds may be a folder that is one thing. `parts` are the parts that columns may
    play, for whoever corrects a guess.
    """

    name: str
    measure: Measure
    recognise: Recognise = _never
    needs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    whole_folder: bool = False
