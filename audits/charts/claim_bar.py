"""One claim as a line: where the claimed figure lies, and the measured one with its interval."""

from collections.abc import Iterator
from dataclasses import dataclass

from audits.charts.scale import Scale, shortly
from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Frame, Node, framed, label, line, node
from diligence.lib.drawing.table import TextTable

WIDTH, HEIGHT = 220, 46
LEFT, RIGHT = 8, 212
MIDDLE = 18


@dataclass(frozen=True, slots=True)
class ClaimBar:
    """A claimed and a measured figure; without an interval the measured one is a point."""

    ident: str
    title: str
    claimed: float
    measured: float
    low: float | None = None
    high: float | None = None

    def svg(self, palette: Palette) -> str:
        """The line."""
        frame = Frame(self.ident, "claim-bar", self.title, self._words(), WIDTH, HEIGHT)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Claimed, measured and interval."""
        row = ("Claim", shortly(self.claimed), shortly(self.measured), self._interval())
        return TextTable(self.title, ("", "Claimed", "Measured", "95% interval"), (row,))

    def _interval(self) -> str:
        if self.low is None or self.high is None:
            return ""
        return f"{shortly(self.low)}\N{EN DASH}{shortly(self.high)}"

    def _words(self) -> str:
        between = f", 95% interval {self._interval()}" if self._interval() else ""
        return f"Claimed {shortly(self.claimed)}, measured {shortly(self.measured)}{between}."

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        ends = [f for f in (self.claimed, self.measured, self.low, self.high) if f is not None]
        scale = Scale.around(ends, LEFT, RIGHT, share=False)
        ink, muted = palette.colour("ink"), palette.colour("muted")
        yield line((LEFT, MIDDLE), (RIGHT, MIDDLE), palette.colour("grid"), 1)
        if self.low is not None and self.high is not None:
            yield line(
                (scale.at(self.low), MIDDLE), (scale.at(self.high), MIDDLE),
                palette.colour("interval"), 8,
            )  # fmt: skip
        x = scale.at(self.measured)
        yield node("circle", {"cx": x, "cy": MIDDLE, "r": 5, "fill": palette.colour("accent")})
        yield _set(x, 40, f"measured {shortly(self.measured)}", ink)
        x = scale.at(self.claimed)
        yield line((x, MIDDLE - 8), (x, MIDDLE + 8), ink, 3)
        yield _set(x, 8, f"said {shortly(self.claimed)}", muted)


def _set(x: float, baseline: float, text: str, fill: str) -> Node:
    half = 3.1 * len(text)
    if x - half < 0:
        return label(0, baseline, text, fill, font_size=11)
    if x + half > WIDTH:
        return label(WIDTH, baseline, text, fill, font_size=11, text_anchor="end")
    return label(x, baseline, text, fill, font_size=11, text_anchor="middle")
