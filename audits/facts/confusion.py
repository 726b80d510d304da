"""Predicted and true classes counted against each other, and the metrics that follow."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audits.engine.measured import Figure
from audits.facts.intervals import f_score, resampled, share

MOST_CLASSES = 1_000
MOST_FOR_MACRO = 200
_POSITIVE = ("1", "true", "yes", "y", "t", "positive", "pos")
_NEGATIVE = ("0", "-1", "false", "no", "n", "f", "negative", "neg")

Cell = tuple[str | None, str | None]
"""Predicted and true class; None where there is none."""


def class_name(value: Any) -> str | None:
    """A class under one name, however it is written: 1, 1.0, `1` and ` 1.0 ` are one class."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value).strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        return text.lower() if text.lower() in ("true", "false") else text
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return str(int(number)) if number == int(number) else repr(number)


@dataclass(frozen=True)
class Confusion:
    """Rows by predicted and true class."""

    cells: Mapping[Cell, int]

    @classmethod
    def counted(cls, rows: Iterable[tuple[Any, Any, int]]) -> "Confusion":
        """From predicted value, true value and number of rows."""
        cells: Counter[Cell] = Counter()
        for predicted, true, n in rows:
            cells[(class_name(predicted), class_name(true))] += int(n)
        return cls(_without_none(_in_one_spelling(cells)))

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.cells.values())

    @property
    def labelled(self) -> int:
        """Rows with a label."""
        return sum(n for (_, true), n in self.cells.items() if true is not None)

    @property
    def judged(self) -> Mapping[tuple[str, str], int]:
        """Rows with both a prediction and a label."""
        return {(p, t): n for (p, t), n in self.cells.items() if p is not None and t is not None}

    @property
    def predicted(self) -> frozenset[str]:
        """The classes that were predicted."""
        return frozenset(p for p, _ in self.cells if p is not None)

    @property
    def true(self) -> frozenset[str]:
        """The classes of the labels."""
        return frozenset(t for _, t in self.cells if t is not None)

    def accuracy(self) -> Figure | None:
        """The share of judged rows whose prediction is the label."""
        judged = self.judged
        return share(sum(n for (p, t), n in judged.items() if p == t), sum(judged.values()))

    def on(self, positive: str, seed: int) -> dict[str, Figure]:
        """Precision, recall and F1 of one class; each only where it has rows to stand on."""
        judged = self.judged
        n = sum(judged.values())
        hits = judged.get((positive, positive), 0)
        said = sum(count for (p, _), count in judged.items() if p == positive)
        are = sum(count for (_, t), count in judged.items() if t == positive)
        found = {
            "precision": share(hits, said),
            "recall": share(hits, are),
            "f1": f_score(hits, said - hits, are - hits, n, seed),
        }
        return {name: figure for name, figure in found.items() if figure}

    def macro(self, seed: int) -> dict[str, Figure]:
        """Precision, recall and F1 as the plain mean over the classes."""
        judged = self.judged
        classes = sorted({each for cell in judged for each in cell})
        if not judged or len(classes) > MOST_FOR_MACRO:
            return {}
        return resampled(dict(sorted(judged.items())), classes, seed)

    def positive_share(self, positive: str) -> Figure | None:
        """The share of predictions that name this class: what selection-rate gaps compare."""
        said = sum(n for (p, _), n in self.cells.items() if p == positive)
        return share(said, sum(n for (p, _), n in self.cells.items() if p is not None))


def _in_one_spelling(cells: Mapping[Cell, int]) -> dict[Cell, int]:
    """`true` and `false` on one side as 1 and 0 where the other side is written so."""
    sides = [{cell[side] for cell in cells} - {None} for side in (0, 1)]
    words, digits = {"true", "false"}, {"0", "1"}
    turned = [bool(sides[s]) and sides[s] <= words and bool(sides[1 - s])
              and sides[1 - s] <= digits for s in (0, 1)]  # fmt: skip
    if not any(turned):
        return dict(cells)
    as_digit = {"true": "1", "false": "0"}
    found: Counter[Cell] = Counter()
    for (p, t), n in cells.items():
        p = as_digit.get(p or "", p) if turned[0] else p
        t = as_digit.get(t or "", t) if turned[1] else t
        found[(p, t)] += n
    return dict(found)


def _without_none(cells: Mapping[Cell, int]) -> dict[Cell, int]:
    """The label `None` is no class where it is never predicted: so Python writes no value."""
    if any(p is not None and p.lower() == "none" for p, _ in cells):
        return dict(cells)
    found: Counter[Cell] = Counter()
    for (p, t), n in cells.items():
        found[(p, None if t is not None and t.lower() == "none" else t)] += n
    return dict(found)


def plain_positive(classes: frozenset[str]) -> str | None:
    """The positive class of two where their names say it; else None."""
    by_name = {each.lower(): each for each in classes}
    named = [by_name[each] for each in _POSITIVE if each in by_name]
    others = [each for each in by_name if each in _NEGATIVE]
    if len(classes) == 1:
        return named[0] if named else None
    return named[0] if len(named) == 1 and len(others) == len(classes) - 1 else None
