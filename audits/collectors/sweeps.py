"""Gathers searches for hyperparameters from YAML: Weights & Biases, Katib, Azure ML."""

from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.yaml_nodes import Node, documents
from audits.facts.sweeps import Sweep, Sweeps
from audits.facts.tree import File, Tree

LIMIT = 256 * 1024
_HINTS = (b"parameters:", b"search_space:")
_METHODS = frozenset({"grid", "random", "bayes"})
_VALUES = frozenset({"values", "min", "max", "distribution", "value"})


def wants(file: File) -> bool:
    """YAML files."""
    return file.suffix in (".yml", ".yaml")


def read(path: str, content: bytes) -> tuple[Sweep, ...] | None:
    """The searches of one file."""
    if not any(h in content for h in _HINTS):
        return None
    try:
        roots = documents(content)
    except Unreadable:
        return None  # the collector of workflows reports it, once
    return tuple(s for r in roots if r.kind == "map" for s in _of(path, r)) or None


def _of(path: str, root: Node) -> Iterator[Sweep]:
    kind = root.get("kind").text
    if root.get("method").text in _METHODS and _is_space(root.get("parameters")):
        yield Sweep("Weights & Biases", path, root.line_of("method"))
    elif kind == "Experiment" and "kubeflow" in root.get("apiVersion").text:
        yield Sweep("Katib", path, root.line_of("kind"))
    elif root.get("type").text == "sweep" and root.get("search_space"):
        yield Sweep("Azure ML", path, root.line_of("search_space"))


def _is_space(parameters: Node) -> bool:
    """Whether a map gives values or bounds to try for its names."""
    return any(_VALUES & set(value.keys()) for _, value in parameters.entries)


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[Sweep, ...]]]) -> Sweeps:  # noqa: ARG001 - the shape of every collector
    """All of them in order of path."""
    return Sweeps(tuple(s for _, found in parts for s in found))


COLLECTOR = Collector(Sweeps, 1, wants, read, assemble, LIMIT, endings=(".yml", ".yaml"))
