"""Gathers how manifests and infrastructure files let a new version in."""

import re
from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector
from audits.engine.types import Evidence
from audits.facts.rollouts import Rollouts
from audits.facts.tools.operations_rollouts import (
    ORDERED_VALUES,
    ORDERING_KEYS,
    SPLITTING_KEYS,
    SPLITTING_KINDS,
)
from audits.facts.tree import NOT_PRODUCT, File, Tree

LIMIT = 512 * 1024
_ROW = re.compile(r"^[\s\-]{0,60}[\"']?([A-Za-z_][\w./\-]{2,60})[\"']?\s?[:={]\s{0,4}(.{0,80})")
_SUFFIXES = (".yaml", ".yml", ".tf", ".json", ".hcl")
_LARGEST_JSON = 100_000
Part = tuple[tuple[bool, Evidence], ...]


def wants(file: File) -> bool:
    """Manifests, templates of charts and infrastructure as code, by their endings."""
    if file.suffix not in _SUFFIXES or file.role & NOT_PRODUCT:
        return False
    return file.suffix != ".json" or file.size < _LARGEST_JSON


def read(path: str, content: bytes) -> Part | None:
    """Keys of one file that say so; comments and values that switch them off do not."""
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


def _splits(key: str, value: str) -> bool:
    off = value.lower() in ("false", "0", "null", "100", "none", "no", "{}", "[]")
    if key == "kind":
        return value in SPLITTING_KINDS
    return key in SPLITTING_KEYS and not off


def assemble(tree: Tree, parts: Sequence[tuple[str, Part]]) -> Rollouts:  # noqa: ARG001 - the shape of every collector
    """Both sorts in order of path."""
    items = [item for _, part in parts for item in part]
    return Rollouts(tuple(e for s, e in items if s), tuple(e for s, e in items if not s))


COLLECTOR = Collector(Rollouts, 1, wants, read, assemble, LIMIT, endings=_SUFFIXES)
