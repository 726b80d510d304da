"""Stated against proven maturity: a line a lens, from what is said to what is shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Frame, Node, framed, label, line, node, two_lines
from diligence.lib.drawing.table import TextTable
from diligence.lib.figures import figure

WIDTH, ROW, HEAD, FOOT = 640, 36, 26, 26
LABEL_WIDTH, VALUE_WIDTH = 180, 160
LONGEST_LABEL = 25
TOP_LEVEL = 4


@dataclass(frozen=True, slots=True)
class MaturityRow:
    """One lens; `proven` is None where nothing of what is said could be examined."""

    label: str
    stated: float
    proven: float | None
    unexamined: int = 0

    @property
    def proven_words(self) -> str:
        """The proven level in words."""
        return "not examined" if self.proven is None else figure(self.proven)


@dataclass(frozen=True, slots=True)
class MaturityChart:
    """The lenses of which something is said."""

    ident: str
    title: str
    rows: tuple[MaturityRow, ...]

    def svg(self, palette: Palette) -> str:
        """A hollow mark for what is said, a filled one for what is shown."""
        height = HEAD + ROW * len(self.rows) + FOOT
        frame = Frame(self.ident, "maturity", self.title, self._words(), WIDTH, height)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Both levels of each lens."""
        head = ("Lens", "Stated (0 to 4)", "Proven (0 to 4)", "Criteria not examined")
        rows = tuple(
            (row.label, figure(row.stated), row.proven_words, str(row.unexamined))
            for row in self.rows
        )
        return TextTable(self.title, head, rows)

    def _words(self) -> str:
        parts = [
            f"{row.label}: stated {figure(row.stated)}, proven {row.proven_words}"
            for row in self.rows
        ]
        return "Levels from 0 to 4. " + "; ".join(parts) + "."

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        bottom = HEAD + ROW * len(self.rows)
        for level in range(TOP_LEVEL + 1):
            x = _at(level)
            yield line((x, HEAD - 6), (x, bottom), palette.colour("grid"), 1)
            yield label(
                x, HEAD - 11, str(level), palette.colour("muted"), font_size=11,
                text_anchor="middle",
            )  # fmt: skip
        for index, row in enumerate(self.rows):
            yield from _row(row, HEAD + ROW * index + ROW / 2, palette)
        yield from _legend(bottom + FOOT - 8, palette)


def _row(row: MaturityRow, middle: float, palette: Palette) -> Iterator[Node]:
    ink, muted = palette.colour("ink"), palette.colour("muted")
    yield from two_lines(0, middle, row.label, LONGEST_LABEL, ink)
    left = WIDTH - VALUE_WIDTH + 14
    yield label(left, middle + 4, f"{figure(row.stated)} \N{RIGHTWARDS ARROW}", muted)
    yield label(left + 38, middle + 4, row.proven_words, ink, font_weight="600")
    if row.proven is not None:
        yield line((_at(row.proven), middle), (_at(row.stated), middle), muted, 2)
    yield _stated(_at(row.stated), middle, palette)
    if row.proven is not None:
        yield _proven(_at(row.proven), middle, palette)


def _stated(x: float, y: float, palette: Palette) -> Node:
    ink = palette.colour("ink")
    return node(
        "circle", {"cx": x, "cy": y, "r": 6, "fill": "none", "stroke": ink, "stroke-width": 2}
    )


def _proven(x: float, y: float, palette: Palette) -> Node:
    return node("circle", {"cx": x, "cy": y, "r": 5, "fill": palette.colour("accent")})


def _legend(baseline: float, palette: Palette) -> Iterator[Node]:
    muted = palette.colour("muted")
    yield _stated(LABEL_WIDTH + 6, baseline - 4, palette)
    yield label(LABEL_WIDTH + 18, baseline, "Stated", muted, font_size=11)
    yield _proven(LABEL_WIDTH + 86, baseline - 4, palette)
    yield label(LABEL_WIDTH + 98, baseline, "Proven", muted, font_size=11)


def _at(level: float) -> float:
    return LABEL_WIDTH + (WIDTH - LABEL_WIDTH - VALUE_WIDTH) * level / TOP_LEVEL
