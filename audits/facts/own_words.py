"""What the project says of itself: words that name a library or a kit, and prove nothing else."""

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Code, SourceFile
from audits.facts.dependencies import Dependencies
from audits.facts.learning import Learning
from audits.facts.readings import reading_of_texts
from audits.facts.tree import NOT_PRODUCT, Role, Tree


class SelfDescription(Struct, frozen=True):
    """The words by which the README opens: they name the project and prove nothing."""

    path: str = ""
    title: str = ""
    opening: str = ""

    @property
    def is_about_models(self) -> bool:
        """Whether these words speak of what models do."""
        text = f"{self.title}. {self.opening}".lower()
        words = {_bare(w) for w in text.replace("/", " ").replace("-", " ").split()}
        return bool(words & _OF_MODELS) or any(s in text for s in _BY_MODELS)


_OF_MODELS = frozenset(
    {"ai", "ml", "llm", "llms", "gpt", "chatgpt", "rag", "openai", "claude", "gemini", "ollama"}
    | {"chatbot", "chatbots", "agent", "agents", "copilot", "neural", "genai", "ocr", "embeddings"}
)
_BY_MODELS = (
    "learning",
    "intelligen",
    "language model",
    "recogni",
    "recommend",
    "predict",
    "transcri",
    "generative",
    "classif",
    "semantic",
    "speech",
)


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


def speaks_of_the_field(text: str) -> bool:
    """Whether words speak of machine learning, in any of its names."""
    return any(subject in f" {text.lower()} " for subject in _SUBJECTS)


def has_weights(tree: Tree) -> bool:
    """Whether weights stand in the product: a model of its own is then what is given out."""
    outside = NOT_PRODUCT | Role.EXAMPLE
    return any(not f.role & outside for f in tree.ending(_WEIGHTS))


@reading_of_texts
def gives_weights(file: SourceFile) -> bool:
    """Whether it fetches weights: by a loader for it, or it has an address and names such files."""
    if file.role & (Role.EXAMPLE | Role.NOTEBOOK):
        return False
    if not file.names.isdisjoint(_FETCHERS):
        return True
    weights = any(text.split("?")[0].endswith(_FETCHED) for text, _ in file.strings)
    return weights and any("://" in text for text, _ in file.strings)


_FETCHERS = ("torch.hub.load_state_dict_from_url", "torch.utils.model_zoo.load_url")


_FETCHED = (".ckpt", ".pt", ".pth", ".h5", ".keras", ".onnx", ".safetensors", ".tflite", ".pth.tar")
_WEIGHTS = frozenset({".onnx", ".tflite", ".safetensors", ".pt", ".pth", ".h5", ".keras", ".jit"})


def r_package(own: SelfDescription, tree: Tree) -> tuple[Evidence, ...]:
    """A package of R for other people's models: its functions are exported and have manual pages.

    Analyses are kept in the form of a package too, but nobody writes manuals for their functions.
    """
    pages = sum(f.path.startswith("man/") for f in tree.ending((".rd",)))
    words = f" {own.title}. {own.opening} ".lower()[:600]
    about = any(s in words for s in (*_SUBJECTS, " model", "classif", "regression", "forecast"))
    if "NAMESPACE" not in tree or pages < _FEWEST_PAGES or not about:
        return ()
    return (Evidence("NAMESPACE", 1, "exports the functions of a package about models"),)


_FEWEST_PAGES = 5


def kit_words(learning: Learning, own: SelfDescription, tree: Tree) -> tuple[Evidence, ...]:
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


def library_words(
    code: Code, learning: Learning, dependencies: Dependencies, own: SelfDescription
) -> tuple[Evidence, ...]:
    """Where the project says that it is a library or tool for machine learning."""
    if not any(True for _ in code.product()):
        return ()
    depth = 0 if learning.main(learning.training) else 1
    packaged = any(
        m.is_package and (m.name or m.path.endswith("setup.py")) and m.path.count("/") <= depth
        for m in dependencies.manifests
    )
    texts = [(f"{own.title}. {own.opening}", own.path)] if own.path else []
    described = (m for m in dependencies.manifests if m.description)
    texts += [(m.description, m.path) for m in described if m.path.count("/") <= depth]
    own_model = not learning.learners and any(gives_weights(f) for f in code.product())
    asked = learning.main(learning.hosted)  # a tool that asks is no tool for others' models
    uses = bool(learning.training or learning.inference or learning.learners or asked)
    shows_only = uses and _shows_only(code, learning)
    for text, path in texts:
        words = text.lower()[:400]
        shown = shows_only and any(s in f" {words} " for s in _SUBJECTS)
        if packaged and (shown or _says_library(words, uses=uses, own_model=own_model)):
            return (
                Evidence(path, 1, "describes itself as a library or tool for machine learning"),
            )
    return ()


