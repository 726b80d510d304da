"""Coverage says by weight what was examined, withheld and not looked at."""

from diligence.lib.drawing.palette import Palette
from rubrics.charts.coverage_bar import CoverageBar
from tests.rubrics.charts.examples import COVERAGE


def test_shares_are_rounded_down_and_the_rest_is_lacking() -> None:
    assert COVERAGE.table().rows == (
        ("Examined", "60", "63%"),
        ("Asked, not supplied", "12", "12%"),
        ("Not examined", "23", "25%"),
    )


def test_what_was_asked_takes_the_rest_where_all_else_was_examined() -> None:
    chart = CoverageBar("x", "Coverage", 2, 1, 0)
    assert [row[2] for row in chart.table().rows] == ["66%", "34%", "0%"]


def test_where_nothing_applies_there_is_no_share() -> None:
    chart = CoverageBar("x", "Coverage", 0, 0, 0)
    assert "No criterion applies." in chart.svg(Palette.print())
    assert [row[2] for row in chart.table().rows] == ["none"] * 3
