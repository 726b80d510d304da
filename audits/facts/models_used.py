"""Which models and public data the product uses by name, whose hosted models, which weights.

Base models come from calls that fetch by name and from the headers of own weights; hosted models
from the packages, hosts and model names in the code; data from loaders and from pointers.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from audits.engine.inventory import Dataset, HostedModel, NamedModel, Weights
from audits.facts.code import Call, Code, Constant, SourceFile, under
from audits.facts.readings import answering, reading_of_all, reading_of_texts
from audits.facts.tools import models
from audits.facts.tree import Tree

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_LONE_NAME = re.compile(r"\A(?:[A-Za-z][\w.]*(?:-[\w.]+)+|[A-Za-z]+\d[\w.-]*)")
_NAMES_A_MODEL = ("model", "checkpoint", "base", "encoder", "llm")


class BaseNamed(Struct, frozen=True):
    """A file that says on which model weights stand: configuration, adapter, card, Modelfile."""

    path: str
    line: int
    base: str = ""
    revision: str = ""
    architecture: str = ""
    licence: str = ""
    hub: str = "huggingface"

    @property
    def folder(self) -> str:
        """Where it stands; it speaks of the weights beside it."""
        return self.path.rpartition("/")[0]


class ModelFiles(Struct, frozen=True):
    """Weights in the tree, what stands beside them, and data that is pinned by pointers."""

    weights: tuple[Weights, ...] = ()
    bases: tuple[BaseNamed, ...] = ()
    pointers: tuple[Dataset, ...] = ()


class ModelsUsed(Struct, frozen=True):
    """Everything, each sorted and without repetition."""

    models: tuple[NamedModel, ...] = ()
    hosted: tuple[HostedModel, ...] = ()
    weights: tuple[Weights, ...] = ()
    datasets: tuple[Dataset, ...] = ()


def models_used(tree: Tree, code: Code, files: ModelFiles) -> ModelsUsed:
    """Puts together what code, weights and pointers say."""
    naming = answering(code, _loaded, _assigned)
    named = [m for f in naming for m in (*_loaded(f), *_assigned(f))]
    based = [
        NamedModel(b.hub, b.base, b.path, b.line, b.revision, "base") for b in files.bases if b.base
    ]
    return ModelsUsed(
        models=tuple(sorted({m for m in named if not _is_local(m, tree)} | set(based))),
        hosted=tuple(sorted({h for f in answering(code, hosted_in) for h in hosted_in(f)})),
        weights=files.weights,
        datasets=tuple(
            sorted({d for f in answering(code, _data) for d in _data(f)} | set(files.pointers))
        ),
    )


def _is_local(model: NamedModel, tree: Tree) -> bool:
    """Whether the name is rather a path of this repository."""
    head, slash, _ = model.name.partition("/")
    return bool(slash) and model.hub == "huggingface" and tree.holds(head)


# Models by name


_BY_NAME = frozenset(models.BY_NAME)
_PRETRAINED = frozenset({"from_pretrained"})
_KERAS = ("keras", "tensorflow.keras")
_BUILT_IN = ("torchvision.models", *_KERAS)
_DATA_BY_NAME = frozenset(models.DATA_BY_NAME)
_DATA_MODULES = (*models.DATA_BY_MODULE, *_KERAS)


@reading_of_all
def _loaded(file: SourceFile) -> Iterator[NamedModel]:
    for call in file.calls_of(names=_BY_NAME, methods=_PRETRAINED, modules=_BUILT_IN):
        hub, name = _fetched(call)
        if name:
            revision = call.keyword("revision")
            pinned = revision if isinstance(revision, str) else ""
            yield NamedModel(hub, name, file.path, call.line, pinned)


def _fetched(call: Call) -> tuple[str, str]:
    if call.method == "from_pretrained" and not _brings_no_weights(call):
        return "huggingface", _hub_name(_given(call, 0, models.FETCHED_BY_KEYWORD))
    if known := models.BY_NAME.get(call.name):
        hub, position, keywords = known
        name = _given(call, position, keywords)
        return hub, _hub_name(name) if hub == "huggingface" else _plain_name(name)
    if built_in := models.BUILT_IN_MODELS.fullmatch(call.name):
        return built_in[1] or built_in[2], built_in[3] if _is_pretrained(call) else ""
    return "", ""


def _brings_no_weights(call: Call) -> bool:
    owner = call.name.rsplit(".", 2)[-2].lower() if call.name.count(".") > 1 else ""
    owner = owner or call.receiver.lower()
    return any(owner.endswith(word) for word in models.NO_MODEL)


def _is_pretrained(call: Call) -> bool:
    """Whether the weights come with it: torchvision gives none unless asked, Keras all the same."""
    if "keras" in call.name:
        return "weights" not in call.keyword_names or call.keyword("weights") is not None
    asked = {"weights", "pretrained"} & set(call.keyword_names)
    return any(call.keyword(k) not in (False,) for k in asked)


def _given(call: Call, position: int, keywords: Iterable[str]) -> Constant:
    for keyword in keywords:
        if (value := call.keyword(keyword)) is not None:
            return value
    return call.arguments[position] if len(call.arguments) > position else None


def _hub_name(value: Constant) -> str:
    """The value where it can be the name of a model on the hub, and no path."""
    if not isinstance(value, str) or value.rpartition(".")[2].lower() in models.OWN_WEIGHTS:
        return ""
    known = _HUB_NAME.fullmatch(value) or _LONE_NAME.fullmatch(value)
    return value if known and ".." not in value else ""


def _plain_name(value: Constant) -> str:
    if not isinstance(value, str) or not 1 < len(value) < 200 or value[0] in "./~":
        return ""
    return "" if value.count("/") > 1 and "://" not in value else value


@reading_of_texts
def _assigned(file: SourceFile) -> Iterator[NamedModel]:
    """Names of models that a file keeps in a variable and fetches with."""
    if not any(under(i.module, models.HUB_LIBRARIES) for i in file.imports):
        return
    for item in file.assignments:
        told = any(word in item.name.lower() for word in _NAMES_A_MODEL)
        if told and isinstance(item.value, str) and "/" in (name := _hub_name(item.value)):
            yield NamedModel("huggingface", name, file.path, item.line)


# Hosted models


@reading_of_texts
def hosted_in(file: SourceFile) -> Iterator[HostedModel]:
    """The hosted models that a file asks for, by name where it says one."""
    asked = dict(_providers(file))
    if not asked and not any(_is_router(i.module) for i in file.imports):
        return
    named: set[str] = set()
    for text, line in _strings(file):
        provider = _provider_of(text)
        if provider:
            named.add(provider)
            yield HostedModel(_asked_through(provider, asked), text, file.path, line)
    for provider, line in asked.items():
        if not named:
            yield HostedModel(provider, "", file.path, line)


def _providers(file: SourceFile) -> Iterator[tuple[str, int]]:
    foreign = [i for i in file.imports if not i.target]
    texts = "\n".join(text for text, _ in file.strings)
    for provider, (packages, hosts) in models.PROVIDERS.items():
        lines = [i.line for i in foreign if _is_of(i.module, packages)]
        if any(h in texts for h in hosts):
            lines += [
                n for text, n in file.strings if "://" in text and any(h in text for h in hosts)
            ]
        if lines:
            yield provider, min(lines)


def _is_of(module: str, packages: Iterable[str]) -> bool:
    every = tuple(packages)
    if not module.startswith(every):
        return False
    return any(module == p or module.startswith((f"{p}.", f"{p}/")) for p in every)


def _is_router(module: str) -> bool:
    return _is_of(module, models.ROUTERS)


def _strings(file: SourceFile) -> Iterator[tuple[str, int]]:
    """String literals, those of arguments and assignments included, once a text."""
    texts: dict[str, int] = {}
    for text, line in file.strings:
        texts.setdefault(text, line)
    for item in file.assignments:
        if isinstance(item.value, str):
            texts.setdefault(item.value, item.line)
    for call in file.calls:
        for value in (*call.arguments, *(v for _, v in call.keywords)):
            if isinstance(value, str):
                texts.setdefault(value, call.line)
    return iter(texts.items())


def _provider_of(text: str) -> str:
    if not 2 < len(text) < 100:
        return ""
    return next((who for form, who in models.MODEL_IDS if form.fullmatch(text)), "")


def _asked_through(provider: str, asked: dict[str, int]) -> str:
    """Who answers: the maker of the model, or the cloud whose package alone is there."""
    clouds = {"Microsoft Azure", "Amazon Bedrock", "OpenRouter"}
    if provider in asked or not asked:
        return provider
    return next((c for c in asked if c in clouds), provider)


# Data


@reading_of_all
def _data(file: SourceFile) -> Iterator[Dataset]:
    for call in file.calls_of(names=_DATA_BY_NAME, modules=_DATA_MODULES):
        source, name = _loaded_data(call)
        if name and name not in models.LOCAL_BUILDERS:
            revision = call.keyword("revision")
            pinned = revision if isinstance(revision, str) else ""
            yield Dataset(source, name, file.path, call.line, "", pinned)


def _loaded_data(call: Call) -> tuple[str, str]:
    if known := models.DATA_BY_NAME.get(call.name):
        source, position, keywords = known
        value = _given(call, position, keywords)
        return source, str(value) if isinstance(value, int) else _plain_name(value)
    if keras := models.KERAS_DATA.fullmatch(call.name):
        return "keras", keras[1]
    for module, (source, form) in models.DATA_BY_MODULE.items():
        rest = call.name.removeprefix(f"{module}.")
        if rest != call.name and (found := form.fullmatch(rest.rsplit(".", 1)[-1])):
            return source, found[1]
    return "", ""
