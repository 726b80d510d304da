"""Every cell prints its figure; a ragged grid is refused; long names are shortened."""

import pytest

from diligence.lib.drawing.palette import Palette
from rubrics.charts.heat_map import HeatCell, HeatMap, HeatRow
from tests.rubrics.charts.examples import DEALS


def test_the_text_twin_has_every_cell() -> None:
    assert DEALS.table().rows == (
        ("Gridwatt", "3.4", "0.2"),
        ("Churnly", "unknown", "n/a"),
        ("Acme & Söhne <GmbH>", "1.5", "0.8"),
    )


def test_a_ragged_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="one cell for each of 2 columns"):
        HeatMap("x", "t", "Deal", ("A", "B"), (HeatRow("r", (HeatCell(1, "scored"),)),))


def test_an_empty_portfolio_says_so() -> None:
    assert "There is nothing to show yet." in HeatMap("x", "t", "Deal", (), ()).svg(Palette.print())


def test_a_long_name_takes_two_lines_and_is_shortened_after_that() -> None:
    name = "A company with a name that no board member can remember or pronounce"
    chart = HeatMap("x", "t", "Deal", ("A",), (HeatRow(name, (HeatCell(1, "scored"),)),))
    drawn = chart.svg(Palette.print())
    assert ">A company with a name<" in drawn
    assert ">that no board member…<" in drawn
    assert chart.table().rows[0][0] == name
