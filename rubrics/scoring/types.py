"""The values that go into a roll-up and come out of it.

Frozen throughout, and every figure carries the terms it was made of, so that a page can answer
"why 1.8?" down to criteria, levels, weights and grades without computing anything again.
The formulas are those of the method's section on the roll-up; `rollup.py` applies them.
"""

from typing import Literal

from msgspec import Struct

Outcome = Literal["scored", "not-supplied", "unknown", "not-applicable"]
ConfidenceWord = Literal["high", "medium", "low"]
Binding = Literal["mean", "weakest-lens", "both", "none"]

# Grades and freshness come from database columns and files, so they are text checked at run time.
Grade = str
Freshness = str
GRADES: tuple[Grade, ...] = ("E0", "E1", "E2", "E3", "E4", "E5")
FRESHNESS: tuple[Freshness, ...] = ("current", "year", "old", "fresh")
HIGHEST_LEVEL = 4
NOT_RATEABLE = "NR"


class BandEdge(Struct, frozen=True):
    """A band and the lowest headline that reaches it."""

    band: str
    floor: int


BANDS: tuple[BandEdge, ...] = (
    BandEdge("A", 75),
    BandEdge("B", 58),
    BandEdge("C", 38),
    BandEdge("D", 0),
)


class Profile(Struct, frozen=True):
    """What the startup builds and at which stage the deal is; frozen before evidence is opened."""

    archetypes: frozenset[str]
    flags: frozenset[str]
    stage: str


class CriterionInput(Struct, frozen=True):
    """What is known of one criterion: an adjudicated level, or why there is none.

    Where reviewers differ and nobody has settled it yet, `level` is the lower and `upper` the
    higher of theirs: the point score takes the lower, the interval reaches to the higher.
    """

    criterion: str
    level: int | None
    outcome: Outcome
    grade: Grade | None = None
    freshness: Freshness | None = None
    models_covered: float = 1.0
    upper: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no roll-up could read, where it is made."""
        if self.outcome == "scored" and self.level not in range(HIGHEST_LEVEL + 1):
            message = f"{self.criterion}: a scored criterion needs a level from 0 to 4."
            raise ValueError(message)
        if self.outcome != "scored" and self.level is not None:
            message = f"{self.criterion}: a level needs the outcome 'scored'; leave it out."
            raise ValueError(message)
        if self.upper is not None and self.upper not in range(self.level or 0, HIGHEST_LEVEL + 1):
            message = f"{self.criterion}: what is still open lies between the level and 4."
            raise ValueError(message)
        if not 0 <= self.models_covered <= 1:
            message = f"{self.criterion}: give the share of models covered as 0 to 1."
            raise ValueError(message)
        if self.grade is not None and self.grade not in GRADES:
            message = f"{self.criterion}: the grade is one of {', '.join(GRADES)}."
            raise ValueError(message)
        if self.freshness is not None and self.freshness not in FRESHNESS:
            message = f"{self.criterion}: the freshness is one of {', '.join(FRESHNESS)}."
            raise ValueError(message)


class CriterionTerm(Struct, frozen=True):
    """One criterion as it entered a lens score."""

    criterion: str
    title: str
    lens: str
    weight: int
    keystone: bool
    outcome: Outcome
    level: int | None
    counted: bool
    share: float
    contribution: float
    grade: Grade | None
    freshness: Freshness | None
    models_covered: float
    strength: float
    target: int
    gap: int | None
    reason: str


class LensScore(Struct, frozen=True):
    """A lens from 0 to 4: the mean of its criteria, capped by its weakest keystone.

    `target` is the weighted mean of what the stage expects of its criteria; it moves no score.
    """

    lens: str
    title: str
    weight: float
    mean: float | None
    cap: float | None
    capped: bool
    capped_by: tuple[str, ...]
    score: float | None
    low: float | None
    high: float | None
    target: float | None
    coverage: float
    confidence: float
    confidence_word: ConfidenceWord
    explanation: str
    terms: tuple[CriterionTerm, ...]

    @property
    def applies(self) -> bool:
        """False where no criterion of the lens applies to this product."""
        return any(term.outcome != "not-applicable" for term in self.terms)


class LensTerm(Struct, frozen=True):
    """One lens as it entered the headline."""

    lens: str
    title: str
    share: float
    score: float
    contribution: float


class Headline(Struct, frozen=True):
    """The score from 0 to 100, both of its terms, and which of them binds."""

    score: float | None
    low: float | None
    high: float | None
    mean_term: float | None
    weakest_term: float | None
    binding: Binding
    weakest_lenses: tuple[str, ...]
    explanation: str
    terms: tuple[LensTerm, ...]


class Sensitivity(Struct, frozen=True):
    """How many of the random weightings keep the band."""

    draws: int
    kept: int

    @property
    def share(self) -> float | None:
        """The share that keeps it, or None where nothing was drawn."""
        return self.kept / self.draws if self.draws else None


class Gap(Struct, frozen=True):
    """How far a criterion is below what its stage expects; this drives the remediation plan."""

    criterion: str
    lens: str
    level: int
    target: int
    keystone: bool

    @property
    def steps(self) -> int:
        """Levels to climb."""
        return self.target - self.level


class RollUp(Struct, frozen=True):
    """All that follows from a scorecard: lenses, headline, band, confidence, gaps."""

    rubric: str
    version: int
    digest: str
    stage: str
    archetypes: tuple[str, ...]
    flags: tuple[str, ...]
    lenses: tuple[LensScore, ...]
    headline: Headline
    coverage: float
    confidence: float
    confidence_word: ConfidenceWord
    rateable: bool
    not_rateable_because: str
    point_band: str
    bands: tuple[str, ...]
    band: str
    knock_outs: tuple[str, ...]
    notation: str
    sensitivity: Sensitivity
    gaps: tuple[Gap, ...]

    def lens(self, identifier: str) -> LensScore:
        """The score of one lens, or a StopIteration where the rubric has none of this id."""
        return next(lens for lens in self.lenses if lens.lens == identifier)

    @property
    def terms(self) -> tuple[CriterionTerm, ...]:
        """Every criterion, in the order of the rubric."""
        return tuple(term for lens in self.lenses for term in lens.terms)
