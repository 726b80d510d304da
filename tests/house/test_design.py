"""The design holds what it promises: contrast in light and dark, one set of values, known icons."""

import re
from collections.abc import Iterable
from itertools import pairwise, product, starmap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
TOKENS = (STATIC / "tokens.css").read_text("utf-8")
COLOUR = re.compile(r"(--[\w-]+):\s*(#[0-9a-f]{6});")
ICON = re.compile(r"(?:_icon\.html[\"'] with name=|\bicon\()[\"']([\w-]+)")
AA = 4.5  # WCAG 2.2, success criterion 1.4.3, text of ordinary size
AA_PARTS = 3.0  # 1.4.11, outlines of controls and of the focus

Matrix = tuple[tuple[float, float, float], ...]
# Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color
# vision deficiency", severity 1.0, over linear RGB.
VISIONS: dict[str, Matrix] = {
    "every cone": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "no cone": ((0.2126, 0.7152, 0.0722),) * 3,
}
STEP = 1.3  # Of our own: the figure stands in each cell too, so that 1.4.11's 3:1 is not asked.

SURFACES = ("--paper", "--surface", "--sunken", "--raised")
INKS = ("--ink", "--ink-2", "--ink-3", "--accent", "--yes", "--partly", "--no", "--na", "--unknown")
TINTED = ("--yes", "--partly", "--no", "--na", "--unknown", "--accent")
SEVERITIES = ("critical", "high", "medium", "low", "info")
PAIRS = [
    *product(INKS, SURFACES),
    *((ink, f"{ink}-soft") for ink in TINTED),
    *((f"--sev-{name}", f"--sev-{name}-soft") for name in SEVERITIES),
    *((f"--chart-on-{level}", f"--chart-{level}") for level in range(5)),
    *(("--on-band", f"--band-{band}") for band in ("a", "b", "c", "d", "nr")),
    *((ink, "--mark") for ink in ("--ink", "--ink-3")),
    *((ink, "--accent-soft") for ink in ("--ink", "--ink-2")),
    *((ink, "--bar") for ink in ("--bar-ink", "--bar-muted")),
    *(("--on-accent", ground) for ground in ("--accent", "--accent-hover")),
    *((ink, f"{ground}-soft") for ink, ground in product(("--ink",), TINTED)),
    ("--chart-unknown-ink", "--chart-unknown"),
    ("--chart-ink", "--surface"),
    ("--chart-muted", "--surface"),
    *((ink, "--chart-na") for ink in ("--chart-ink", "--chart-muted")),
    ("--on-bar-accent", "--bar-accent"),
    ("--ink-3", "--chart-na"),
]
PARTS = [("--line-strong", "--surface"), ("--focus", "--paper"), ("--focus-on-bar", "--bar")]


def _block(opening: str) -> str:
    start = TOKENS.index(opening) + len(opening)
    return TOKENS[start : TOKENS.index("}", start)]


def _declared(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if ":" in line]


LIGHT = dict(COLOUR.findall(_block(":root {")))
DARK = LIGHT | dict(COLOUR.findall(_block(':root[data-theme="dark"] {')))
THEMES = {"light": LIGHT, "dark": DARK}


def _linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def seen(colour: str, vision: Matrix) -> float:
    """The relative luminance, 0 to 1, of a colour as this vision meets it."""
    mixed = (sumprod(row, _linear(colour)) for row in vision)
    return sumprod((0.2126, 0.7152, 0.0722), (min(1.0, max(0.0, part)) for part in mixed))


def ratio(one: float, other: float) -> float:
    """The contrast of two relative luminances as WCAG 2.2 defines it, 1 to 21."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 between two colours."""
    return ratio(seen(one, VISIONS["every cone"]), seen(other, VISIONS["every cone"]))


def sumprod(one: Iterable[float], other: Iterable[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_contrast_is_measured_as_the_guideline_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_what_it_stands_on(theme: str) -> None:
    colours = THEMES[theme]
    weak = {
        (ink, ground): round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground in PAIRS
        if contrast(colours[ink], colours[ground]) < AA
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_controls_and_the_focus_can_be_seen(theme: str) -> None:
    colours = THEMES[theme]
    weak = [pair for pair in PARTS if contrast(colours[pair[0]], colours[pair[1]]) < AA_PARTS]
    assert weak == []


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_neighbouring_levels_can_be_told_apart_by_every_eye(theme: str, vision: str) -> None:
    levels = [seen(THEMES[theme][f"--chart-{level}"], VISIONS[vision]) for level in range(5)]
    assert levels in (sorted(levels), sorted(levels, reverse=True))
    assert min(starmap(ratio, pairwise(levels))) >= STEP


def test_a_lost_cone_is_simulated_as_published() -> None:
    red, green = (seen(colour, VISIONS["deuteranopia"]) for colour in ("#ff0000", "#00ff00"))
    assert seen("#ffffff", VISIONS["deuteranopia"]) == pytest.approx(1, abs=1e-4)
    assert green / red < 0.7152 / 0.2126


def test_dark_by_system_and_dark_by_hand_are_the_same() -> None:
    by_system = _declared(_block(':root:not([data-theme="light"]) {'))
    assert by_system == _declared(_block(':root[data-theme="dark"] {'))


def test_themes_change_nothing_but_colours() -> None:
    """So that the walk over all pages need not look for every barrier in both at each width."""
    asks = re.compile(r"prefers-color-scheme|\[data-theme")
    sheets = [f.name for f in sorted(STATIC.rglob("*.css")) if asks.search(f.read_text("utf-8"))]
    assert sheets == ["tokens.css"]
    colour = re.compile(r"color-scheme: dark;|--[\w-]+:.* (#[0-9a-f]{6};|rgb\()")
    declared = _declared(_block(':root[data-theme="dark"] {'))
    assert [line for line in declared if not colour.match(line)] == []


def test_colours_have_names_outside_the_tokens() -> None:
    raw = re.compile(r":[^;{]*#[0-9a-f]{3,8}\b", re.IGNORECASE)
    files = [STATIC / "base.css", *sorted((STATIC / "components").glob("*.css"))]
    assert [file.name for file in files if raw.search(file.read_text("utf-8"))] == []


def test_every_token_that_a_style_names_exists() -> None:
    styles = [file.read_text("utf-8") for file in sorted(STATIC.rglob("*.css"))]
    known = set(re.findall(r"(--[\w-]+)\s*:", "".join(styles)))
    named = set(re.findall(r"var\((--[\w-]+)", "".join(styles)))
    assert named - known == set()


def test_every_component_style_is_linked_once() -> None:
    head = (TEMPLATES / "components" / "_head.html").read_text("utf-8")
    linked = re.findall(r"'components/([\w-]+\.css)'", head)
    assert sorted(linked) == sorted(file.name for file in (STATIC / "components").glob("*.css"))


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', (STATIC / "icons" / "sprite.svg").read_text("utf-8")))
    named = {
        (str(file.relative_to(TEMPLATES)), name)
        for file in sorted(TEMPLATES.rglob("*.*"))
        for name in ICON.findall(file.read_text("utf-8"))
    }
    assert {(file, name) for file, name in named if name not in drawn} == set()
