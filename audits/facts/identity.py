"""What this repository is: whether it does machine learning, of which kind, and whether it trains.

Both the identity practices and the gates of all others stand on this one fact.
"""

from dataclasses import dataclass

from audits.engine.types import Evidence


@dataclass(frozen=True)
class Identity:
    """`kind` is one of the values of `ml-kind`; evidence lists are product paths first."""

    kind: str = "none"
    because: str = ""
    training: tuple[Evidence, ...] = ()
    inference: tuple[Evidence, ...] = ()
    hosted: tuple[Evidence, ...] = ()
    retrieval: tuple[Evidence, ...] = ()

    @property
    def is_ml(self) -> bool:
        """Whether the [ML] practices make sense."""
        return self.kind != "none"

    @property
    def trains(self) -> bool:
        """Whether the [TR] practices make sense."""
        return bool(self.training)
