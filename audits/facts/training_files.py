"""The files that train the product's models, each with the files around it.

Around a file are those that it imports, step by step, and those that come to it by importing; in R
also the folder of that name, which packages, pipelines and scripts load whole.
"""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet

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
    down: dict[str, set[str]] = {}
    up: dict[str, set[str]] = {}
    for file in new:
        path = file.path
        down[path] = _come_to([path], code.targets, down)
        up[path] = _come_to([path], code.imported_by, up)
        near = product & (down[path] | up[path])
        if file.language == "r":
            near |= {p for p in product if p.startswith("R/")}
        near.discard(file.path)
        others = (code.get(path) for path in sorted(near))
        code.around[file.path] = (file, *(f for f in others if f is not None))
    return {f.path: code.around[f.path] for f in listed}


def around_all(code: Code, files: Iterable[SourceFile]) -> frozenset[str]:
    """The paths of the product files around any of these, with themselves."""
    paths = {f.path for f in files}
    near = _come_to(paths, code.targets, {}) | _come_to(paths, code.imported_by, {})
    return frozenset(near & {f.path for f in code.product()} | paths)


def _come_to(
    paths: Iterable[str],
    steps: Callable[[str], Iterable[str]],
    known: Mapping[str, AbstractSet[str]],
) -> set[str]:
    """All that some files come to step by step, themselves included.

    What others are `known` to come to is not gone through again: programs that train stand around
    each other.
    """
    seen = {*paths}
    waiting = list(seen)
    while waiting:
        path = waiting.pop()
        if path in known:
            seen |= known[path]
            continue
        for step in steps(path):
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return seen
