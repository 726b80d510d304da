"""Walks Python's syntax tree with knowledge of which fields hold nodes, in the order of `ast.walk`.

The standard library's walk looks at every field of every node, and on large repositories takes
longer than the parser.
"""

import ast
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

_NO_NODES = frozenset({
    "ctx", "op", "ops", "id", "attr", "arg", "kind", "name", "asname", "level", "module", "rest",
    "type_comment", "conversion", "simple", "is_async", "tag", "lineno", "kwd_attrs",
})  # fmt: skip
_STATEMENTS = ("body", "handlers", "orelse", "finalbody", "cases")


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of a kind of node that may hold nodes; operators and contexts do not count."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        names = () if kind in _LEAVES else tuple(n for n in kind._fields if n not in _NO_NODES)
        self[kind] = names
        return names


_LEAVES = (ast.Constant, ast.Global, ast.MatchSingleton, ast.Nonlocal)
FIELDS = _Fields()
Values = Callable[[ast.AST], tuple[Any, ...]]


class _Values(dict[type, Values]):
    """How to get the values of these fields of a kind of node, all at once."""

    def __missing__(self, kind: type[ast.AST]) -> Values:
        names = FIELDS[kind]
        # One name alone would give its value and no tuple.
        self[kind] = attrgetter(*names) if len(names) > 1 else _at_most_one(names)
        return self[kind]


def _at_most_one(names: tuple[str, ...]) -> Values:
    if not names:
        return lambda _: ()
    get = attrgetter(*names)
    return lambda node: (get(node),)


VALUES = _Values()


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in the order of its fields."""
    found: list[ast.AST] = []
    for value in VALUES[node.__class__](node):
        if value.__class__ is list:
            found += [v for v in value if v is not None]
        elif value is not None:
            found.append(value)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, level by level."""
    waiting = [node]
    for part in waiting:
        yield part
        waiting += children(part)


class _Blocks(dict[type, tuple[str, ...]]):
    """The fields of a kind of statement that hold statements."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = names = tuple(n for n in _STATEMENTS if n in kind._fields)
        return names


_BLOCKS = _Blocks()


def right_below(node: ast.AST) -> list[ast.AST]:
    """The statements, handlers and cases right below a statement, in order of the text."""
    found: list[ast.AST] = []
    for name in _BLOCKS[node.__class__]:
        found += getattr(node, name)
    return found


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements inside a statement, level by level, those of inner functions included."""
    waiting = [node]
    for part in waiting:
        yield part
        waiting += right_below(part)
