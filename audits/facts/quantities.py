"""The metrics of a numeric target from sums of powers, without a row in memory."""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

from audits.engine.measured import Figure
from audits.facts.intervals import DELTA, mean, with_error


@dataclass(frozen=True)
class Moments:
    """Sums over `m` rows: |e|, e², e⁴ of the error, d, d², d⁴ of the label's distance, e²d²."""

    n: int
    labelled: int
    m: int
    a: float
    e2: float
    e4: float
    d1: float
    d2: float
    d4: float
    e2d2: float

    def mae(self) -> Figure | None:
        """The mean absolute error."""
        if self.m < 2:
            return None
        value = self.a / self.m
        return mean(value, (self.e2 - self.m * value * value) / (self.m - 1), self.m)

    def scores(self) -> dict[str, Any]:
        """MAE, RMSE and R², each where it is defined.

        The errors of RMSE and R² follow from those of the means within them, by the delta method:
        L. Wasserman, All of Statistics (2004) 9.9.
        """
        mae = self.mae()
        if mae is None:
            return {}
        found: dict[str, Any] = {"mae": mae}
        squared = self.e2 / self.m
        of_squares = max(0.0, self.e4 / self.m - squared**2)
        if squared > 0:
            root = sqrt(squared)
            error = sqrt(of_squares / self.m) / (2 * root)
            found["rmse"] = with_error(root, error, self.m, DELTA, inf)
        r2 = self._r2(squared, of_squares)
        if r2:
            found["r2"] = r2
        return found

    def _r2(self, squared: float, of_squares: float) -> Figure | None:
        spread = self.d2 / self.m - (self.d1 / self.m) ** 2
        if spread <= 0:
            return None
        ratio = squared / spread
        of_spread = max(0.0, self.d4 / self.m - (self.d2 / self.m) ** 2)
        together = self.e2d2 / self.m - squared * self.d2 / self.m
        variance = (of_squares - 2 * ratio * together + ratio**2 * of_spread) / spread**2
        return with_error(1 - ratio, sqrt(max(0.0, variance) / self.m), self.m, DELTA, 1.0)
