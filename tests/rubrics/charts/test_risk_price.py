"""Risk against price and the headline over time: every figure is in the twin, no name leaves."""

from datetime import date

from diligence.lib.drawing.palette import Palette
from rubrics.charts.risk_price import MOST_NAMED, PricePoint, RiskPrice
from rubrics.charts.trend import Trend, TrendPoint
from tests.rubrics.charts.examples import PRICES, TREND, assert_matches_snapshot


def test_risk_against_price_looks_as_it_did() -> None:
    assert_matches_snapshot("risk_price", PRICES)


def test_the_trend_looks_as_it_did() -> None:
    assert_matches_snapshot("trend", TREND)


def test_with_many_deals_the_names_are_in_the_table_alone() -> None:
    points = tuple(
        PricePoint(f"Deal {n}", 10**6 + n, 50.0, None, None) for n in range(MOST_NAMED + 1)
    )
    chart = RiskPrice("p", "t", "EUR", points)
    assert ">Deal 3 50.0<" not in chart.svg(Palette.screen())
    assert [row[0] for row in chart.table().rows] == [p.name for p in points]


def test_one_price_and_one_day_are_drawn_in_place() -> None:
    chart = RiskPrice("p", "t", "EUR", (PricePoint("One", 1, 0.0, None, None),))
    assert "<circle" in chart.svg(Palette.screen())
    point = TrendPoint(date(2026, 3, 2), 50.0, None, None, "B/M/-")
    assert "2026-03-02" in Trend("t", "t", (point,)).svg(Palette.screen())


def test_a_trend_without_any_score_says_so() -> None:
    point = TrendPoint(date(2026, 3, 2), None, 0.0, 100.0, "NR/L/-")
    assert "No day has a score yet." in Trend("t", "t", (point,)).svg(Palette.screen())
