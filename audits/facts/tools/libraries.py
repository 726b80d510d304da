"""The first names of all libraries in the tables, which no file of a repository shadows."""

from collections.abc import Iterable

from audits.facts.tools import data, delivery, experimentation, operations, retrieval, substance


def _first_names() -> Iterable[str]:
    for families in (substance.ESTIMATORS, substance.HOSTED, retrieval.RETRIEVAL):
        for names in families.values():
            yield from names
    for tools in (
        experimentation.TRACKERS,
        data.VALIDATORS,
        operations.DRIFT,
        delivery.FAIRNESS,
        operations.FEATURE_STORES,
    ):
        for modules, _ in tools.values():
            yield from modules


KNOWN_LIBRARIES = frozenset(
    {n.split(".")[0] for n in _first_names()}
    | {"pandas", "numpy", "scipy", "joblib", "onnxruntime", "evaluate", "datasets", "torchmetrics"}
) - {"agents", "evaluate", "ai", "marvin", "guidance", "instructor", "supervised", "composer"}
"""Words that are also everyday names of modules stay out: there the file at hand wins."""
