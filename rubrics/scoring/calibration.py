"""What many deals say of reviewers and anchors, after the method's section on two raters.

Per criterion, pooled over at least ten deals: alpha below 0.60, or fewer than 90 % of pairs within
one level, means that the words of the anchors are at fault. Under ten deals nothing is said of a
criterion, since alpha of a few items lies anywhere. A reviewer's drift is how far they stand above
or below the settled level, on average; it is for talking to them and enters no score.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist, stdev

from rubrics.scoring.agreement import Agreement, Ratings, agreement
from rubrics.scoring.arithmetic import published

FEWEST_DEALS = 10
LOW_ALPHA, LOW_WITHIN_ONE = 0.60, 0.90
FEWEST_FOR_INTERVAL = 8
"""Criteria below which a mean's interval would pretend to know its own width."""
DIGITS = 3
HALF_WIDTH = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class CriterionCalibration:
    """One criterion over all deals; `faults` says why its anchors need new words."""

    criterion: str
    deals: int
    agreement: Agreement
    faults: tuple[str, ...]


def calibrate_criteria(pooled: Mapping[str, Ratings]) -> tuple[CriterionCalibration, ...]:
    """The criteria with their agreement, those with faults first, then the least agreed upon.

    `pooled` holds per criterion one row a deal; what fewer than two rated counts as no deal.
    """
    found = [_criterion(name, ratings) for name, ratings in pooled.items()]
    return tuple(sorted(found, key=_worst_first))


def _criterion(name: str, ratings: Ratings) -> CriterionCalibration:
    measured = agreement(ratings, draws=0)
    return CriterionCalibration(name, measured.items, measured, _faults(measured))


def _faults(measured: Agreement) -> tuple[str, ...]:
    if measured.items < FEWEST_DEALS:
        return ()
    alpha, near = measured.alpha, measured.within_one
    reasons = (
        (alpha is not None and alpha < LOW_ALPHA, f"Alpha is below {LOW_ALPHA:.2f}."),
        (near is not None and near < LOW_WITHIN_ONE, "Under 90% of pairs lie within one level."),
    )
    return tuple(text for holds, text in reasons if holds)


def _worst_first(each: CriterionCalibration) -> tuple[bool, bool, float]:
    exact = each.agreement.exact
    return (not each.faults, exact is None, exact if exact is not None else 0.0)


@dataclass(frozen=True, slots=True)
class Drift:
    """How a reviewer stands to the settled levels, in levels; above 0 is kinder than consensus.

    The interval is mean +/- 1.96 standard errors; none over few criteria. Their own level is part
    of what was settled on, so a drift shows smaller than it is, never larger.
    """

    reviewer: str
    items: int
    deals: int
    mean: float
    low: float | None
    high: float | None
    exact: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves no doubt which way they drift."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Rated:
    """A reviewer's level beside what the criterion was settled at."""

    reviewer: str
    deal: str
    level: int
    settled: int


def drifts(rated: Iterable[Rated]) -> tuple[Drift, ...]:
    """The reviewers, the furthest from consensus first."""
    by_reviewer: dict[str, list[Rated]] = {}
    for each in rated:
        by_reviewer.setdefault(each.reviewer, []).append(each)
    found = [_drift(reviewer, rows) for reviewer, rows in by_reviewer.items()]
    return tuple(sorted(found, key=lambda drift: (-abs(drift.mean), drift.reviewer)))


def _drift(reviewer: str, rows: list[Rated]) -> Drift:
    errors = [row.level - row.settled for row in rows]
    mean = Fraction(sum(errors), len(errors))
    low, high = _interval(errors, float(mean))
    return Drift(
        reviewer=reviewer,
        items=len(rows),
        deals=len({row.deal for row in rows}),
        mean=published(mean, DIGITS),
        low=low,
        high=high,
        exact=published(Fraction(errors.count(0), len(errors)), DIGITS),
    )


def _interval(errors: list[int], mean: float) -> tuple[float | None, float | None]:
    if len(errors) < FEWEST_FOR_INTERVAL:
        return None, None
    half: float = HALF_WIDTH * stdev(errors) / len(errors) ** 0.5
    return round(mean - half, DIGITS), round(mean + half, DIGITS)
