"""Gathers searches for hyperparameters that YAML defines, for the tools that carry them out."""

from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.yaml_nodes import Node, documents
from audits.facts.sweeps import Sweep, Sweeps
from audits.facts.tree import File, Tree

LIMIT = 256 * 1024
_HINTS = (
    b"parameters:", b"search_space:", b"sweeper", b"studySpec:", b"searcher:", b"searchSpace",
    b"hyperopt:", b"matrix:",
)  # fmt: skip
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
    yield from _by_azure(path, root)
    yield from _by_others(path, root)


def _by_azure(path: str, root: Node) -> Iterator[Sweep]:
    """A job that sweeps, alone or as a step of a pipeline."""
    steps = [root, *(job for _, job in root.get("jobs").entries)]
    for job in steps:
        if job.get("type").text == "sweep" and job.get("search_space"):
            yield Sweep("Azure ML", path, job.line_of("search_space"))


def _by_others(path: str, root: Node) -> Iterator[Sweep]:
    yield from _by_hydra(path, root)
    if (study := root.first("studySpec", "study_spec")).get("parameters"):
        yield Sweep("Vertex AI", path, study.line)
    if root.get("searcher", "name").text in _SEARCHERS and root.get("hyperparameters"):
        yield Sweep("Determined", path, root.line_of("searcher"))
    if root.first("searchSpace", "searchSpaceFile") and root.get("tuner"):
        yield Sweep("NNI", path, root.line_of("tuner"))
    if root.get("hyperopt", "parameters").entries:
        yield Sweep("Ludwig", path, root.line_of("hyperopt"))
    matrix = root.get("matrix")
    if matrix.get("kind").text in _MATRICES and matrix.get("params"):
        yield Sweep("Polyaxon", path, root.line_of("matrix"))


def _by_hydra(path: str, root: Node) -> Iterator[Sweep]:
    """A sweeper that is chosen in place of the default one, or a space for it."""
    chosen = [e for item in root.get("defaults").listed() for e in item.entries]
    for key, value in chosen:
        if key.text.removeprefix("override ").strip() == "hydra/sweeper" and value.text:
            yield Sweep("Hydra", path, key.line)
    if (space := root.get("hydra", "sweeper", "params")).entries:
        yield Sweep("Hydra", path, space.line)


_SEARCHERS = frozenset({"random", "grid", "adaptive_asha", "async_halving", "adaptive"})
_MATRICES = frozenset({"grid", "random", "hyperband", "bayes", "hyperopt", "asha"})


def _is_space(parameters: Node) -> bool:
    """Whether a map gives values or bounds to try for its names."""
    return any(_VALUES & set(value.keys()) for _, value in parameters.entries)


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[Sweep, ...]]]) -> Sweeps:  # noqa: ARG001 - the shape of every collector
    """All of them in order of path."""
    return Sweeps(tuple(s for _, found in parts for s in found))


COLLECTOR = Collector(Sweeps, 2, wants, read, assemble, LIMIT, endings=(".yml", ".yaml"))
