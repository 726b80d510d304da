"""Walks Python's syntax tree with knowledge of which fields hold nodes, in the order of `ast.walk`.

The standard library's walk looks at every field of every node, and on large repositories takes
longer than the parser.
"""

import ast
from collections import deque
from collections.abc import Iterator

_NO_NODES = frozenset({
    "ctx", "op", "ops", "id", "attr", "arg", "kind", "name", "asname", "level", "module", "rest",
    "type_comment", "conversion", "simple", "is_async", "tag", "lineno", "kwd_attrs",
})  # fmt: skip
_STATEMENTS = ("body", "handlers", "orelse", "finalbody", "cases")


_known: dict[type, tuple[str, ...]] = dict.fromkeys((ast.Constant, ast.Global, ast.Nonlocal), ())


def children_of(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes; operators and contexts do not count."""
    if kind not in _known:
        _known[kind] = tuple(name for name in kind._fields if name not in _NO_NODES)
    return _known[kind]


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in the order of its fields."""
    found: list[ast.AST] = []
    for name in children_of(type(node)):
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [v for v in value if isinstance(v, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, level by level."""
    waiting = deque([node])
    while waiting:
        node = waiting.popleft()
        yield node
        waiting += children(node)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements inside a statement, level by level, those of inner functions included."""
    waiting = deque([node])
    while waiting:
        node = waiting.popleft()
        yield node
        for name in _STATEMENTS:
            waiting.extend(getattr(node, name, ()))
