"""What holds for every chart: named, described, safe, the same in text, on screen and on paper."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import weasyprint

from diligence.lib.drawing.palette import Palette, nearest_level
from diligence.lib.drawing.svg import Chart
from tests.rubrics.charts.examples import EXAMPLES, assert_matches_snapshot

SVG = "{http://www.w3.org/2000/svg}"
EVERY = pytest.mark.parametrize("name", sorted(EXAMPLES))
PALETTES = pytest.mark.parametrize("palette", [Palette.screen(), Palette.print()])


def parsed(chart: Chart, palette: Palette) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg(palette))  # noqa: S314 - our own drawing


@EVERY
def test_it_draws_what_its_snapshot_shows(name: str) -> None:
    assert_matches_snapshot(name, EXAMPLES[name])


@EVERY
@PALETTES
def test_a_screen_reader_gets_a_name_and_a_description(name: str, palette: Palette) -> None:
    root = parsed(EXAMPLES[name], palette)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None
    assert description is not None
    assert title.text == EXAMPLES[name].title
    assert description.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


@EVERY
def test_ids_are_unique_and_begin_with_that_of_the_chart(name: str) -> None:
    ids = [item.get("id", "") for item in parsed(EXAMPLES[name], Palette.print()).iter()]
    ids = [item for item in ids if item]
    assert len(ids) == len(set(ids)) == 3
    assert len({item.partition("-")[0] for item in ids}) == 1


@EVERY
def test_print_has_every_colour_written_out(name: str) -> None:
    drawn = EXAMPLES[name].svg(Palette.print())
    assert "var(" not in drawn
    assert re.search(r'fill="#[0-9a-f]{6}"', drawn)


@EVERY
def test_the_screen_follows_the_tokens_with_a_fallback(name: str) -> None:
    drawn = EXAMPLES[name].svg(Palette.screen())
    colours = re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)
    allowed = r"var\(--chart-[a-z0-9-]+, #[0-9a-f]{6}\)|url\(#[a-z]+-hatch\)|none"
    assert all(re.fullmatch(allowed, colour) for colour in colours)


@EVERY
def test_nothing_needs_an_inline_style_or_a_script(name: str) -> None:
    drawn = EXAMPLES[name].svg(Palette.screen())
    assert "style=" not in drawn
    assert "<script" not in drawn


@EVERY
def test_everything_stays_inside_the_drawing(name: str) -> None:
    root = parsed(EXAMPLES[name], Palette.print())
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for item in root.iter(f"{SVG}rect"):
        right = float(item.get("x", 0)) + float(item.get("width", 0))
        bottom = float(item.get("y", 0)) + float(item.get("height", 0))
        assert right <= width + 0.01
        assert bottom <= height + 0.01
    for item in root.iter(f"{SVG}text"):
        assert 0 <= float(item.get("x", 0)) <= width
        assert 0 <= float(item.get("y", 0)) <= height


@EVERY
def test_every_figure_of_the_table_is_printed_in_the_drawing(name: str) -> None:
    chart = EXAMPLES[name]
    texts = " ".join(parsed(chart, Palette.print()).itertext())
    for row in chart.table().rows:
        for cell in row[1:]:
            for number in re.findall(r"\d+\.\d", cell):
                assert number in texts


@EVERY
def test_it_renders_on_paper(name: str) -> None:
    page = f"<body>{EXAMPLES[name].svg(Palette.print())}</body>"
    document = weasyprint.HTML(string=page).render()
    assert len(document.pages) == 1


@pytest.mark.parametrize(
    ("score", "level"), [(-1, 0), (0, 0), (0.49, 0), (0.5, 1), (2.5, 3), (3.6, 4), (9, 4)]
)
def test_a_score_takes_the_colour_of_its_nearest_level(score: float, level: int) -> None:
    assert nearest_level(score) == level


def test_the_fallbacks_are_the_light_tokens_of_the_design() -> None:
    tokens = (
        (Path(__file__).parents[3] / "static/tokens.css")
        .read_text(encoding="utf-8")
        .partition("@media")[0]
    )
    found = dict(re.findall(r"--chart-([a-z0-9-]+): (#[0-9a-f]{6});", tokens))
    palette = Palette.print()
    assert {name: palette.colour(name) for name in found} == found
