"""The files that train the product's models, each with the files around it.

Around a file are those that it imports, step by step, and those that come to it by importing; in R
also the folder of that name, which packages, pipelines and scripts load whole.
"""

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
    listed = tuple(files)
    new = [f for f in listed if f.path not in code.around]
    product = {f.path for f in code.product()} if new else set()
    for file in new:
        near = _near(code, [file.path]) & product
        near |= {p for p in product if file.language == "r" and p.startswith("R/")}
        near.discard(file.path)
        others = (code.get(path) for path in sorted(near))
        code.around[file.path] = (file, *(f for f in others if f is not None))
    return {f.path: code.around[f.path] for f in listed}


def around_all(code: Code, files: Iterable[SourceFile]) -> frozenset[str]:
    """The paths of the product files around any of these, with themselves."""
    paths = {f.path for f in files}
    return frozenset(_near(code, paths) & {f.path for f in code.product()} | paths)


def _near(code: Code, paths: Iterable[str]) -> set[str]:
    starts = tuple(paths)
    return {*imported_from(code, starts), *_upwards(code, starts)}


def _upwards(code: Code, paths: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(paths)
    while waiting:
        for importer in code.importers.get(waiting.pop(), ()):
            if importer not in seen:
                seen.add(importer)
                waiting.append(importer)
    return seen
