"""The files that train the product's models, each with the files around it.

Around a file are those that it imports, step by step, and those that come to it by importing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from audits.facts.automation import imported_from
from audits.facts.code import Code, SourceFile
from audits.facts.identity import Identity
from audits.facts.learning import Learning


def training_files(code: Code, learning: Learning, identity: Identity) -> tuple[SourceFile, ...]:
    """Where the main models are fitted: side examples and a library's own parts are left out."""
    paths = {u.path for u in learning.main(learning.training) if identity.counts(u.path)}
    return tuple(f for f in code.product() if f.path in paths)


def around(code: Code, files: Iterable[SourceFile]) -> Mapping[str, tuple[SourceFile, ...]]:
    """For each file the product files that belong to its run, itself first."""
    importers: dict[str, set[str]] = defaultdict(set)
    for file in code.product():
        for target in file.targets:
            importers[target].add(file.path)
    product = {f.path for f in code.product()}
    found: dict[str, tuple[SourceFile, ...]] = {}
    for file in files:
        near = {*imported_from(code, [file.path]), *_upwards(file.path, importers)}
        near.discard(file.path)
        others = (code.get(path) for path in sorted(near & product))
        found[file.path] = (file, *(f for f in others if f is not None))
    return found


def _upwards(path: str, importers: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        for importer in importers.get(waiting.pop(), ()):
            if importer not in seen:
                seen.add(importer)
                waiting.append(importer)
    return seen
