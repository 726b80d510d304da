"""The headline from 0 to 100 on its bands, with the interval that missing evidence leaves open."""

from collections.abc import Iterator
from dataclasses import dataclass

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Box, Frame, Node, framed, hatch, label, line, rect, span
from diligence.lib.drawing.table import TextTable
from diligence.lib.figures import figure
from rubrics.scoring.types import BANDS

WIDTH, HEIGHT = 640, 112
LEFT, RIGHT = 16, 16
TOP, BAR = 40, 26
TOP_SCORE = 100
# Two labels under the bar closer than this would overlap.
LABEL_GAP = 44


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """A headline; no score where nothing was examined, no interval where nothing applies."""

    ident: str
    title: str
    score: float | None
    low: float | None
    high: float | None
    notation: str

    def svg(self, palette: Palette) -> str:
        """The bar with band edges, whisker and marker."""
        frame = Frame(self.ident, "score-bar", self.title, self._words(), WIDTH, HEIGHT)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Score, interval and notation."""
        row = (
            "Headline",
            "unknown" if self.score is None else figure(self.score),
            span(self.low, self.high),
            self.notation,
        )
        head = ("", "Score (0 to 100)", "Interval", "Band/confidence/knock-outs")
        return TextTable(self.title, head, (row,))

    def _words(self) -> str:
        interval = span(self.low, self.high)
        if self.score is None:
            said = "No score: nothing has been examined"
        else:
            said = f"Score {figure(self.score)} of 100"
        open_part = f", interval {interval}" if interval else ""
        return f"{said}{open_part}. Notation {self.notation}."

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        yield from _bands(palette)
        if self.low is not None and self.high is not None:
            yield from self._interval(self.low, self.high, palette)
        if self.score is not None:
            yield from _marker(self.score, palette)
        else:
            yield label(LEFT, TOP - 12, "Nothing examined yet", palette.colour("muted"))

    def _interval(self, low: float, high: float, palette: Palette) -> Iterator[Node]:
        start, end = _at(low), _at(high)
        fill = palette.colour("interval") if self.score is not None else hatch(self.ident)
        yield rect(Box(start, TOP + 5, max(end - start, 2), BAR - 10), fill)
        ink = palette.colour("accent")
        for x in (start, end):
            yield line((x, TOP + 3), (x, TOP + BAR - 3), ink, 1.5)
        y = TOP + BAR + 18
        muted = palette.colour("muted")
        if low == high:
            return
        if end - start < LABEL_GAP:
            middle = min(max((start + end) / 2, LEFT + 30), WIDTH - RIGHT - 30)
            yield label(middle, y, span(low, high), muted, text_anchor="middle")
            return
        yield label(start, y, figure(low), muted, text_anchor="start")
        yield label(end, y, figure(high), muted, text_anchor="end")


def _bands(palette: Palette) -> Iterator[Node]:
    grid, muted = palette.colour("grid"), palette.colour("muted")
    yield rect(Box(LEFT, TOP, WIDTH - LEFT - RIGHT, BAR), palette.colour("na"))
    top = float(TOP_SCORE)
    for edge in BANDS:
        start, end = _at(edge.floor), _at(top)
        middle = (start + end) / 2
        y = HEIGHT - 8
        yield label(middle, y, f"Band {edge.band}", muted, text_anchor="middle", font_size=11)
        if edge.floor:
            yield line((start, TOP - 4), (start, TOP + BAR + 4), grid, 1)
            yield label(start, y, str(edge.floor), muted, text_anchor="middle", font_size=11)
        top = edge.floor


def _marker(score: float, palette: Palette) -> Iterator[Node]:
    x, ink = _at(score), palette.colour("ink")
    yield line((x, TOP - 4), (x, TOP + BAR + 4), palette.colour("accent"), 4)
    place = min(max(x, LEFT + 18), WIDTH - RIGHT - 18)
    style = {"text_anchor": "middle", "font_weight": "600"}
    yield label(place, TOP - 12, figure(score), ink, font_size=20, **style)


def _at(score: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * score / TOP_SCORE
