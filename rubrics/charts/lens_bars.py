"""Lens scores from 0 to 4, each with its interval and the tick of what its stage expects."""

from collections.abc import Iterator
from dataclasses import dataclass

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import (
    Box,
    Frame,
    Node,
    framed,
    hatch,
    label,
    line,
    rect,
    span,
    two_lines,
)
from diligence.lib.drawing.table import TextTable
from diligence.lib.figures import figure

WIDTH, ROW, HEAD, FOOT = 640, 36, 26, 26
LABEL_WIDTH, VALUE_WIDTH = 180, 108
# Characters that fit into the label column.
LONGEST_LABEL = 25
TOP_LEVEL = 4
BAR = 14


@dataclass(frozen=True, slots=True)
class LensBar:
    """One lens; without a score it is unknown, without an interval it does not apply."""

    label: str
    score: float | None
    low: float | None
    high: float | None
    target: float | None = None

    @property
    def value(self) -> str:
        """The score in words."""
        if self.low is None:
            return "not applicable"
        return "unknown" if self.score is None else figure(self.score)


@dataclass(frozen=True, slots=True)
class LensBars:
    """The lenses of one deal."""

    ident: str
    title: str
    rows: tuple[LensBar, ...]

    def svg(self, palette: Palette) -> str:
        """A bar a lens, with whisker and target tick."""
        height = HEAD + ROW * len(self.rows) + FOOT
        frame = Frame(self.ident, "lens-bars", self.title, self._words(), WIDTH, height)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Score, interval and target of each lens."""
        head = ("Lens", "Score (0 to 4)", "Interval", "Target")
        rows = tuple(
            (row.label, row.value, span(row.low, row.high), _target(row)) for row in self.rows
        )
        return TextTable(self.title, head, rows)

    def _words(self) -> str:
        parts = [
            f"{row.label} {row.value}" + (f", target {_target(row)}" if _target(row) else "")
            for row in self.rows
        ]
        return "Scores from 0 to 4. " + "; ".join(parts) + "."

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        bottom = HEAD + ROW * len(self.rows)
        for level in range(TOP_LEVEL + 1):
            x = _at(level)
            yield line((x, HEAD - 6), (x, bottom), palette.colour("grid"), 1)
            style = {"text_anchor": "middle"}
            yield label(x, HEAD - 11, str(level), palette.colour("muted"), font_size=11, **style)
        for index, row in enumerate(self.rows):
            yield from self._row(row, HEAD + ROW * index, palette)
        yield from _legend(bottom + FOOT - 8, palette)

    def _row(self, row: LensBar, top: float, palette: Palette) -> Iterator[Node]:
        ink = palette.colour("ink")
        baseline, y = top + ROW / 2 + 4, top + (ROW - BAR) / 2
        yield from two_lines(0, top + ROW / 2, row.label, LONGEST_LABEL, ink)
        yield from _figures(row, baseline, palette)
        if row.low is None or row.high is None:
            return
        start, stop = _at(row.low), _at(row.high)
        if row.score is None:
            yield rect(Box(start, y, max(stop - start, 2), BAR), hatch(self.ident))
        else:
            origin = _at(0)
            fill, edge = palette.level(row.score), palette.colour("muted")
            width = max(_at(row.score) - origin, 2)
            yield rect(Box(origin, y, width, BAR), fill, stroke=edge, stroke_width=0.6)
            yield from _whisker(start, stop, y + BAR / 2, ink)
        if row.target is not None:
            x = _at(row.target)
            yield line((x, y - 5), (x, y + BAR + 5), ink, 3)


def _figures(row: LensBar, baseline: float, palette: Palette) -> Iterator[Node]:
    """The score with its interval beside it; the longer word for unknown has it underneath."""
    ink, muted = palette.colour("ink"), palette.colour("muted")
    left = WIDTH - VALUE_WIDTH + 14
    interval = "" if row.low == row.high else span(row.low, row.high)
    if row.score is None:
        shift = 7 if interval else 0
        yield label(left, baseline - shift, row.value, ink)
        if interval:
            yield label(left, baseline + shift, interval, muted, font_size=11)
        return
    yield label(left, baseline, row.value, ink, font_weight="600")
    if interval:
        yield label(left + 26, baseline, interval, muted, font_size=11)


def _whisker(start: float, stop: float, y: float, stroke: str) -> Iterator[Node]:
    if stop - start < 1:
        return
    yield line((start, y), (stop, y), stroke, 1)
    for x in (start, stop):
        yield line((x, y - 4), (x, y + 4), stroke, 1)


def _legend(baseline: float, palette: Palette) -> Iterator[Node]:
    ink, muted = palette.colour("ink"), palette.colour("muted")
    left = LABEL_WIDTH
    yield line((left, baseline - 10), (left, baseline + 2), ink, 3)
    yield label(left + 8, baseline, "Target of the stage", muted, font_size=11)
    yield from _whisker(left + 150, left + 174, baseline - 4, ink)
    yield label(left + 182, baseline, "Interval left open", muted, font_size=11)


def _target(row: LensBar) -> str:
    return "" if row.target is None else figure(row.target)


def _at(level: float) -> float:
    return LABEL_WIDTH + (WIDTH - LABEL_WIDTH - VALUE_WIDTH) * level / TOP_LEVEL
