"""What this repository is: whether it does machine learning, of which kind, and whether it trains.

Both the identity practices and the gates of all others stand on this one fact.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from audits.engine.types import Evidence
from audits.facts.code import Code
from audits.facts.dependencies import Dependencies
from audits.facts.families import ANALYSIS, CLASSICAL, DEEP, LLM, Use
from audits.facts.learning import Learning
from audits.facts.tools import substance
from audits.facts.tree import NOT_PRODUCT, Role, Tree, role_of

KINDS = {CLASSICAL: "classical", DEEP: "deep-learning", LLM: "llm-finetune", ANALYSIS: "classical"}


@dataclass(frozen=True)
class SelfDescription:
    """The words by which the README opens: they name the project and prove nothing."""

    path: str = ""
    title: str = ""
    opening: str = ""


@dataclass(frozen=True)
class Identity:
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
) -> Identity:
    """Tells what the repository is from what its code does, and only a library from its words."""
    library = () if _has_weights(tree) else _library_words(code, learning, dependencies, own_words)
    library = library or _r_package(own_words, tree) or _kit_words(learning, own_words, tree)
    kind, because = _kind(learning, is_library=bool(library))
    return Identity(
        kind=kind,
        because=because,
        training=_evidence(learning, learning.training),
        inference=_evidence(learning, learning.inference),
        hosted=_evidence(learning, sorted(learning.hosted, key=_asks_last)),
        retrieval=_evidence(learning, learning.retrieval),
        substance=_substance(learning),
        learners=_evidence(learning, learning.learners),
        described=library if kind == "ml-library" else (),
        library_folders=_library_folders(code) if kind == "ml-library" else (),
    )


_IN_PLACE = {"r": "R", "julia": "src", "rust": "src", "java": "src", "scala": "src"}


def _library_folders(code: Code) -> tuple[str, ...]:
    """Where the packages of a library stand: Python's outermost ones, `R/` or `src/` of others."""
    found: set[str] = set()
    for file in code.product():
        if file.path.endswith("/__init__.py"):
            parts = file.path.split("/")[:-1]
            found.add("/".join(parts[:2] if parts[0] in ("src", "lib", "python") else parts[:1]))
        elif file.language not in ("python", "javascript", "typescript"):
            found.add(_IN_PLACE.get(file.language, ""))
    if "R" in found:
        found.add("inst")  # what a package of R brings along for its users
    return tuple(sorted(found))


def _asks_last(use: Use) -> tuple[bool, str, int]:
    asks = use.name.rsplit(".", 1)[-1].lower() in substance.HOSTED_VERBS
    return (not asks, use.path, use.line)


def _evidence(learning: Learning, uses: Iterable[Use]) -> tuple[Evidence, ...]:
    listed = list(uses)
    main = learning.main(listed)
    known = set(main)
    side = [u for u in listed if u not in known]
    return tuple(u.evidence for u in [*main, *side])


def _substance(learning: Learning) -> str:
    """Rule has_ml: own training or own inference, or only a bought model in a minor part."""
    trained = learning.main(learning.training)
    if any(u.family != ANALYSIS for u in trained) or learning.learners:
        return "yes"
    run = learning.main(learning.inference)
    own = [u for u in run if u.name not in substance.EMBEDDING_ONLY]
    if own and not _is_minor(own, learning.main(learning.hosted)):
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


_STRICT = frozenset({"library", "framework", "toolkit", "toolbox", "sdk", "package", "linter"})
_TOOLS = frozenset(
    {"tool", "tools", "utility", "cli", "template", "structure", "platform", "infrastructure"}
    | {"image", "images", "plugin", "extension", "scanner"}
)
_SUBJECTS = (
    "machine learning",
    "machine-learning",
    "deep learning",
    "deep-learning",
    "mlops",
    "(ml)",
    " ml ",
    "neural network",
    "data science",
    "data scientists",
    "ml models",
    "llm",
    "language models",
    "model serving",
    "model monitoring",
    "reinforcement learning",
    "time series",
    "data drift",
    "computer vision",
    "natural language processing",
    "ml projects",
    "ml code",
)


def _has_weights(tree: Tree) -> bool:
    """Whether weights stand in the product: a model of its own is then what is given out."""
    outside = NOT_PRODUCT | Role.EXAMPLE
    return any(f.suffix in _WEIGHTS and not f.role & outside for f in tree)


