"""The terms of coverage and confidence, one line per lens and per criterion.

The roll-up carries the terms of its scores; these two figures are sums over all criteria, and are
laid out here so that each line can be checked by hand: the lines add up to the figure.
"""

from dataclasses import dataclass
from fractions import Fraction

from rubrics.scoring.arithmetic import exact, published, ratio
from rubrics.scoring.ceilings import freshness_factor, strength
from rubrics.scoring.types import CriterionTerm, Freshness, Grade, RollUp

DIGITS = 4


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """How much of a lens was examined, in weights of its criteria."""

    lens: str
    title: str
    examined: int
    applicable: int
    share: float


@dataclass(frozen=True, slots=True)
class ConfidenceLine:
    """One criterion in the confidence: w x g x f x s, over the weight of all that applies.

    `strength` is g (what the grade can prove), `age` f, `models` s; `adds` is the line's part of
    the whole. A criterion without a reviewer's level adds nothing and stays in the divisor.
    """

    criterion: str
    title: str
    lens: str
    weight: int
    grade: Grade | None
    freshness: Freshness | None
    strength: float
    age: float
    models: float
    adds: float


def coverage_lines(rollup: RollUp) -> tuple[CoverageLine, ...]:
    """The lenses that apply, in the order of the rubric."""
    return tuple(
        _coverage(lens.lens, lens.title, lens.terms) for lens in rollup.lenses if lens.applies
    )


def _coverage(lens: str, title: str, terms: tuple[CriterionTerm, ...]) -> CoverageLine:
    applicable = sum(term.weight for term in terms if term.outcome != "not-applicable")
    examined = sum(term.weight for term in terms if term.counted)
    share = ratio(Fraction(examined), Fraction(applicable))
    return CoverageLine(lens, title, examined, applicable, published(share, DIGITS))


def confidence_lines(rollup: RollUp) -> tuple[ConfidenceLine, ...]:
    """The criteria that apply, in the order of the rubric."""
    terms = [term for term in rollup.terms if term.outcome != "not-applicable"]
    whole = Fraction(sum(term.weight for term in terms))
    return tuple(_confidence(term, whole) for term in terms)


def _confidence(term: CriterionTerm, whole: Fraction) -> ConfidenceLine:
    scored = term.outcome == "scored"
    proof = strength(term.grade) if scored else Fraction(0)
    age = freshness_factor(term.freshness) if scored else Fraction(0)
    models = exact(term.models_covered) if scored else Fraction(0)
    return ConfidenceLine(
        criterion=term.criterion,
        title=term.title,
        lens=term.lens,
        weight=term.weight,
        grade=term.grade,
        freshness=term.freshness,
        strength=float(proof),
        age=float(age),
        models=published(models, 2),
        adds=published(ratio(term.weight * proof * age * models, whole), DIGITS),
    )
