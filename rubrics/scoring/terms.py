"""From findings to terms: what the gaps cost, what revenue rests on them, what people have set.

Plain sums with their terms, after section 7 of the method. No formula turns the headline into a
price. Whatever nobody has said (an amount, a share, an estimate) is counted as unknown and named;
it is never a zero in a sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rubrics.catalog.effort import EffortTable
from rubrics.scoring.arithmetic import exact, published
from rubrics.scoring.types import ConfidenceWord, CriterionTerm

AT_LOW_CONFIDENCE = 2
"""The cost doubles where little of the score is evidenced (section 7)."""
WEEK_DIGITS = 1
WHOLE = Fraction(100)


@dataclass(frozen=True, slots=True)
class Spread:
    """Low, likely and high of the same thing: engineer-weeks, or whole units of money."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class GapCost:
    """What one gap takes; no weeks where the table has no estimate for it."""

    criterion: str
    title: str
    lens: str
    keystone: bool
    level: int
    target: int
    weeks: Spread | None
    cost: Spread | None


@dataclass(frozen=True, slots=True)
class Remediation:
    """The sum over the gaps. `cost` is None until the firm has set what a week costs it.

    `factor` is 2 at low confidence and is in `cost` and in no row. `unknown` counts the criteria
    that nobody examined: whether they are gaps is not known.
    """

    rows: tuple[GapCost, ...]
    weeks: Spread
    factor: int
    cost: Spread | None
    week_cost: float | None
    without_estimate: int
    unknown: int
    table_version: int | None
    table_source: str


def remediation(
    terms: Sequence[CriterionTerm],
    table: EffortTable | None,
    confidence: ConfidenceWord,
    week_cost: float | None,
) -> Remediation:
    """Engineer-weeks of all gaps times the loaded cost of a week, doubled at low confidence."""
    weeks = [(term, _weeks(term, table)) for term in terms if term.gap]
    total = _sum(found for _, found in weeks if found)
    factor = AT_LOW_CONFIDENCE if confidence == "low" else 1
    return Remediation(
        rows=tuple(_row(term, found, week_cost) for term, found in weeks),
        weeks=_published(total, WEEK_DIGITS),
        factor=factor,
        cost=_cost(total, week_cost, factor),
        week_cost=week_cost,
        without_estimate=sum(found is None for _, found in weeks),
        unknown=sum(term.outcome == "unknown" for term in terms),
        table_version=table.version if table else None,
        table_source=table.source if table else "",
    )


_Exact = tuple[Fraction, Fraction, Fraction]


def _weeks(term: CriterionTerm, table: EffortTable | None) -> _Exact | None:
    """The steps from the level up to the target; None where one of them has no estimate."""
    levels = range((term.level or 0) + 1, term.target + 1)
    steps = [table.step(term.criterion, level) if table else None for level in levels]
    known = [tuple(exact(weeks) for weeks in step) for step in steps if step]
    if not known or len(known) < len(steps):
        return None
    return _sum((step[0], step[1], step[2]) for step in known)


def _row(term: CriterionTerm, weeks: _Exact | None, week_cost: float | None) -> GapCost:
    return GapCost(
        criterion=term.criterion,
        title=term.title,
        lens=term.lens,
        keystone=term.keystone,
        level=term.level or 0,
        target=term.target,
        weeks=_published(weeks, WEEK_DIGITS) if weeks else None,
        cost=_cost(weeks, week_cost, 1) if weeks else None,
    )


def _sum(parts: Iterable[_Exact]) -> _Exact:
    low = likely = high = Fraction(0)
    for part in parts:
        low, likely, high = low + part[0], likely + part[1], high + part[2]
    return low, likely, high


def _published(value: _Exact, digits: int) -> Spread:
    return Spread(*(published(each, digits) for each in value))


def _cost(weeks: _Exact, week_cost: float | None, factor: int) -> Spread | None:
    """In whole units of money."""
    if week_cost is None:
        return None
    low, likely, high = (each * exact(week_cost) * factor for each in weeks)
    return _published((low, likely, high), 0)


