"""Gathers how manifests, infrastructure files and programs let a new version in."""

import ast
import re
from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector
from audits.collectors.languages.walking import walk
from audits.collectors.marks import Marks
from audits.collectors.parsing import shared_tree, text_of
from audits.engine.types import Evidence
from audits.facts.rollouts import Rollouts
from audits.facts.tools.operations_rollouts import (
    ORDERED_VALUES,
    ORDERING_KEYS,
    SHARES,
    SPLITTING_KEYS,
    SPLITTING_KINDS,
    SPLITTING_NAMES,
)
from audits.facts.tree import NOT_PRODUCT, File, Tree

LIMIT = 512 * 1024
_ROW = re.compile(r"^[\s\-]{0,60}[\"']?([A-Za-z_][\w./\-]{2,60})[\"']?\s?[:={]\s{0,4}(.{0,80})")
_SUFFIXES = (".yaml", ".yml", ".tf", ".json", ".hcl", ".nomad", ".py")
_MARKS = Marks(name.encode() for name in sorted(SPLITTING_NAMES | SHARES))
_LARGEST_JSON = 100_000
Part = tuple[tuple[bool, Evidence], ...]


def wants(file: File) -> bool:
    """Manifests, templates of charts, infrastructure as code and Python, by their endings."""
    if file.suffix not in _SUFFIXES or file.role & NOT_PRODUCT:
        return False
    return file.suffix != ".json" or file.size < _LARGEST_JSON


def read(path: str, content: bytes) -> Part | None:
    """Keys of one file that say so; comments and values that switch them off do not."""
    if path.endswith(".py"):
        return tuple(_in_python(path, content)) or None
    rows = content.decode("utf-8", "replace").split("\n")
    return tuple(_found(path, rows)) or None


def _found(path: str, rows: Sequence[str]) -> Iterator[tuple[bool, Evidence]]:
    weights: list[int] = []
    routed = rollout = False
    for number, row in enumerate(rows, 1):
        match = _ROW.match(row[:200])
        if match is None or row.lstrip().startswith(("#", "//")):
            continue
        key, value = match[1], match[2].split(" #")[0].strip().strip("\"',")
        routed = routed or (key == "kind" and value == "VirtualService")
        rollout = rollout or (key == "kind" and value == "Rollout")
        if _splits(key, value) or (rollout and key in ("canary", "blueGreen")):
            yield True, Evidence(path, number, f"sets {key}")
        elif key in ORDERING_KEYS and value.lower().startswith(ORDERED_VALUES):
            yield False, Evidence(path, number, f"{key} {value[:20]}")
        elif key == "weight" and value not in ("0", "100", ""):
            weights.append(number)
    if routed and len(weights) > 1:
        yield True, Evidence(path, weights[0], "splits traffic by weights")


def _in_python(path: str, content: bytes) -> Iterator[tuple[bool, Evidence]]:
    """Keyword arguments, keys of a request and attributes by which a program does so."""
    if not _MARKS.found(content):
        return
    try:
        tree = shared_tree(text_of(content))
    except (SyntaxError, RecursionError, MemoryError):
        return  # the collector of code reports it, once
    for node in walk(tree):
        for name, value in _given(node):
            if _shares(name, value):
                yield True, Evidence(path, value.lineno, f"sets {name}")


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names with the values that a call, a dictionary or an assignment gives them."""
    if isinstance(node, ast.Call):
        yield from ((k.arg, k.value) for k in node.keywords if k.arg)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        yield node.targets[0].attr, node.value


def _shares(name: str, value: ast.expr) -> bool:
    """Whether a value under such a name leaves a part of the traffic with another version."""
    if name not in SPLITTING_NAMES | SHARES:
        return False
    entries = value.values if isinstance(value, ast.Dict) else [value]
    shares = [e.value if isinstance(e, ast.Constant) else "" for e in entries]
    written = [s for s in shares if s != ""]
    if isinstance(value, ast.Dict) and name in SHARES | {"traffic_split", "mirror_traffic"}:
        return len(entries) > 1
    if name in SHARES:
        return any(isinstance(s, int | float) and 0 < s < _WHOLE for s in written)
    return bool(entries) and not (written and all(s in (None, 0, _WHOLE) for s in written))


_WHOLE = 100


def _splits(key: str, value: str) -> bool:
    off = value.lower() in ("false", "0", "null", "100", "none", "no", "{}", "[]")
    if key == "kind":
        return value in SPLITTING_KINDS
    return key in SPLITTING_KEYS and not off


def assemble(tree: Tree, parts: Sequence[tuple[str, Part]]) -> Rollouts:  # noqa: ARG001 - the shape of every collector
    """Both sorts in order of path."""
    items = [item for _, part in parts for item in part]
    return Rollouts(tuple(e for s, e in items if s), tuple(e for s, e in items if not s))


COLLECTOR = Collector(
    Rollouts, 3, wants, read, assemble, LIMIT, endings=_SUFFIXES, warm=_MARKS.warm
)
