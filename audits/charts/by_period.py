"""A metric over time: a point a period with its 95% interval, and the line through them."""

from collections.abc import Iterator
from dataclasses import dataclass

from audits.charts.scale import Scale, shortly
from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Attributes, Frame, Node, framed, label, line, node
from diligence.lib.drawing.table import TextTable

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 56, 628, 16, 204
MOST_DATES = 6


@dataclass(frozen=True, slots=True)
class PeriodPoint:
    """One period; `value` is None where no label has come yet."""

    start: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ByPeriod:
    """The periods in their order. `claimed` is drawn as a line across, where something is said."""

    ident: str
    title: str
    metric: str
    points: tuple[PeriodPoint, ...]
    claimed: float | None = None

    def svg(self, palette: Palette) -> str:
        """Points with whiskers."""
        frame = Frame(self.ident, "by-period", self.title, self._words(), WIDTH, HEIGHT)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Every period with its figure."""
        head = ("From", f"{self.metric}", "95% interval", "Labelled rows")
        return TextTable(self.title, head, tuple(_row(point) for point in self.points))

    def _words(self) -> str:
        known = [p for p in self.points if p.value is not None]
        if not known:
            return f"No period has a figure of {self.metric}."
        first, last = known[0], known[-1]
        return (
            f"{self.metric} in {len(known)} periods: {shortly(first.value or 0)} from "
            f"{first.start}, {shortly(last.value or 0)} from {last.start}."
        )

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        ends = [f for p in self.points for f in (p.value, p.low, p.high) if f is not None]
        if self.claimed is not None:
            ends.append(self.claimed)
        share = all(0 <= f <= 1 for f in ends)
        scale = Scale.around(ends, BOTTOM, TOP, share=share)
        ink, muted = palette.colour("ink"), palette.colour("muted")
        for mark in scale.marks():
            y = scale.at(mark)
            yield line((LEFT, y), (RIGHT, y), palette.colour("grid"), 1)
            yield label(LEFT - 8, y + 4, shortly(mark), muted, font_size=11, text_anchor="end")
        if self.claimed is not None:
            yield from _claimed(scale.at(self.claimed), self.claimed, palette)
        yield from self._points(scale, palette)
        yield from self._dates(ink)

    def _points(self, scale: Scale, palette: Palette) -> Iterator[Node]:
        for index, point in enumerate(self.points):
            if point.value is None:
                continue
            x = self._at(index)
            if point.low is not None and point.high is not None:
                ends = ((x, scale.at(point.low)), (x, scale.at(point.high)))
                yield line(*ends, palette.colour("interval"), 4)
            place: Attributes = {"cx": x, "cy": scale.at(point.value), "r": 4}
            yield node("circle", {**place, "fill": palette.colour("accent")})

    def _dates(self, ink: str) -> Iterator[Node]:
        every = max(1, -(-len(self.points) // MOST_DATES))
        for index in range(0, len(self.points), every):
            start = self.points[index].start[:10]
            x = self._at(index)
            yield label(x, BOTTOM + 22, start, ink, font_size=11, text_anchor="middle")

    def _at(self, index: int) -> float:
        if len(self.points) == 1:
            return (LEFT + RIGHT) / 2
        return LEFT + 34 + (RIGHT - LEFT - 68) * index / (len(self.points) - 1)


def _claimed(y: float, claimed: float, palette: Palette) -> Iterator[Node]:
    ink = palette.colour("ink")
    stroke: Attributes = {"stroke": ink, "stroke-width": 1.5, "stroke-dasharray": "5 4"}
    yield node("line", {"x1": LEFT, "y1": y, "x2": RIGHT, "y2": y, **stroke})
    yield label(RIGHT, y - 6, f"said {shortly(claimed)}", ink, font_size=11, text_anchor="end")


def _row(point: PeriodPoint) -> tuple[str, ...]:
    between = (
        f"{shortly(point.low)}\N{EN DASH}{shortly(point.high)}"
        if point.low is not None and point.high is not None
        else ""
    )
    value = shortly(point.value) if point.value is not None else "no label yet"
    return (point.start[:10], value, between, f"{point.n:,}")
