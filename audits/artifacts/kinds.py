"""The kinds of artifacts, found by walking this package: a new kind is one new module."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import audits.artifacts
from audits.artifacts.reading import Kind

KNOWN = (
    "prediction-log", "model-registry", "dataset-manifest", "reference-sample", "current-sample",
    "model", "model-card", "sbom", "eval-results", "sarif",
)  # fmt: skip
"""The kinds that a room may name, whether or not they are measured."""

DOCUMENT = "document"
"""The kind of whatever is not measured; a person reads it."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name, sorted. An error on import is let through."""
    found: dict[str, Kind] = {}
    for module in sorted(m.name for m in iter_modules(audits.artifacts.__path__)):
        if module == "kinds":
            continue
        for kind in getattr(import_module(f"audits.artifacts.{module}"), "KINDS", ()):
            if kind.name in found:
                raise RuntimeError(f"two modules read the kind {kind.name}")
            found[kind.name] = kind
    return dict(sorted(found.items()))


def kind_names() -> tuple[str, ...]:
    """All names that a room may use."""
    return tuple(sorted({*kinds(), *KNOWN, DOCUMENT}))
