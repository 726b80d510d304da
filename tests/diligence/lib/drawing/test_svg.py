"""Text in a drawing stays text."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import node, span
from diligence.lib.drawing.table import TextTable
from rubrics.charts.heat_map import HeatCell, HeatMap, HeatRow
from rubrics.charts.score_bar import ScoreBar


@given(st.text(), st.text())
def test_no_text_can_become_markup(title: str, row: str) -> None:
    chart = HeatMap("x", title, "Deal", ("A",), (HeatRow(row, (HeatCell(1, "scored"),)),))
    root = ElementTree.fromstring(chart.svg(Palette.screen()))  # noqa: S314 - our own drawing
    names = {item.tag.partition("}")[2] for item in root.iter()}
    assert names == {"svg", "title", "desc", "defs", "pattern", "rect", "path", "text"}


def test_attributes_are_escaped() -> None:
    assert node("a", {"b": '"><script>'}).render() == '<a b="&quot;&gt;&lt;script&gt;"/>'


def test_the_table_is_escaped() -> None:
    markup = TextTable("<i>", ("<b>", "y"), (("<u>", "&"),)).html()
    assert markup == (
        '<table class="chart-table"><caption>&lt;i&gt;</caption><thead><tr>'
        '<th scope="col">&lt;b&gt;</th><th scope="col">y</th></tr></thead><tbody><tr>'
        '<th scope="row">&lt;u&gt;</th><td>&amp;</td></tr></tbody></table>'
    )


@pytest.mark.parametrize("ident", ["", "1a", "a b", 'a"', "A"])
def test_an_id_that_cannot_be_referred_to_is_refused(ident: str) -> None:
    with pytest.raises(ValueError, match="small letters, digits and hyphens"):
        ScoreBar(ident, "t", None, None, None, "NR/L/-").svg(Palette.screen())


def test_numbers_are_written_shortly() -> None:
    assert node("a", {"b": 1.0, "c": 0.333333, "d": 10}).render() == '<a b="1" c="0.33" d="10"/>'


def test_an_interval_is_printed_with_one_decimal_or_not_at_all() -> None:
    assert span(1, 2.25) == "1.0\N{EN DASH}2.3"
    assert span(None, 2) == span(1, None) == ""
