"""How much of what applies was examined, was asked and not supplied, or was not looked at yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Box, Frame, Node, framed, hatch, label, rect
from diligence.lib.drawing.table import TextTable

WIDTH, HEIGHT, BAR = 640, 68, 24
LEGEND_BASELINE = 54
# A legend entry: the swatch, and the text beside it.
SWATCH, ENTRY_WIDTH = 12, 205


@dataclass(frozen=True, slots=True)
class CoverageBar:
    """Weights of the applicable criteria by what became of them."""

    ident: str
    title: str
    examined: int
    not_supplied: int
    unknown: int

    @property
    def whole(self) -> int:
        """The weight of all that applies."""
        return self.examined + self.not_supplied + self.unknown

    def svg(self, palette: Palette) -> str:
        """One stacked bar with its legend."""
        frame = Frame(self.ident, "coverage-bar", self.title, self._words(), WIDTH, HEIGHT)
        return framed(frame, palette, self._drawing(palette))

    def table(self) -> TextTable:
        """Weight and share of each part."""
        rows = tuple((name, str(weight), share) for name, weight, share in self._parts())
        return TextTable(self.title, ("Part", "Weight", "Share"), rows)

    def _parts(self) -> tuple[tuple[str, int, str], ...]:
        """Name, weight and share of each part.

        Shares are rounded down, so that one under a threshold never prints as the threshold; what
        is left of a hundred goes to the last part that there is, as what is lacking.
        """
        weights = (self.examined, self.not_supplied, self.unknown)
        shares = [100 * weight // (self.whole or 1) for weight in weights]
        last = max((n for n, weight in enumerate(weights) if weight), default=0)
        shares[last] += 100 - sum(shares)
        told = [f"{share}%" if self.whole else "none" for share in shares]
        names = ("Examined", "Asked, not supplied", "Not examined")
        return tuple(zip(names, weights, told, strict=True))

    def _words(self) -> str:
        if not self.whole:
            return "No criterion applies."
        parts = [f"{name} {share}" for name, _, share in self._parts()]
        return "By weight: " + ", ".join(parts) + "."

    def _drawing(self, palette: Palette) -> Iterator[Node]:
        fills = (palette.colour("3"), palette.colour("0"), hatch(self.ident))
        yield rect(Box(0, 4, WIDTH, BAR), palette.colour("na"))
        left = 0.0
        for index, ((name, weight, share), fill) in enumerate(
            zip(self._parts(), fills, strict=True)
        ):
            width = WIDTH * weight / self.whole if self.whole else 0
            if width:
                yield rect(Box(left, 4, width, BAR), fill)
            left += width
            x = ENTRY_WIDTH * index
            yield rect(Box(x, LEGEND_BASELINE - 10, SWATCH, SWATCH), fill)
            text = f"{name} {share}"
            yield label(x + SWATCH + 6, LEGEND_BASELINE, text, palette.colour("ink"))
