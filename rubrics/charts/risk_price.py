"""Risk against price: each deal a point with its interval, its price on a logarithmic scale."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Attributes, Frame, Node, framed, label, line, node, span
from diligence.lib.drawing.table import TextTable
from diligence.lib.figures import figure

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 56, 700, 20, 320
MOST_NAMED = 8
"""Points whose name is written beside them; with more, the table twin has the names."""


@dataclass(frozen=True, slots=True)
class PricePoint:
    """A deal: its price in whole units, its headline 0 to 100 with the interval."""

    name: str
    price: int
    score: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RiskPrice:
    """The deals of one currency."""

    ident: str
    title: str
    currency: str
    points: tuple[PricePoint, ...]

    def svg(self, palette: Palette) -> str:
        """Points with whiskers."""
        frame = Frame(self.ident, "risk-price", self.title, self._words(), WIDTH, HEIGHT)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Every deal with its figures."""
        head = ("Deal", f"Valuation ({self.currency})", "Score (0 to 100)", "Interval")
        rows = ((p.name, f"{p.price:,}", figure(p.score), span(p.low, p.high)) for p in self.points)
        return TextTable(self.title, head, tuple(rows))

    def _words(self) -> str:
        if not self.points:
            return "No deal has both a score and a valuation."
        least, most = (f(p.price for p in self.points) for f in (min, max))
        return (
            f"{len(self.points)} deals from {least:,} to {most:,} {self.currency}; "
            f"scores from {figure(min(p.score for p in self.points))} "
            f"to {figure(max(p.score for p in self.points))}."
        )

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        ink, muted = palette.colour("ink"), palette.colour("muted")
        for score in range(0, 101, 25):
            y = _height(score)
            yield line((LEFT, y), (RIGHT, y), palette.colour("grid"), 1)
            yield label(LEFT - 8, y + 4, str(score), muted, font_size=11, text_anchor="end")
        scale = _Prices.around([p.price for p in self.points])
        for price in scale.marks():
            x = scale.at(price)
            yield line((x, BOTTOM), (x, BOTTOM + 5), muted, 1)
            yield label(x, BOTTOM + 20, _shortly(price), ink, font_size=11, text_anchor="middle")
        words, middle = f"Valuation ({self.currency}), powers of ten", (LEFT + RIGHT) / 2
        yield label(middle, BOTTOM + 44, words, muted, font_size=11, text_anchor="middle")
        for point in self.points:
            yield self._point(point, scale.at(point.price), palette)

    def _point(self, point: PricePoint, x: float, palette: Palette) -> Node:
        """With its figures as the words that a pointer finds."""
        said = f"{point.name}: {figure(point.score)}, {span(point.low, point.high)}"
        parts = [node("title", {}, said)]
        if point.low is not None and point.high is not None:
            ends = ((x, _height(point.low)), (x, _height(point.high)))
            parts.append(line(*ends, palette.colour("interval"), 4))
        place: Attributes = {"cx": x, "cy": _height(point.score), "r": 5}
        parts.append(node("circle", {**place, "fill": palette.colour("accent")}))
        if len(self.points) <= MOST_NAMED:
            parts.append(_name(point, x, palette))
        return node("g", {}, *parts)


@dataclass(frozen=True, slots=True)
class _Prices:
    """A scale of powers of ten from the first to the last, both whole."""

    first: int
    last: int

    @classmethod
    def around(cls, prices: list[int]) -> "_Prices":
        if not prices:
            return cls(6, 7)
        first, last = math.floor(math.log10(min(prices))), math.ceil(math.log10(max(prices)))
        return cls(first, max(last, first + 1))

    def at(self, price: float) -> float:
        share = (math.log10(price) - self.first) / (self.last - self.first)
        return LEFT + 24 + (RIGHT - LEFT - 48) * share

    def marks(self) -> Iterator[int]:
        return (10**power for power in range(self.first, self.last + 1))


def _height(score: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * score / 100


def _shortly(price: int) -> str:
    for unit, word in ((10**9, "bn"), (10**6, "m"), (10**3, "k")):
        if price >= unit:
            return f"{price // unit}{word}"
    return str(price)


def _name(point: PricePoint, x: float, palette: Palette) -> Node:
    """Towards the middle, so that no name leaves the drawing."""
    right = x > (LEFT + RIGHT) / 2
    return label(
        x - 9 if right else x + 9, _height(point.score) + 4,
        f"{point.name[:28]} {figure(point.score)}",
        palette.colour("ink"), font_size=11, text_anchor="end" if right else "start",
    )  # fmt: skip
