"""A straight scale from figures to places on a line, with round marks."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`, drawn from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    @staticmethod
    def around(figures: Iterable[float], start: float, end: float, *, share: bool) -> "Scale":
        """A scale that holds all figures with some air; a share never leaves 0 to 1."""
        known = list(figures) or [0.0, 1.0]
        low, high = min(known), max(known)
        air = (high - low) * 0.12 or abs(high) * 0.05 or 0.5
        low, high = low - air, high + air
        if share:
            low, high = max(0.0, low), min(1.0, high)
        return Scale(low, high, start, end)

    def at(self, figure: float) -> float:
        """Where a figure lies; one outside lies at the edge."""
        inside = min(max(figure, self.low), self.high)
        return self.start + (self.end - self.start) * (inside - self.low) / (self.high - self.low)

    def marks(self, most: int = 5) -> tuple[float, ...]:
        """Round figures on the scale, at most so many."""
        raw = (self.high - self.low) / most
        power = 10.0 ** floor(log10(raw))
        step = next(s * power for s in _STEPS if s * power >= raw * 0.999)
        first = ceil(self.low / step - 1e-9)
        last = floor(self.high / step + 1e-9)
        return tuple(round(n * step, 12) for n in range(first, last + 1))


def shortly(figure: float) -> str:
    """A figure as it is printed beside a mark: three digits after the point, or as many in all."""
    if abs(figure) >= 1000:
        return f"{figure:,.0f}"
    if 0 < abs(figure) < 0.01:
        return f"{figure:.2g}"
    text = f"{figure:.3f}" if abs(figure) < 10 else f"{figure:.4g}"
    return text.rstrip("0").rstrip(".") if "." in text else text
