"""The design holds what it promises: contrast in light and dark, one set of values, known icons."""

import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
TOKENS = (STATIC / "tokens.css").read_text("utf-8")
COLOUR = re.compile(r"(--[\w-]+):\s*(#[0-9a-f]{6});")
AA = 4.5  # WCAG 2.2, success criterion 1.4.3, text of ordinary size
AA_PARTS = 3.0  # 1.4.11, outlines of controls and of the focus

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


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 between two colours."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


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


@pytest.mark.parametrize("theme", THEMES)
def test_levels_can_be_told_apart_without_hue(theme: str) -> None:
    steps = [_luminance(THEMES[theme][f"--chart-{level}"]) for level in range(5)]
    assert steps in (sorted(steps), sorted(steps, reverse=True))


def test_dark_by_system_and_dark_by_hand_are_the_same() -> None:
    by_system = _declared(_block(':root:not([data-theme="light"]) {'))
    assert by_system == _declared(_block(':root[data-theme="dark"] {'))


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
        for file in sorted(TEMPLATES.rglob("*.html"))
        for name in re.findall(r"_icon\.html[\"'] with name=[\"']([\w-]+)", file.read_text("utf-8"))
    }
    assert {(file, name) for file, name in named if name not in drawn} == set()
