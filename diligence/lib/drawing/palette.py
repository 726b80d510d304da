"""The colours of charts, for the screen and for print.

Levels run from sand to petrol, monotone in lightness, so that they read without hue and in grey.
On the screen each colour is the design token with its light value as fallback, so dark mode
needs no second drawing. WeasyPrint resolves no custom properties inside SVG, so print has the
values written out.
"""

from dataclasses import dataclass
from math import floor

_LIGHT = {
    "0": "#f2d9a4",
    "on-0": "#1a1c20",
    "1": "#c8c091",
    "on-1": "#1a1c20",
    "2": "#83a292",
    "on-2": "#1a1c20",
    "3": "#367480",
    "on-3": "#ffffff",
    "4": "#154a5b",
    "on-4": "#ffffff",
    "unknown": "#e9e7f1",
    "unknown-ink": "#53497a",
    "na": "#f0eee8",
    "ink": "#1a1c20",
    "muted": "#62666e",
    "grid": "#dcd9d0",
    "interval": "#a9c6cd",
    "accent": "#155464",
}


@dataclass(frozen=True, slots=True)
class Palette:
    """Named colours; `tokens` says whether they follow the page's theme."""

    tokens: bool

    @staticmethod
    def screen() -> "Palette":
        """Colours that follow the page, in light and dark."""
        return Palette(tokens=True)

    @staticmethod
    def print() -> "Palette":
        """Colours written out, for paper and for renderers without custom properties."""
        return Palette(tokens=False)

    def colour(self, name: str) -> str:
        """The colour of this name, as the value of a `fill` or `stroke`."""
        value = _LIGHT[name]
        return f"var(--chart-{name}, {value})" if self.tokens else value

    def level(self, score: float) -> str:
        """The colour of a score from 0 to 4, by its nearest level."""
        return self.colour(str(nearest_level(score)))

    def on_level(self, score: float) -> str:
        """The colour of text on the colour of that score."""
        return self.colour(f"on-{nearest_level(score)}")


def nearest_level(score: float) -> int:
    """0 to 4, half up."""
    return min(4, max(0, floor(score + 0.5)))
