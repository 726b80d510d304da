"""What a piece of evidence can prove: the highest level a grade supports, and its strength.

From the method's table of grades. A statement or a paper proves that someone says so (1), code
that it is built (2), machine records that it operates (3), a drill or our own reproduction that
it is enforced (4). Evidence younger than 30 days lifts nothing above 2.
"""

from fractions import Fraction

from msgspec import Struct

from rubrics.catalog.schema import Criterion
from rubrics.scoring.types import Freshness, Grade

FRESH_CEILING = 2
RECORD_GRADE: Grade = "E4"
PAPER_GRADE: Grade = "E1"

_CEILING: dict[Grade, int] = {"E0": 1, "E1": 1, "E2": 2, "E3": 2, "E4": 3, "E5": 4}
_STRENGTH: dict[Grade, Fraction] = {
    "E0": Fraction(0),
    "E1": Fraction(20, 100),
    "E2": Fraction(40, 100),
    "E3": Fraction(55, 100),
    "E4": Fraction(85, 100),
    "E5": Fraction(1),
}
_FRESHNESS: dict[Freshness, Fraction] = {
    "current": Fraction(1),
    "year": Fraction(80, 100),
    "old": Fraction(50, 100),
    "fresh": Fraction(50, 100),
}
_WORDS: dict[Grade, str] = {
    "E0": "a statement",
    "E1": "a document, a screenshot or a declared dependency",
    "E2": "code or configuration in a product path",
    "E3": "code that a deployed or scheduled entry point reaches",
    "E4": "machine-made records that agree with the code",
    "E5": "what we reproduced or pulled from the system of record ourselves",
}


class Circumstance(Struct, frozen=True):
    """What lifts or lowers a ceiling beside the grade itself."""

    signed_original: bool = False
    drill_record: bool = False
    freshness: Freshness | None = None


PLAIN = Circumstance()


def effective_grade(
    grade: Grade, criterion: Criterion, circumstance: Circumstance = PLAIN
) -> Grade:
    """The grade as it counts for this criterion: a signed original is a record where papers are
    the primary evidence."""
    if criterion.doc and circumstance.signed_original and grade == PAPER_GRADE:
        return RECORD_GRADE
    return grade


def ceiling(grade: Grade | None, criterion: Criterion, circumstance: Circumstance = PLAIN) -> int:
    """The highest level that evidence of this grade can support; 0 where there is none."""
    if grade is None:
        return 0
    counted = effective_grade(grade, criterion, circumstance)
    highest = _CEILING[counted]
    if counted == RECORD_GRADE and circumstance.drill_record:
        highest = 4
    return min(highest, FRESH_CEILING) if circumstance.freshness == "fresh" else highest


def explain_ceiling(
    grade: Grade | None, criterion: Criterion, circumstance: Circumstance = PLAIN
) -> str:
    """One sentence on why the level cannot be higher, and what would lift it."""
    highest = ceiling(grade, criterion, circumstance)
    if grade is None:
        return "Without evidence no level above 0 can be supported."
    if circumstance.freshness == "fresh" and highest == FRESH_CEILING:
        return "Evidence younger than 30 days supports at most level 2; older records lift it."
    counted = effective_grade(grade, criterion, circumstance)
    words = "a signed original" if counted != grade else _WORDS[grade]
    sentence = f"{grade}, {words}, supports at most level {highest}"
    remedy = _remedy(counted, criterion, highest)
    return f"{sentence}; {remedy}." if remedy else f"{sentence}."


def strength(grade: Grade | None) -> Fraction:
    """How much weight a grade carries in the confidence; none without evidence."""
    return Fraction(0) if grade is None else _STRENGTH[grade]


def freshness_factor(freshness: Freshness | None) -> Fraction:
    """How much the age of evidence leaves of its weight; undated evidence counts as old."""
    return _FRESHNESS["old" if freshness is None else freshness]


def _remedy(counted: Grade, criterion: Criterion, highest: int) -> str:
    if highest <= 1:
        return "a signed original lifts it" if criterion.doc else "use in a product path lifts it"
    if highest == 2:
        return "machine-made records of the last 90 days lift it"
    return "a drill record lifts it" if highest < 4 and counted == RECORD_GRADE else ""
