"""Walks Python's syntax tree with knowledge of which fields hold nodes, in the order of `ast.walk`.

The standard library's walk looks at every field of every node, and on large repositories takes
longer than the parser.
"""

import ast
from collections.abc import Iterator

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


_LEAVES = (ast.Constant, ast.Global, ast.Nonlocal)
FIELDS = _Fields()


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in the order of its fields."""
    found: list[ast.AST] = []
    for name in FIELDS[node.__class__]:
        value = getattr(node, name, None)
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


def right_below(node: ast.AST) -> list[ast.AST]:
    """The statements, handlers and cases right below a statement, in order of the text."""
    found: list[ast.AST] = []
    for name in _STATEMENTS:
        found += getattr(node, name, ())
    return found


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements inside a statement, level by level, those of inner functions included."""
    waiting = [node]
    for part in waiting:
        yield part
        waiting += right_below(part)
