"""Every regular expression of the engine: found in its source, looked at in its parsed form."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined, unused-ignore] # the standard library's own, without types
from re import _parser  # type: ignore[attr-defined, unused-ignore] # the standard library's own, without types
from typing import Any

from audits.facts.tools.secret_formats import Format

ROOT = Path(__file__).parents[3]
FEW = 40
"""Repeats that are bounded by this many cannot grow with the input."""
_CALLS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT)


@dataclass(frozen=True)
class Pattern:
    """One expression and where it stands."""

    place: str
    compiled: "re.Pattern[Any]"


def of_modules() -> list[Pattern]:
    """Compiled expressions that modules keep, directly or inside tuples, dicts and records."""
    found: dict[tuple[Any, int], Pattern] = {}
    for file in sorted((ROOT / "audits").rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        if "migrations" in name or file.name == "__init__.py":
            continue
        for key, value in vars(import_module(name)).items():
            for compiled in _inside(value, 0):
                where = (compiled.pattern, compiled.flags)
                found.setdefault(where, Pattern(f"{name}.{key}", compiled))
    return list(found.values())


def _inside(value: object, depth: int) -> Iterator["re.Pattern[Any]"]:
    if isinstance(value, re.Pattern | Format):
        yield value.compiled if isinstance(value, Format) else value
    elif depth < 3 and isinstance(value, tuple | list | frozenset | set):
        for item in value:
            yield from _inside(item, depth + 1)
    elif depth < 3 and isinstance(value, dict):
        for item in value.values():
            yield from _inside(item, depth + 1)
    elif depth < 3 and not isinstance(value, type):
        kind = type(value)
        for name in getattr(kind, "__struct_fields__", getattr(kind, "__dataclass_fields__", ())):
            yield from _inside(getattr(value, name, None), depth + 1)


def of_calls() -> list[Pattern]:
    """Expressions written as literals in calls of `re`."""
    found = []
    for file in sorted((ROOT / "audits").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and (text := _literal_of(node)) is not None:
                place = f"{file.relative_to(ROOT)}:{node.lineno}"
                found.append(Pattern(place, re.compile(text)))
    return found


def _literal_of(node: ast.Call) -> str | bytes | None:
    func = node.func
    named = isinstance(func, ast.Attribute) and func.attr in _CALLS
    owner = func.value if isinstance(func, ast.Attribute) else None
    if not (named and isinstance(owner, ast.Name) and owner.id == "re" and node.args):
        return None
    first = node.args[0]
    # A literal is of any type here; strings and bytes are what stands there.
    return first.value if isinstance(first, ast.Constant) else None  # type: ignore[return-value]


def nested_quantifiers(pattern: "re.Pattern[Any]") -> list[str]:
    """Repeats without a bound inside repeats without one, where both can take the same text."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    return list(_nested(tree, inside=False))


def _nested(tree: Any, *, inside: bool) -> Iterator[str]:
    for operation, value in tree:
        if operation in _REPEATS:
            low, high, body = value
            grows = high > FEW
            if grows and inside:
                yield f"{operation}{{{low},{high}}}"
            # A body that always begins with a letter that it cannot go on with is unambiguous.
            yield from _nested(body, inside=inside or (grows and not _fenced(body)))
        else:
            for part in _bodies(operation, value):
                yield from _nested(part, inside=inside)


def _bodies(operation: Any, value: Any) -> Iterator[Any]:
    if operation is kinds.BRANCH:
        yield from value[1]
    elif operation is kinds.SUBPATTERN:
        yield value[3]
    elif operation in (kinds.ASSERT, kinds.ASSERT_NOT):
        yield value[1]
    elif operation is kinds.ATOMIC_GROUP:
        yield value


def _fenced(body: Any) -> bool:
    """Whether a repeated body has no repeat of its own that could take the body's start."""
    items = list(body)
    while len(items) == 1 and items[0][0] is kinds.SUBPATTERN:
        items = list(items[0][1][3])
    return bool(items) and items[0][0] in (kinds.LITERAL,) and len(items) > 1
