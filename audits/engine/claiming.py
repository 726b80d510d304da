"""What a startup says of itself, and what becomes of it when it is held against the evidence."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from audits.engine.types import Evidence, Grade

Scalar = str | int | float | bool


class Standing(StrEnum):
    """The verdict on a claim. UNSUPPORTED: what would decide is not there; it proves nothing."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"
    UNTESTABLE = "untestable"


class Claim(Struct, frozen=True):
    """One claim; `kind` says how it is tested, `fields` hold what that kind needs."""

    id: str
    kind: str
    text: str = ""
    fields: Mapping[str, Scalar] = field(default_factory=dict)

    def text_of(self, name: str) -> str:
        """A field as text; empty where it is not given."""
        return str(self.fields.get(name, ""))

    def number_of(self, name: str) -> float | None:
        """A field as a number, or None."""
        value = self.fields.get(name)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return float(value) if number and value is not None else None


class ClaimVerdict(Struct, frozen=True):
    """What became of one claim. Never contradicted without evidence."""

    id: str
    kind: str
    verdict: Standing
    because: str
    grade: Grade = Grade.E0
    claimed: float | None = None
    measured: float | None = None
    interval: tuple[float, float] | None = None
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if self.verdict is Standing.CONTRADICTED and not self.evidence:
            raise ValueError(f"the claim {self.id} cannot be contradicted without evidence")