@dataclass(frozen=True, slots=True)
class StatedModel:
    """A production model and the share of revenue, in percent, that is said to rest on it.

    `keystones` narrows the keystones that concern it; none named means all of them.
    """

    name: str
    share: float | None
    source: str
    keystones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeakKeystone:
    """A keystone below its target."""

    criterion: str
    title: str


@dataclass(frozen=True, slots=True)
class ModelAtRisk:
    """A stated model with the keystones below target that concern it."""

    model: StatedModel
    weak: tuple[WeakKeystone, ...]


@dataclass(frozen=True, slots=True)
class RevenueAtRisk:
    """The share of revenue, in percent, that rests on models with a keystone below target.

    `low` is what is stated of such models, `high` adds all revenue that no statement covers. Both
    are None where nothing is stated; `overlap` says that the statements add up to more than all.
    """

    rows: tuple[ModelAtRisk, ...]
    weak: tuple[WeakKeystone, ...]
    stated: float
    low: float | None
    high: float | None
    overlap: bool


def revenue_at_risk(terms: Sequence[CriterionTerm], models: Sequence[StatedModel]) -> RevenueAtRisk:
    """Sums the stated shares of the models that a keystone below target concerns."""
    weak = tuple(WeakKeystone(t.criterion, t.title) for t in terms if t.keystone and t.gap)
    rows = tuple(ModelAtRisk(model, _concerning(model, weak)) for model in models)
    shares = [exact(row.model.share) for row in rows if row.model.share is not None]
    stated = sum(shares, Fraction(0))
    resting = [exact(r.model.share) for r in rows if r.weak and r.model.share is not None]
    low = min(WHOLE, sum(resting, Fraction(0)))
    nothing = not shares
    open_part = max(Fraction(0), WHOLE - stated) if weak else Fraction(0)
    return RevenueAtRisk(
        rows=rows,
        weak=weak,
        stated=published(stated, 1),
        low=None if nothing else published(low, 1),
        high=None if nothing else published(min(WHOLE, low + open_part), 1),
        overlap=stated > WHOLE,
    )


def _concerning(model: StatedModel, weak: Sequence[WeakKeystone]) -> tuple[WeakKeystone, ...]:
    return tuple(k for k in weak if not model.keystones or k.criterion in model.keystones)


@dataclass(frozen=True, slots=True)
class Exposed:
    """An exposure as counsel ranges it, in whole units of money; no range until counsel has one."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ExposureSum:
    """The sum of what counsel has ranged, and how many still have no range."""

    low: float
    high: float
    ranged: int
    without: int


def exposure_sum(exposures: Iterable[Exposed]) -> ExposureSum:
    """Adds the ranges; what has none is counted beside them."""
    found = list(exposures)
    known = [(e.low, e.high) for e in found if e.low is not None and e.high is not None]
    return ExposureSum(
        low=published(sum((exact(low) for low, _ in known), Fraction(0)), 0),
        high=published(sum((exact(high) for _, high in known), Fraction(0)), 0),
        ranged=len(known),
        without=len(found) - len(known),
    )


@dataclass(frozen=True, slots=True)
class HaircutSum:
    """The house's haircuts that apply: added up, at most all; money where a price is known."""

    percent: float
    amount: float | None
    valuation: float | None
    after: float | None


def haircut_sum(percents: Iterable[float], valuation: float | None) -> HaircutSum:
    """Adds the percentages and takes them off the valuation."""
    whole = min(WHOLE, sum((exact(each) for each in percents), Fraction(0)))
    if valuation is None:
        return HaircutSum(published(whole, 1), None, None, None)
    price = exact(valuation)
    off = price * whole / WHOLE
    return HaircutSum(published(whole, 1), published(off, 0), valuation, published(price - off, 0))


def by_risk(
    terms: Sequence[CriterionTerm], risks: Mapping[str, Sequence[str]]
) -> dict[str, tuple[CriterionTerm, ...]]:
    """The gaps by kind of risk (V, L, R, C), keystones first; a gap stands under each of its."""
    gaps = sorted((t for t in terms if t.gap), key=lambda t: (not t.keystone, -(t.gap or 0)))
    kinds = ("V", "L", "R", "C")
    return {kind: tuple(t for t in gaps if kind in risks[t.criterion]) for kind in kinds}
