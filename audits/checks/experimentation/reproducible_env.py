"""The packages that the main program runs on are pinned, down to what they need in turn.

Why an investor asks: without a lock file the same code is another program next month. A model that
cannot be rebuilt cannot be defended, and a fix that cannot be rebuilt cannot be shipped.

How we look: manifests and lock files of Python, Node, R, Julia, Rust, Go, Java and .NET are parsed.
A lock counts for the code below its folder in the languages that it pins; where there are models,
their languages decide.

Yes: lock files cover most of the product's code. Partly: only direct dependencies are pinned
exactly, most but not all of them, or a lock covers only a part. No: ranges or no versions. Not
applicable: there is no code.

What we cannot see: whether the lock is what production really installs.

Remedy (effort: low): commit the lock file of your package manager and install from it in CI and in
the image.

False alarms: a list that was frozen by hand and sorted differently is taken for direct pins.
"""

from collections.abc import Iterable

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Judgement, no, not_applicable, partly, yes
from audits.facts.code import Code, SourceFile
from audits.facts.dependencies import Dependencies, Manifest
from audits.facts.learning import Learning
from audits.facts.tree import Role

_SERVES = {
    "python": ("python",),
    "node": ("javascript", "typescript"),
    "r": ("r",),
    "julia": ("julia",),
    "rust": ("rust",),
    "go": ("go",),
    "jvm": ("java", "scala", "kotlin"),
    "dotnet": ("csharp",),
    "ruby": ("ruby",),
    "php": ("php",),
}
MOST = 0.5


@check("experimentation/reproducible-env", effort=Effort.LOW)
def reproducible_env(dependencies: Dependencies, code: Code, learning: Learning) -> Judgement:
    """Judges what pins the packages of the main program."""
    files = _main_files(code, learning)
    if not files and not dependencies.manifests:
        return not_applicable("there is no code that needs packages")
    locks = dependencies.locks
    covered = [f for f in files if any(_covers(m, f) for m in locks)]
    places = [Evidence(m.path, 1, f"pins all {m.ecosystem} packages") for m in locks]
    if locks and (not files or _lines(covered) > MOST * _lines(files)):
        near = [m for m in locks if any(_covers(m, f) for f in covered)]
        chosen = [Evidence(m.path, 1, f"pins all {m.ecosystem} packages") for m in near]
        return yes("lock files pin direct and transitive packages", chosen or places)
    pinned = [m for m in dependencies.declared if m.pinned_share > MOST and _is_main(m, files)]
    if pinned:
        because = "direct dependencies are mostly pinned exactly, but not what they need in turn"
        return partly(because, [_first_pin(m) for m in pinned] + places)
    if locks:
        return partly("lock files cover only a part of the code", places)
    if not dependencies.declared:
        return no("no file declares the packages that the code needs")
    return no("packages are declared as ranges or without versions")


def _main_files(code: Code, learning: Learning) -> list[SourceFile]:
    """The product's files in the languages that carry its models, if it has any."""
    side = Role.EXAMPLE | Role.NOTEBOOK
    files = list(code.product())
    files = [f for f in files if not f.role & side] or files
    uses = learning.main((*learning.training, *learning.inference, *learning.hosted))
    paths = {u.path for u in uses}
    languages = {f.language for f in files if f.path in paths}
    return [f for f in files if not languages or f.language in languages]


def _lines(files: Iterable[SourceFile]) -> int:
    return sum(f.lines for f in files)


def _covers(lock: Manifest, file: SourceFile) -> bool:
    """Whether a lock stands above a file of its language; a folder of locks serves its parent."""
    if file.language not in _SERVES.get(lock.ecosystem, ()):
        return False
    folder = lock.folder
    if folder.rsplit("/", 1)[-1].lower() in ("requirements", "reqs", "deps", "env", "environment"):
        folder = folder.rpartition("/")[0]
    return not folder or file.path.startswith(f"{folder}/")


def _is_main(manifest: Manifest, files: list[SourceFile]) -> bool:
    """Whether a manifest declares for the language of the main files."""
    languages = {f.language for f in files}
    return not languages or bool(languages & set(_SERVES.get(manifest.ecosystem, ())))


def _first_pin(manifest: Manifest) -> Evidence:
    line = next(r.line for r in manifest.requirements if r.pinned)
    share = round(100 * manifest.pinned_share)
    return Evidence(manifest.path, line, f"{share}% of its packages are pinned exactly")
