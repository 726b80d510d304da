"""The headline over time: a point for each day on which something changed, with its interval."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Attributes, Frame, Node, framed, label, line, node, span
from diligence.lib.drawing.table import TextTable
from diligence.lib.figures import figure

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 624, 24, 188
TOP_SCORE = 100


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """How a deal stood at the end of a day; no score where nothing was examined yet."""

    day: date
    score: float | None
    low: float | None
    high: float | None
    notation: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The points in their order; `closed` is the day on which the firm invested, if it did."""

    ident: str
    title: str
    points: tuple[TrendPoint, ...]
    closed: date | None = None

    def svg(self, palette: Palette) -> str:
        """Points with whiskers on days in proportion, and the day of closing."""
        frame = Frame(self.ident, "trend", self.title, self._words(), WIDTH, HEIGHT)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Every day with its figures."""
        head = ("Day", "Score (0 to 100)", "Interval", "Band/confidence/knock-outs")
        rows = (
            (
                p.day.isoformat(),
                "unknown" if p.score is None else figure(p.score),
                span(p.low, p.high),
                p.notation,
            )
            for p in self.points
        )
        return TextTable(self.title, head, tuple(rows))

    def _words(self) -> str:
        known = [p for p in self.points if p.score is not None]
        if not known:
            return "No day has a score yet."
        first, last = known[0], known[-1]
        closed = f" The firm invested on {self.closed.isoformat()}." if self.closed else ""
        return (
            f"Score {figure(first.score or 0)} on {first.day.isoformat()}, "
            f"{figure(last.score or 0)} on {last.day.isoformat()}.{closed}"
        )

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        muted = palette.colour("muted")
        for score in range(0, TOP_SCORE + 1, 25):
            y = _height(score)
            yield line((LEFT, y), (RIGHT, y), palette.colour("grid"), 1)
            yield label(LEFT - 8, y + 4, str(score), muted, font_size=11, text_anchor="end")
        if self.closed is not None:
            yield from self._closing(self._at(self.closed), palette)
        for point in self.points:
            yield _point(point, self._at(point.day), palette)
        for day, anchor in self._ends():
            words: Attributes = {"font_size": 11, "text_anchor": anchor}
            yield label(self._at(day), BOTTOM + 22, day.isoformat(), palette.colour("ink"), **words)

    def _closing(self, x: float, palette: Palette) -> Iterator[Node]:
        ink = palette.colour("ink")
        stroke: Attributes = {"stroke": ink, "stroke-width": 1.5, "stroke-dasharray": "5 4"}
        yield node("line", {"x1": x, "y1": TOP, "x2": x, "y2": BOTTOM, **stroke})
        yield label(x, TOP - 8, "invested", ink, font_size=11, text_anchor="middle")

    def _ends(self) -> tuple[tuple[date, str], ...]:
        days = self._days()
        if days[0] == days[-1]:
            return ((days[0], "middle"),)
        return ((days[0], "start"), (days[-1], "end"))

    def _days(self) -> list[date]:
        return sorted([p.day for p in self.points] + ([self.closed] if self.closed else []))

    def _at(self, day: date) -> float:
        days = self._days()
        whole = (days[-1] - days[0]).days
        if not whole:
            return (LEFT + RIGHT) / 2
        return LEFT + 24 + (RIGHT - LEFT - 48) * (day - days[0]).days / whole


def _point(point: TrendPoint, x: float, palette: Palette) -> Node:
    """With its figures as the words that a pointer finds."""
    score = "unknown" if point.score is None else figure(point.score)
    said = f"{point.day.isoformat()}: {score}, {span(point.low, point.high)}, {point.notation}"
    parts = [node("title", {}, said)]
    if point.low is not None and point.high is not None:
        ends = ((x, _height(point.low)), (x, _height(point.high)))
        parts.append(line(*ends, palette.colour("interval"), 4))
    if point.score is not None:
        place: Attributes = {"cx": x, "cy": _height(point.score), "r": 4}
        parts.append(node("circle", {**place, "fill": palette.colour("accent")}))
    return node("g", {}, *parts)


def _height(score: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * score / TOP_SCORE
