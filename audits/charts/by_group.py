"""A metric for each value of a column: a point with its 95% interval a row, best first."""

from collections.abc import Iterator
from dataclasses import dataclass

from audits.charts.scale import Scale, shortly
from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Frame, Node, framed, label, line, node, two_lines
from diligence.lib.drawing.table import TextTable

WIDTH, ROW, HEAD = 640, 30, 28
LABEL_WIDTH, VALUE_WIDTH = 170, 190
LONGEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One value of the column, on `n` labelled rows."""

    name: str
    n: int
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def words(self) -> str:
        """The figure, its interval and its rows."""
        return f"{shortly(self.value)} {self.between}".strip()

    @property
    def between(self) -> str:
        """The interval as it is printed."""
        if self.low is None or self.high is None:
            return ""
        return f"[{shortly(self.low)}\N{EN DASH}{shortly(self.high)}]"


@dataclass(frozen=True, slots=True)
class ByGroup:
    """The values of one column."""

    ident: str
    title: str
    metric: str
    rows: tuple[GroupRow, ...]

    def svg(self, palette: Palette) -> str:
        """A point with a whisker a row."""
        height = HEAD + ROW * len(self.rows) + 8
        frame = Frame(self.ident, "by-group", self.title, self._words(), WIDTH, height)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Every group with its figure."""
        head = ("Group", self.metric, "95% interval", "Labelled rows")
        rows = tuple((r.name, shortly(r.value), r.between, f"{r.n:,}") for r in self.rows)
        return TextTable(self.title, head, rows)

    def _words(self) -> str:
        return "; ".join(f"{row.name} {row.words}" for row in self.rows) + "."

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        ends = [f for r in self.rows for f in (r.value, r.low, r.high) if f is not None]
        share = all(0 <= f <= 1 for f in ends)
        scale = Scale.around(ends, LABEL_WIDTH, WIDTH - VALUE_WIDTH, share=share)
        ink, muted = palette.colour("ink"), palette.colour("muted")
        bottom = HEAD + ROW * len(self.rows)
        for mark in scale.marks(4):
            x = scale.at(mark)
            yield line((x, HEAD - 8), (x, bottom), palette.colour("grid"), 1)
            yield label(x, HEAD - 13, shortly(mark), muted, font_size=11, text_anchor="middle")
        for index, row in enumerate(self.rows):
            middle = HEAD + ROW * index + ROW / 2
            yield from two_lines(0, middle, row.name, LONGEST_LABEL, ink)
            if row.low is not None and row.high is not None:
                ends_of = ((scale.at(row.low), middle), (scale.at(row.high), middle))
                yield line(*ends_of, palette.colour("interval"), 5)
            place = {"cx": scale.at(row.value), "cy": middle, "r": 4.5}
            yield node("circle", {**place, "fill": palette.colour("accent")})
            left = WIDTH - VALUE_WIDTH + 12
            yield label(left, middle + 4, row.words, ink, font_size=12)
            yield label(WIDTH, middle + 4, f"n {row.n:,}", muted, font_size=11, text_anchor="end")