def _shows_only(code: Code, learning: Learning) -> bool:
    """Whether only examples learn, beside a package of some size that does not."""
    uses = (*learning.training, *learning.inference, *learning.learners, *learning.hosted)
    if any(u.path not in learning.side_paths for u in uses):
        return False
    inside = (f for f in code.product() if f.path not in learning.side_paths)
    files = [f for f in inside if f.path.count("/")]
    starts = any(f.path.endswith("/__init__.py") for f in files)
    return starts and sum(f.lines for f in files) >= _SOME_LINES


_SOME_LINES = 300


def _says_library(text: str, *, uses: bool, own_model: bool) -> bool:
    """Whether words name a library; one that uses no learning itself must say it is about it.

    So must one that fetches weights or gives out trained ones: else it is the package of its model.
    """
    about = any(s in f" {text} " for s in _SUBJECTS)
    if (own_model or any(w in text for w in _TRAINED)) and not about:
        return False
    if uses:
        return any(_is_a_library(s, about=about) for s in text.split(". ")[:4])
    words = {_bare(w) for w in text.replace("/", " ").split()}
    return about and bool(words & (_STRICT | _TOOLS))


_TRAINED = ("pretrained model", "pre-trained model", "trained models")


def _is_a_library(sentence: str, *, about: bool) -> bool:
    """Whether a sentence says that its subject is one, and not that it uses or contains one.

    Every project of Python is a package by its form, so that word counts only as what it *is*.
    """
    words = [_bare(w) for w in sentence.replace("/", " ").split()]
    for place, word in enumerate(words):
        before, after = words[:place], words[place + 1 : place + 2]
        if word not in _STRICT or set(after) & _OF_A_LIBRARY:
            continue
        if word != "package" or (about and "is" in before[-8:]):
            return not set(before[-10:]) & _APART
    return about and _is_a_tool_for_models(words)


_OF_A_LIBRARY = frozenset(
    {"documentation", "docs", "code", "source", "reference", "management", "system", "catalogue"}
    | {"books", "users", "developers", "versions", "name", "names", "assistant"}
)
"""Words by which a library is what the subject is about, and not what it is."""


def _is_a_tool_for_models(words: list[str]) -> bool:
    """Whether a sentence says that its subject is a tool for models, and not one made of them."""
    if set(words) & _THIS_WORK or "is" not in words:
        return False
    after = words[words.index("is") + 1 :]
    place = next((n for n, w in enumerate(after) if w in _FOR_MODELS), None)
    if place is None or place > _NEAR:
        return False
    rest = after[place + 1 : place + 1 + _NEAR]
    until = next((n for n, w in enumerate(rest) if w in _MADE_OF), len(rest))
    return any("model" in w for w in (*after[:place], *rest[:until]))


_NEAR = 10
_FOR_MODELS = frozenset({"tool", "tools", "platform", "suite", "server", "engine"})
_MADE_OF = frozenset({"using", "with", "by", "via", "based", "built", "through", "from", "that"})
_THIS_WORK = frozenset({"this", "project", "repository", "repo", "our", "we", "demo", "example"})


def _bare(word: str) -> str:
    return word.strip(".,:;()*_`'\"")


_APART = frozenset(
    {"using", "uses", "use", "with", "via", "by", "on", "through", "from", "based", "built"}
    | {
        "for",
        "to",
        "in",
        "of",
        "around",
        "over",
        "about",
        "implements",
        "implement",
        "leverages",
        "contains",
    }
    | {"shows", "demonstrates", "example", "demo", "sample", "tutorial", "course", "large", "our"}
)
"""Words between a subject and a library by which the subject is something else."""
