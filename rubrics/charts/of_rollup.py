"""Charts of a roll-up: which of its figures each drawing shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from rubrics.charts.coverage_bar import CoverageBar
from rubrics.charts.heat_map import HeatCell, HeatMap, HeatRow
from rubrics.charts.lens_bars import LensBar, LensBars
from rubrics.charts.score_bar import ScoreBar
from rubrics.scoring.types import LensScore, RollUp


@dataclass(frozen=True, slots=True)
class NamedRollUp:
    """A deal's name beside its roll-up."""

    name: str
    rollup: RollUp


def score_bar(ident: str, rollup: RollUp, *, title: str = "Headline score") -> ScoreBar:
    """The headline with its interval."""
    head = rollup.headline
    return ScoreBar(ident, title, head.score, head.low, head.high, rollup.notation)


def lens_bars(ident: str, rollup: RollUp, *, title: str = "Scores by lens") -> LensBars:
    """Each lens with its interval and the target of the stage."""
    rows = tuple(
        LensBar(lens.title, lens.score, lens.low, lens.high, lens.target) for lens in rollup.lenses
    )
    return LensBars(ident, title, rows)


def coverage_bar(ident: str, rollup: RollUp, *, title: str = "Evidence coverage") -> CoverageBar:
    """The weights by what became of them."""
    weights = {"scored": 0, "not-supplied": 0, "unknown": 0, "not-applicable": 0}
    for term in rollup.terms:
        weights[term.outcome] += term.weight
    return CoverageBar(ident, title, weights["scored"], weights["not-supplied"], weights["unknown"])


def lens_heat_map(
    ident: str, rollup: RollUp, *, title: str = "Lenses against the stage's target"
) -> HeatMap:
    """One deal: score, target and gap of each lens."""
    rows = tuple(
        HeatRow(lens.title, (_cell(lens), _target(lens), _gap(lens))) for lens in rollup.lenses
    )
    return HeatMap(ident, title, "Lens", ("Score", "Target", "Gap"), rows)


def portfolio_heat_map(
    ident: str, deals: Sequence[NamedRollUp], *, title: str = "Deals by lens"
) -> HeatMap:
    """Several deals under one rubric, in the order given; columns by the short name of the lens."""
    lenses = [lens.lens for lens in deals[0].rollup.lenses] if deals else []
    rows = tuple(
        HeatRow(deal.name, tuple(_cell(deal.rollup.lens(lens)) for lens in lenses))
        for deal in deals
    )
    columns = tuple(lens.replace("-", " ").capitalize() for lens in lenses)
    return HeatMap(ident, title, "Deal", columns, rows)


def _cell(lens: LensScore) -> HeatCell:
    if not lens.applies:
        return HeatCell(None, "not-applicable")
    return HeatCell(lens.score, "unknown" if lens.score is None else "scored")


def _target(lens: LensScore) -> HeatCell:
    return HeatCell(lens.target, "not-applicable" if lens.target is None else "scored")


def _gap(lens: LensScore) -> HeatCell:
    if lens.target is None:
        return HeatCell(None, "not-applicable")
    if lens.score is None:
        return HeatCell(None, "unknown")
    return HeatCell(max(0.0, lens.target - lens.score), "plain")
