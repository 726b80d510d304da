"""What a condition in Python compares: a metric of a model with a bar or with another's metric."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from audits.collectors.languages.walking import walk
from audits.collectors.parsing import written
from audits.facts.tools.gate_words import LIMITS, METRICS, NOT_QUALITY
from audits.facts.tools.operations_rollouts import IN_USE, RIVALS

CAMEL = re.compile(r"([a-z0-9])([A-Z])")
_LONGEST_KEPT = 60
"""Characters of a name whose words are kept at hand."""


def words_of(name: str) -> frozenset[str]:
    """The words of an identifier or a key, camel case cut."""
    return _words_of(name) if len(name) <= _LONGEST_KEPT else _cut(name)


def _cut(name: str) -> frozenset[str]:
    return frozenset(CAMEL.sub(r"\1_\2", name).lower().replace("-", "_").split("_"))


# The same few thousand names stand in most files of a project.
_words_of = lru_cache(maxsize=4_000)(_cut)


def metric_in(name: str) -> bool:
    """Whether a name is that of a measure of quality."""
    words = words_of(name)
    return bool(words & METRICS) and not words & NOT_QUALITY


class Held(NamedTuple):
    """What a condition compares: the metric, "" where there is none, and all names in it."""

    metric: str = ""
    names: tuple[str, ...] = ()

    @property
    def in_use(self) -> bool:
        """Whether one side is the model in use."""
        return any(words_of(n) & IN_USE for n in self.names)


NOTHING = Held()


def key_of(node: ast.AST) -> str:
    """The name by which a variable, an attribute or an entry is known."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return written(node.slice.value)
    return name_of(node)


def compared(test: ast.AST) -> Held:
    """What a condition compares by size, where one of the names is a metric's."""
    drawn: dict[str, tuple[str, ...]] = {}
    for node in walk(test):
        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            drawn |= _drawn(node)
        if isinstance(node, ast.Compare) and _orders(node):
            names = tuple(n for side in (node.left, *node.comparators) for n in _names(side))
            names += tuple(source for n in names for source in drawn.get(n, ()))
            metric = next((n for n in names if metric_in(n)), "") or _rival(names)
            if metric:
                return Held(metric, names)
    return NOTHING


def _drawn(node: ast.GeneratorExp | ast.ListComp) -> dict[str, tuple[str, ...]]:
    """From what each name of `all(x > bar for x in metrics)` is drawn; what counts is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for each in node.generators:
        for name in _names(each.target):
            if not words_of(name) & NOT_QUALITY:
                found[name] = tuple(_names(each.iter))
    return found


def _rival(names: tuple[str, ...]) -> str:
    """The name of the candidate where it is held against the model in use, under any measure."""
    if not any(words_of(n) & IN_USE for n in names):
        return ""
    return next((n for n in names if words_of(n) & RIVALS), "")


def _orders(node: ast.Compare) -> bool:
    """A comparison by size that is no check of a parameter's range or of a length."""
    sides = [node.left, *node.comparators]
    if len(sides) > 2 or not isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        return False
    if any(isinstance(s, ast.Call) and name_of(s.func) == "len" for s in sides):
        return False
    for side, other in ((sides[0], sides[1]), (sides[1], sides[0])):
        if isinstance(side, ast.UnaryOp):
            side = side.operand
        if isinstance(side, ast.Constant):
            bound = any(words_of(n) & LIMITS for n in _names(other))
            return side.value not in (0, 1, 100) and not bound
    return True


def _names(side: ast.AST) -> Iterator[str]:
    for node in walk(side):
        if isinstance(node, ast.Name | ast.Attribute):
            yield name_of(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value[:60]


def name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
