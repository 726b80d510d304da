"""A small builder of SVG in which text cannot become markup, and the frame of every chart.

A drawing is a tree of nodes; strings in it are text and are escaped when it is rendered. The frame
gives each chart a name and a description that a screen reader says, and the hatching for unknown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Protocol

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.table import TextTable
from diligence.lib.figures import figure
from diligence.lib.xml_text import FORBIDDEN

_IDENT = re.compile(r"^[a-z][a-z0-9-]*$")

Attributes = dict[str, str | float]


class Chart(Protocol):
    """What a page, a report and a test know of any chart."""

    @property
    def title(self) -> str:
        """What the chart shows."""

    def svg(self, palette: Palette) -> str:
        """The drawing."""

    def table(self) -> TextTable:
        """The same in text."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element with its attributes; its children are nodes or text."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple["Node | str", ...] = ()

    def render(self) -> str:
        """The element as text."""
        attributes = "".join(f' {key}="{_text(value)}"' for key, value in self.attributes)
        if not self.children:
            return f"<{self.name}{attributes}/>"
        inner = "".join(
            child.render() if isinstance(child, Node) else _text(child) for child in self.children
        )
        return f"<{self.name}{attributes}>{inner}</{self.name}>"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The horizontal centre."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing and the words that stand for it."""

    ident: str
    kind: str
    title: str
    description: str
    width: float
    height: float

    def __post_init__(self) -> None:
        """Refuse an id that could not be referred to from within a page."""
        if not _IDENT.match(self.ident):
            message = f"The chart id {self.ident!r} needs small letters, digits and hyphens only."
            raise ValueError(message)


def node(name: str, attributes: Attributes, *children: Node | str) -> Node:
    """An element; underscores in attribute names stay, numbers are written shortly."""
    written = tuple((key, _value(value)) for key, value in attributes.items())
    return Node(name, written, children)


def rect(box: Box, fill: str, **more: str | float) -> Node:
    """A filled rectangle."""
    place: Attributes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return node("rect", {**place, "fill": fill, **_dashed(more)})


def line(start: tuple[float, float], end: tuple[float, float], stroke: str, width: float) -> Node:
    """A straight line."""
    place: Attributes = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    return node("line", {**place, "stroke": stroke, "stroke-width": width})


def label(x: float, y: float, text: str, fill: str, **more: str | float) -> Node:
    """A line of text; `text_anchor` and `font_size` as in SVG."""
    style: Attributes = {"font-size": 12, **_dashed(more)}
    return node("text", {"x": x, "y": y, "fill": fill, **style}, text)


def two_lines(left: float, middle: float, text: str, longest: int, fill: str) -> tuple[Node, ...]:
    """A row's name on one line or two, centred on the row; shortened where two do not hold it."""
    lines = _wrapped(text, longest)
    first = middle + 4 - 7 * (len(lines) - 1)
    return tuple(label(left, first + 14 * index, part, fill) for index, part in enumerate(lines))


def hatch(ident: str) -> str:
    """The fill that means unknown in the chart of this id."""
    return f"url(#{ident}-hatch)"


def framed(frame: Frame, palette: Palette, drawing: Iterable[Node]) -> str:
    """The whole SVG: named, described, with its definitions, at its size."""
    title_id, description_id = f"{frame.ident}-title", f"{frame.ident}-desc"
    attributes: Attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": f"chart chart-{frame.kind}",
        "role": "img",
        "aria-labelledby": f"{title_id} {description_id}",
        "viewBox": f"0 0 {_value(frame.width)} {_value(frame.height)}",
        "width": frame.width,
        "height": frame.height,
    }
    return node(
        "svg",
        attributes,
        node("title", {"id": title_id}, frame.title),
        node("desc", {"id": description_id}, frame.description),
        node("defs", {}, _hatching(frame.ident, palette)),
        *drawing,
    ).render()


def span(low: float | None, high: float | None) -> str:
    """An interval as it is printed; empty where there is none."""
    return "" if low is None or high is None else f"{figure(low)}\N{EN DASH}{figure(high)}"


def _wrapped(text: str, longest: int) -> tuple[str, ...]:
    lines = wrap(text, longest, max_lines=2, placeholder="…", break_long_words=True)
    return tuple(lines) or ("",)


def _hatching(ident: str, palette: Palette) -> Node:
    ground = rect(Box(0, 0, 6, 6), palette.colour("unknown"))
    stroke: Attributes = {"d": "M0 6L6 0", "stroke": palette.colour("unknown-ink")}
    stripe = node("path", {**stroke, "stroke-width": 0.8, "fill": "none"})
    size: Attributes = {"id": f"{ident}-hatch", "width": 6, "height": 6}
    return node("pattern", {**size, "patternUnits": "userSpaceOnUse"}, ground, stripe)


def _dashed(attributes: dict[str, str | float]) -> Attributes:
    return {key.replace("_", "-"): value for key, value in attributes.items()}


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    return escape(FORBIDDEN.sub("\ufffd", text), quote=True)
