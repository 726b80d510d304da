"""How numbers in claims are read, and how figures are said.

A share may be written 0.93, 93 or "93%". The rule: with a percent sign, or above 1 and up to 100,
it is a percentage; from 0 to 1 it is a share; anything else is no share. So 1 is all of it, never
one percent.
"""

from dataclasses import dataclass
from math import isfinite

from audits.engine.claiming import Claim
from audits.facts.metric_names import metric_named

__all__ = [
    "LOWER_IS_BETTER", "METRIC_NAMES", "SHARES", "Read", "metric_named", "number", "percent",
    "points", "told", "within",
]  # fmt: skip

SHARES = frozenset({"accuracy", "roc_auc", "f1", "precision", "recall", "r2", "error_rate"})
LOWER_IS_BETTER = frozenset({"mae", "rmse", "error_rate"})
NO_SHARE = "The {} {} of the claim is no share from 0 to 100 %."
METRIC_NAMES = {
    "accuracy": "Accuracy", "roc_auc": "ROC AUC", "f1": "F1", "precision": "Precision",
    "recall": "Recall", "mae": "Mean absolute error", "rmse": "Root mean squared error",
    "r2": "R²", "error_rate": "Error rate",
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """A number of a claim, or the sentence that says why there is none; `said` where converted."""

    value: float | None = None
    problem: str = ""
    said: str = ""


def number(claim: Claim, name: str, *, share: bool) -> Read:
    """A field of a claim as a number, as a share where `share` is set."""
    given = claim.fields.get(name)
    if given is None or given == "":
        return Read(
            problem=f"The claim names no {_words(name)}, so nothing can be held against it."
        )
    text = str(given).strip()
    percent = text.endswith("%")
    try:
        value = float(text.removesuffix("%").strip())
    except ValueError:
        value = float("nan")
    if isinstance(given, bool) or not isfinite(value):
        return Read(problem=f"The {_words(name)} {text[:40]!r} of the claim is not a number.")
    return _as_share(name, text, value, percent=percent) if share else _plain(name, text, value)


def _plain(name: str, text: str, value: float) -> Read:
    if text.endswith("%"):
        return Read(problem=f"The {_words(name)} {text[:40]!r} is a share, not a plain number.")
    return Read(value)


def _as_share(name: str, text: str, value: float, *, percent: bool) -> Read:
    said = ""
    if percent or 1 < value <= 100:
        value /= 100
        said = "" if percent else f" ({text} is read as {value:g})"
    if not 0 <= value <= 1:
        return Read(problem=NO_SHARE.format(_words(name), text[:40]))
    return Read(value, said=said)


def _words(name: str) -> str:
    return name.replace("_", " ")


def told(metric: str, value: float) -> str:
    """A figure as people say it: shares in percent, AUC, F1 and R² plain, errors in their unit."""
    if metric in ("roc_auc", "r2", "f1"):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return percent(value) if metric in SHARES else f"{value:.4g}"


def percent(value: float) -> str:
    """A share in percent, to a hundredth, so that a difference that decided is seen."""
    return f"{100 * value:.2f}".rstrip("0").rstrip(".") + "%"


def points(value: float) -> str:
    """A difference of shares in percentage points."""
    return f"{100 * value:.2f}".rstrip("0").rstrip(".") + " points"


def within(metric: str, interval: tuple[float, float] | None) -> str:
    """An interval in words; empty where there is none."""
    if interval is None:
        return ""
    low, high = (told(metric, bound) for bound in interval)
    return f"95% interval {low} to {high}"
