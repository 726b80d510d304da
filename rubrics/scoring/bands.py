"""Bands, confidence words, whether a deal can be rated at all, and the notation that says so.

The band is read off the published headline, with its one decimal, so that no page ever shows
75.0 beside a B. A deal is not rateable below 70% coverage, or below 50% in any lens.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rubrics.scoring.types import BANDS, NOT_RATEABLE, ConfidenceWord

COVERAGE_NEEDED = Fraction(70, 100)
LENS_COVERAGE_NEEDED = Fraction(50, 100)
HIGH_CONFIDENCE = Fraction(70, 100)
MEDIUM_CONFIDENCE = Fraction(45, 100)

_LETTERS: dict[ConfidenceWord, str] = {"high": "H", "medium": "M", "low": "L"}


def band_of(headline: float) -> str:
    """The band of a published headline."""
    return next(edge.band for edge in BANDS if headline >= edge.floor)


def bands_between(low: float, high: float) -> tuple[str, ...]:
    """Every band that the interval touches, best first."""
    names = [edge.band for edge in BANDS]
    return tuple(names[names.index(band_of(high)) : names.index(band_of(low)) + 1])


def printed_band(bands: Sequence[str]) -> str:
    """`B`, or `B-C` where the interval crosses an edge; NR where there is none to print."""
    if not bands:
        return NOT_RATEABLE
    return bands[0] if len(bands) == 1 else f"{bands[0]}-{bands[-1]}"


def confidence_word(confidence: Fraction) -> ConfidenceWord:
    """High from 0.70, medium from 0.45, otherwise low."""
    if confidence >= HIGH_CONFIDENCE:
        return "high"
    return "medium" if confidence >= MEDIUM_CONFIDENCE else "low"


def why_not_rateable(coverage: Fraction, lenses: Iterable[tuple[str, Fraction]]) -> str:
    """The sentence that explains NR, or nothing; `lenses` are titles with their coverage."""
    if coverage < COVERAGE_NEEDED:
        return f"Only {_percent(coverage)} of the weight was examined; a band needs 70%."
    thin = [(title, share) for title, share in lenses if share < LENS_COVERAGE_NEEDED]
    if not thin:
        return ""
    title, share = thin[0]
    return f"Only {_percent(share)} of the lens “{title}” was examined; a band needs 50% in each."


def in_order(knock_outs: Iterable[str]) -> tuple[str, ...]:
    """Knock-outs by number, each once."""
    return tuple(sorted(set(knock_outs), key=_number))


def notation(band: str, word: ConfidenceWord, knock_outs: Sequence[str]) -> str:
    """Band, confidence and knock-outs, as in `B/M/-` or `C/L/X(K2)`."""
    mark = f"X({','.join(knock_outs)})" if knock_outs else "-"
    return f"{band}/{_LETTERS[word]}/{mark}"


def _percent(share: Fraction) -> str:
    """Rounded down: a share just under a threshold must not print as the threshold."""
    return f"{int(share * 100)}%"


def _number(knock_out: str) -> int:
    digits = knock_out.removeprefix("K")
    return int(digits) if digits.isdecimal() else 0
