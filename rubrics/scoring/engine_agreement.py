"""How near the engine's proposals come to the levels that people settled on.

Kept apart from the agreement of people: the engine is never a rater. A signed error above 0, or a
large share of proposals above the settled level, means that it is too kind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from rubrics.scoring.arithmetic import published
from rubrics.scoring.types import HIGHEST_LEVEL

DIGITS = 3
LEVELS = range(HIGHEST_LEVEL + 1)


@dataclass(frozen=True, slots=True)
class EngineAgreement:
    """Proposals against settled levels; None where nothing was both proposed and settled.

    `table[settled][proposed]` counts criteria. `silent` were settled without a proposal.
    `signed_error` is the mean of proposed minus settled, in levels.
    """

    items: int
    silent: int
    table: tuple[tuple[int, ...], ...]
    exact: float | None
    within_one: float | None
    signed_error: float | None
    over_rated: float | None
    under_rated: float | None


def engine_agreement(pairs: Iterable[tuple[int | None, int | None]]) -> EngineAgreement:
    """Of pairs of (proposed, settled); a pair without a settled level says nothing."""
    settled = [(proposed, level) for proposed, level in pairs if level is not None]
    both = [(proposed, level) for proposed, level in settled if proposed is not None]
    errors = [proposed - level for proposed, level in both]

    def share(holds: Iterable[bool]) -> float | None:
        return published(Fraction(sum(holds), len(errors)), DIGITS) if errors else None

    return EngineAgreement(
        items=len(both),
        silent=len(settled) - len(both),
        table=tuple(tuple(both.count((column, row)) for column in LEVELS) for row in LEVELS),
        exact=share(error == 0 for error in errors),
        within_one=share(abs(error) <= 1 for error in errors),
        signed_error=published(Fraction(sum(errors), len(errors)), DIGITS) if errors else None,
        over_rated=share(error > 0 for error in errors),
        under_rated=share(error < 0 for error in errors),
    )
