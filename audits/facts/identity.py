"""What this repository is: whether it does machine learning, of which kind, and whether it trains.

Both the identity practices and the gates of all others stand on this one fact.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Code
from audits.facts.dependencies import Dependencies
from audits.facts.families import ANALYSIS, CLASSICAL, DEEP, LLM, Use
from audits.facts.learning import SIDE, Learning
from audits.facts.own_words import (
    SelfDescription,
    has_weights,
    kit_words,
    library_words,
    r_package,
)
from audits.facts.published import published_package
from audits.facts.tools import substance
from audits.facts.tree import NOT_PRODUCT, Role, Tree, role_of
from audits.facts.workflows import Workflows

KINDS = {CLASSICAL: "classical", DEEP: "deep-learning", LLM: "llm-finetune", ANALYSIS: "classical"}


class Identity(Struct, frozen=True):
    """`kind` is one of the values of `ml-kind`; evidence lists are product paths first.

    `substance` is the verdict on `has-ml`: yes, partly or no.
    """

    kind: str = "none"
    because: str = ""
    training: tuple[Evidence, ...] = ()
    inference: tuple[Evidence, ...] = ()
    hosted: tuple[Evidence, ...] = ()
    retrieval: tuple[Evidence, ...] = ()
    substance: str = "no"
    described: tuple[Evidence, ...] = ()
    library_folders: tuple[str, ...] = ()
    learners: tuple[Evidence, ...] = ()

    @property
    def is_ml(self) -> bool:
        """Whether the [ML] practices make sense."""
        return self.kind != "none"

    def counts(self, path: str) -> bool:
        """Whether use in a file is the project's own, not what a library does for its users.

        A library's packages, documents, examples and notebooks implement or show practices; only
        what stands beside them, such as its benchmarks, applies one to a model of its own (G3).
        """
        if self.kind != "ml-library":
            return True
        inside = any(not f or path == f or path.startswith(f"{f}/") for f in self.library_folders)
        return not inside and not role_of(path) & (Role.EXAMPLE | Role.NOTEBOOK | Role.DOCS)

    @property
    def trains(self) -> bool:
        """Whether the [TR] practices make sense."""
        return bool(self.training)


def identity_of(
    code: Code,
    learning: Learning,
    dependencies: Dependencies,
    own_words: SelfDescription,
    tree: Tree,
    workflows: Workflows,
) -> Identity:
    """Tells what the repository is from what its code does, and only a library from its words."""
    library = () if has_weights(tree) else library_words(code, learning, dependencies, own_words)
    library = library or r_package(own_words, tree) or kit_words(learning, own_words, tree)
    named = bool(library)
    library = library or published_package(code, learning, dependencies, own_words, tree, workflows)
    kind, because = _kind(learning, is_library=bool(library))
    if library and not named:
        because = "it is a published package that learns only from what its callers bring"
    aside = kind in _RUN_OR_ASKED and _is_aside(code, learning, own_words)
    if aside:
        kind, because = "none", "models are a side function of a program for something else"
    return Identity(
        kind=kind,
        because=because,
        training=_evidence(learning, learning.training),
        inference=_evidence(learning, learning.inference),
        hosted=_evidence(learning, sorted(learning.hosted, key=_asks_last)),
        retrieval=_evidence(learning, learning.retrieval),
        substance=_substance(learning, aside=aside),
        learners=_evidence(learning, learning.learners),
        described=library if kind == "ml-library" else (),
        library_folders=_library_folders(code, dependencies) if kind == "ml-library" else (),
    )


_RUN_OR_ASKED = ("deep-learning", "classical", "llm-api-wrapper", "llm-rag")
_LARGE, _RARE = 100, 0.02
"""Files of a program that is large, and the share of them in which a side function lies."""


def _is_aside(code: Code, learning: Learning, own_words: SelfDescription) -> bool:
    """Whether bought models are used in a corner of a large program that is for something else."""
    if learning.training or learning.learners or own_words.is_about_models:
        return False
    files = {f.path: f.lines for f in code.product(outside=NOT_PRODUCT | SIDE)}
    used = {u.path for u in learning.main((*learning.inference, *learning.hosted))} & set(files)
    rare = len(used) <= _RARE * len(files)
    lines = sum(files[path] for path in used)
    return len(files) >= _LARGE and rare and lines <= _RARE * sum(files.values())


_IN_PLACE = {"r": "R", "julia": "src", "rust": "src", "java": "src", "scala": "src"}


def _library_folders(code: Code, dependencies: Dependencies) -> tuple[str, ...]:
    """Where the packages of a library stand: Python's outermost ones, `R/` or `src/` of others.

    Where a project stands in a folder of its own, its package is below that folder.
    """
    manifests = (m for m in dependencies.manifests if m.is_package and m.ecosystem == "python")
    projects = {m.folder for m in manifests} - {""}
    found: set[str] = set()
    for file in code.product():
        if file.path.endswith("/__init__.py"):
            found.add(_package_of(file.path.rpartition("/")[0], projects))
        elif file.language not in ("python", "javascript", "typescript"):
            found.add(_IN_PLACE.get(file.language, ""))
    if "R" in found:
        found.add("inst")  # what a package of R brings along for its users
    return tuple(sorted(found))


def _package_of(folder: str, projects: set[str]) -> str:
    """The outermost folder of the package to which a folder belongs."""
    above = (p for p in projects if folder.startswith(f"{p}/"))
    project = max(above, key=len, default="")
    parts = folder[len(project) :].strip("/").split("/")
    taken = parts[: 2 if parts[0] in ("src", "lib", "python") else 1]
    return "/".join([project, *taken] if project else taken)


def _asks_last(use: Use) -> tuple[bool, str, int]:
    asks = use.name.rsplit(".", 1)[-1].lower() in substance.HOSTED_VERBS
    return (not asks, use.path, use.line)


def _evidence(learning: Learning, uses: Iterable[Use]) -> tuple[Evidence, ...]:
    listed = list(uses)
    main = learning.main(listed)
    known = set(main)
    side = [u for u in listed if u not in known]
    return tuple(u.evidence for u in [*main, *side])


def _substance(learning: Learning, *, aside: bool) -> str:
    """Rule has_ml: own training or own inference, or only a bought model in a minor part."""
    trained = learning.main(learning.training)
    if any(u.family != ANALYSIS for u in trained) or learning.learners:
        return "yes"
    run = learning.main(learning.inference)
    own = [u for u in run if u.name not in substance.EMBEDDING_ONLY]
    if own and not aside and not _is_minor(own, learning.main(learning.hosted)):
        return "yes"
    return "partly" if trained or run or learning.training or learning.inference else "no"


def _kind(learning: Learning, *, is_library: bool) -> tuple[str, str]:
    trained, run = learning.main(learning.training), learning.main(learning.inference)
    asked = learning.main(learning.hosted)
    own = [u for u in run if u.name not in substance.EMBEDDING_ONLY]
    if is_library:
        return "ml-library", "it describes itself as a library or tool for other people's models"
    if trained:
        family = _main_family(trained, learning)
        return KINDS[family], f"its code trains {_words(family)}"
    if own and not (asked and _is_minor(own, asked)):
        family = _main_family(own, learning)
        kind = _of_local_language_model(learning) if family == LLM else KINDS[family]
        return kind, f"its code runs {_words(family)} itself"
    if asked or learning.hosted:
        return _of_hosted(learning)
    if learning.training or learning.inference:
        family = _main_family(learning.training or learning.inference, learning)
        return KINDS[family], "only its examples or notebooks train or run a model"
    if learning.learners:
        return "ml-library", "it has learners of its own that nothing here fits"
    return "none", "nothing in its code trains, runs or asks a model"


def _is_minor(own: Iterable[Use], asked: Iterable[Use]) -> bool:
    """Whether local models are a side of an application that mainly asks a hosted one."""
    files = len({u.path for u in asked})
    return files > 0 and len({u.path for u in own}) * 3 <= files


def _of_local_language_model(learning: Learning) -> str:
    return "llm-rag" if learning.main(learning.retrieval) else "deep-learning"


def _of_hosted(learning: Learning) -> tuple[str, str]:
    if learning.main(learning.retrieval):
        return "llm-rag", "it searches an index and asks a language model that is not trained here"
    return "llm-api-wrapper", "its AI is calls to a hosted language model"


def _words(family: str) -> str:
    named = {DEEP: "neural networks", LLM: "a language model", ANALYSIS: "regressions for analysis"}
    return named.get(family, "classical models")


def _main_family(uses: Iterable[Use], learning: Learning) -> str:
    """The family that most files train or run; the one that is served breaks a tie."""
    listed = list(uses)
    files = Counter(family for family, _ in {(u.family, u.path) for u in listed})
    calls = Counter(u.family for u in listed)
    served = Counter(u.family for u in learning.main(learning.inference))
    order = (LLM, DEEP, CLASSICAL, ANALYSIS)
    return max(files, key=lambda f: (f != ANALYSIS, files[f], calls[f], served[f], -order.index(f)))