_WEIGHTS = frozenset({".onnx", ".tflite", ".safetensors", ".pt", ".pth", ".h5", ".keras", ".jit"})


def _r_package(own: SelfDescription, tree: Tree) -> tuple[Evidence, ...]:
    """A package of R for other people's models: its functions are exported and have manual pages.

    Analyses are kept in the form of a package too, but nobody writes manuals for their functions.
    """
    pages = sum(f.suffix == ".rd" and f.path.startswith("man/") for f in tree)
    words = f" {own.title}. {own.opening} ".lower()[:600]
    about = any(s in words for s in (*_SUBJECTS, " model", "classif", "regression", "forecast"))
    if "NAMESPACE" not in tree or pages < _FEWEST_PAGES or not about:
        return ()
    return (Evidence("NAMESPACE", 1, "exports the functions of a package about models"),)


_FEWEST_PAGES = 5


def _kit_words(learning: Learning, own: SelfDescription, tree: Tree) -> tuple[Evidence, ...]:
    """Where a repository without a learner says that it equips others for machine learning.

    It must hold what it speaks of: images that are built, or projects that are filled in.
    """
    if learning.training or learning.inference or learning.learners or learning.hosted:
        return ()
    words = f" {own.title}. {own.opening} ".lower()[:600]
    named = {_bare(w) for w in words.replace("/", " ").replace("-", " ").split()}
    images = sum(f.name.lower().startswith("dockerfile") for f in tree)
    forms = sum(bool(f.role & Role.TEMPLATE) for f in tree)
    holds = (images > 1 and named & _IMAGES) or (forms > 1 and named & _FORMS)
    if not holds or not any(s in words for s in (*_SUBJECTS, "kubeflow", "jupyter")):
        return ()
    return (Evidence(own.path, 1, "describes itself as equipment for machine learning"),)


_IMAGES = frozenset({"image", "images", "container", "containers"})
_FORMS = frozenset({"template", "templates", "cookiecutter", "stack", "stacks", "scaffold"})


def _library_words(
    code: Code, learning: Learning, dependencies: Dependencies, own: SelfDescription
) -> tuple[Evidence, ...]:
    """Where the project says that it is a library or tool for machine learning."""
    if not any(True for _ in code.product()):
        return ()
    depth = 0 if learning.main(learning.training) else 1
    packaged = any(
        m.is_package and m.name and m.path.count("/") <= depth for m in dependencies.manifests
    )
    texts = [(f"{own.title}. {own.opening}", own.path)] if own.path else []
    described = (m for m in dependencies.manifests if m.description)
    texts += [(m.description, m.path) for m in described if m.path.count("/") <= depth]
    asked = learning.main(learning.hosted)  # a tool that asks is no tool for others' models
    uses = bool(learning.training or learning.inference or learning.learners or asked)
    for text, path in texts:
        if packaged and _says_library(text.lower()[:400], uses=uses):
            return (
                Evidence(path, 1, "describes itself as a library or tool for machine learning"),
            )
    return ()


def _says_library(text: str, *, uses: bool) -> bool:
    """Whether words name a library; one that uses no learning itself must say it is about it."""
    about = any(s in f" {text} " for s in _SUBJECTS)
    if uses:
        return any(_is_a_library(s, about=about) for s in text.split(". ")[:4])
    words = {_bare(w) for w in text.replace("/", " ").split()}
    return about and bool(words & (_STRICT | _TOOLS))


def _is_a_library(sentence: str, *, about: bool) -> bool:
    """Whether a sentence says that its subject is one, and not that it uses or contains one.

    Every project of Python is a package by its form, so that word counts only as what it *is*.
    """
    before: list[str] = []
    for word in (_bare(w) for w in sentence.replace("/", " ").split()):
        if word in _STRICT and (word != "package" or (about and "is" in before[-8:])):
            return not set(before[-10:]) & _APART
        before.append(word)
    return False


def _bare(word: str) -> str:
    return word.strip(".,:;()*_`'\"")


_APART = frozenset(
    {"using", "uses", "use", "with", "via", "by", "on", "through", "from", "based", "built"}
    | {"for", "to", "in", "of", "around", "implements", "implement", "leverages", "contains"}
    | {"shows", "demonstrates", "example", "demo", "sample", "tutorial", "course", "large", "our"}
)
"""Words between a subject and a library by which the subject is something else."""
