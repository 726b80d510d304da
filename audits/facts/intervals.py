"""Intervals around measured figures, each at 95 %, and where each formula comes from."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any

from audits.engine.measured import Figure, rounded

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

Z = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""

WILSON = "Wilson score interval"
DELONG = "DeLong"
BOOTSTRAP = "bootstrap of the confusion counts, 2,000 draws"
NORMAL = "normal approximation of the mean"
DELTA = "delta method"
DRAWS = 2_000


def share(hits: int, n: int) -> Figure | None:
    """A share with its Wilson score interval; None without rows.

    E. B. Wilson, Probable inference, JASA 22 (1927) 209-212. It keeps its level for shares near 0
    and 1 and for few rows, where the usual normal interval does not.
    """
    if n <= 0:
        return None
    p = hits / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Figure(rounded(p), (rounded(min(low, p)), rounded(max(high, p))), n, WILSON)


def mean(value: float, variance: float, n: int) -> Figure | None:
    """A mean of `n` values with the given variance, by the central limit theorem."""
    if n <= 1:
        return None
    half = Z * sqrt(max(0.0, variance) / n)
    return Figure(rounded(value), (rounded(value - half), rounded(value + half)), n, NORMAL)


def with_error(value: float, error: float, n: int, method: str, most: float) -> Figure:
    """A figure with a standard error, its interval cut at `most`."""
    interval = (rounded(value - Z * error), rounded(min(most, value + Z * error)))
    return Figure(rounded(value), interval, n, method)


def area_under_curve(positive: "Array", negative: "Array") -> Figure | None:
    """ROC AUC of the scores of both classes, with DeLong's interval on the logit scale.

    AUC is the chance that a positive outranks a negative, ties counting half (Mann-Whitney). The
    variance is that of the structural components: E. R. DeLong et al., Biometrics 44 (1988)
    837-845, computed by ranks as in X. Sun and W. Xu, IEEE Signal Processing Letters 21 (2014).
    The logit keeps the interval within 0 and 1: M. S. Pepe, Statistical Evaluation (2003) 5.2.
    """
    import numpy as np

    if len(positive) < 2 or len(negative) < 2:
        return None
    positive, negative = np.sort(positive), np.sort(negative)
    above = _ranked(positive, negative)
    below = 1.0 - _ranked(negative, positive)
    auc = float(above.mean())
    variance = float(above.var(ddof=1)) / len(positive) + float(below.var(ddof=1)) / len(negative)
    n = len(positive) + len(negative)
    if variance <= 0.0 or not 0.0 < auc < 1.0:
        return Figure(rounded(auc), None, n, "")
    half = Z * sqrt(variance) / (auc * (1 - auc))
    odds = np.log(auc / (1 - auc))
    low, high = (float(1 / (1 + np.exp(-(odds + side)))) for side in (-half, half))
    return Figure(rounded(auc), (rounded(low), rounded(high)), n, DELONG)


def _ranked(these: "Array", those: "Array") -> "Array":
    """For each of these, the share of those below it, ties counting half; both are sorted."""
    import numpy as np

    left = np.searchsorted(those, these, "left").astype(np.float64)
    left += np.searchsorted(those, these, "right")
    left /= 2.0 * len(those)
    return left


def f_score(hits: int, false_alarms: int, missed: int, n: int, seed: int) -> Figure | None:
    """F1 of one class; the interval holds the middle 95 % of draws of its four counts.

    B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993) chapter 13.
    """
    import numpy as np

    if n <= 0 or not hits + false_alarms + missed:
        return None
    counts = np.array([hits, false_alarms, missed, n - hits - false_alarms - missed])
    drawn = np.random.default_rng(seed).multinomial(n, counts / n, size=DRAWS)
    named = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    values = np.divide(2.0 * drawn[:, 0], named, out=np.zeros(DRAWS), where=named > 0)
    return _between(2 * hits / (2 * hits + false_alarms + missed), values, n)


def resampled(
    cells: Mapping[tuple[str, str], int], classes: Sequence[str], seed: int
) -> dict[str, Figure]:
    """Macro precision, recall and F1 of rows by predicted and true class.

    The interval holds the middle 95 % of 2,000 multinomial draws of the cells: B. Efron and
    R. Tibshirani, An Introduction to the Bootstrap (1993) chapter 13. A class that nothing names
    counts 0, as scikit-learn does.
    """
    import numpy as np

    at = {name: n for n, name in enumerate(classes)}
    counts = np.array(list(cells.values()), dtype=np.int64)
    said, are = np.zeros((len(cells), len(classes))), np.zeros((len(cells), len(classes)))
    for row, (predicted, true) in enumerate(cells):
        said[row, at[predicted]] = are[row, at[true]] = 1.0
    n = int(counts.sum())
    generator = np.random.default_rng(seed)
    drawn: dict[str, list[Array]] = {"precision": [], "recall": [], "f1": []}
    for _ in range(DRAWS // 100):
        draws = generator.multinomial(n, counts / n, size=100).astype(np.float64)
        for name, values in _macro(draws, said, are).items():
            drawn[name].append(values)
    told = _macro(counts[None].astype(np.float64), said, are)
    return {
        name: _between(float(told[name][0]), np.concatenate(values), n)
        for name, values in drawn.items()
    }


def _between(value: float, drawn: "Array", n: int) -> Figure:
    """A figure with the middle 95 % of its draws."""
    import numpy as np

    low, high = (float(each) for each in np.quantile(drawn, (0.025, 0.975)))
    return Figure(
        rounded(value), (rounded(min(low, value)), rounded(max(high, value))), n, BOOTSTRAP
    )


def _macro(draws: "Array", said: "Array", are: "Array") -> dict[str, "Array"]:
    """Per draw (a row of cell counts): the means over classes."""
    import numpy as np

    hits, predicted, true = draws @ (said * are), draws @ said, draws @ are
    zeros = np.zeros_like(hits)
    precision = np.divide(hits, predicted, out=zeros.copy(), where=predicted > 0)
    recall = np.divide(hits, true, out=zeros.copy(), where=true > 0)
    both = predicted + true
    f1 = np.divide(2 * hits, both, out=zeros.copy(), where=both > 0)
    return {
        "precision": precision.mean(axis=1), "recall": recall.mean(axis=1), "f1": f1.mean(axis=1)
    }  # fmt: skip
