"""The charts of a roll-up show its figures and no others."""

from diligence.lib.drawing.palette import Palette
from rubrics.charts.of_rollup import (
    NamedRollUp,
    coverage_bar,
    lens_bars,
    lens_heat_map,
    portfolio_heat_map,
    score_bar,
)
from rubrics.scoring.rollup import roll_up
from tests.rubrics.scoring.cases import EVERYTHING, RUBRIC, not_supplied, scored

PARTIAL = roll_up(
    RUBRIC,
    EVERYTHING,
    [scored(c.id, 2) for c in RUBRIC.criteria if c.lens not in ("data", "governance")]
    + [not_supplied(c.id) for c in RUBRIC.criteria_of("governance")],
    knock_outs=["K2"],
    draws=0,
)
NOTHING = roll_up(RUBRIC, EVERYTHING, [], draws=0)


def test_the_headline_is_that_of_the_roll_up() -> None:
    chart = score_bar("s", PARTIAL)
    head = PARTIAL.headline
    assert (chart.score, chart.low, chart.high) == (head.score, head.low, head.high)
    assert chart.notation == PARTIAL.notation
    assert "X(K2)" in chart.notation


def test_each_lens_has_its_score_and_target() -> None:
    rows = {row.label: row for row in lens_bars("l", PARTIAL).rows}
    assert rows["Deployment and monitoring"].score == 2.0
    assert rows["Data lineage and versioning"].value == "unknown"
    assert rows["Governance and security"].value == "0.0"
    assert rows["Governance and security"].target == PARTIAL.lens("governance").target


def test_the_gap_is_never_negative_and_unknown_stays_unknown() -> None:
    rows = {row[0]: row[1:] for row in lens_heat_map("h", PARTIAL).table().rows}
    assert rows["Data lineage and versioning"] == ("unknown", "2.4", "unknown")
    assert rows["Governance and security"] == ("0.0", "2.4", "2.4")


def test_coverage_counts_weights() -> None:
    chart = coverage_bar("c", PARTIAL)
    assert chart.whole == sum(c.weight for c in RUBRIC.criteria)
    assert chart.unknown == sum(c.weight for c in RUBRIC.criteria_of("data"))
    assert chart.not_supplied == sum(c.weight for c in RUBRIC.criteria_of("governance"))


def test_a_portfolio_has_a_row_a_deal_in_the_order_given() -> None:
    chart = portfolio_heat_map("p", [NamedRollUp("B", PARTIAL), NamedRollUp("A", NOTHING)])
    assert chart.columns == (
        "Data", "Experimentation", "Operations", "Delivery", "Governance", "Substance",
    )  # fmt: skip
    assert [row.label for row in chart.rows] == ["B", "A"]
    assert {cell.text for cell in chart.rows[1].cells} == {"unknown"}
    assert portfolio_heat_map("p", []).rows == ()


def test_the_same_roll_up_gives_the_same_bytes() -> None:
    first, second = lens_bars("l", PARTIAL), lens_bars("l", PARTIAL)
    assert first.svg(Palette.screen()) == second.svg(Palette.screen())
