"""Models are registered, and fetched, by name and version.

Why an investor asks: if nobody can say which model is live, who let it through and what it
replaced, no complaint can be traced, and no bad release can be taken back.

How we look: calls that register a model or fetch a registered one (twelve registries), names of
registered models in code, commands of a cloud that register one, and registries of the
repository's own, outside tests.

Yes: models are registered, or fetched by name and version, in a registry. Partly: they are fetched
by run, moved through a hub, or only a side example registers. No: neither.

What we cannot see: who approved a version, and registrations made by hand.

Remedy (effort: medium): register each model that is released, with its run and its metrics, and
let the service load by registered version only.

False alarms: a tutorial's registration that no release uses.
"""

import re
from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Judgement, Needs, no, partly, yes
from audits.facts.code import Call, Code, SourceFile
from audits.facts.commands import Commands
from audits.facts.identity import Identity
from audits.facts.learning import Learning
from audits.facts.names import below, words_of
from audits.facts.reach import Reach
from audits.facts.readings import reading_of_all, reading_of_texts
from audits.facts.tools import operations
from audits.facts.tree import NOT_PRODUCT, role_of

_VERSIONED = re.compile(
    r"(?:/[0-9a-f]{32,64}/|[/_-]v\d)[^/]*(?:/[^/]*)?\.(?:pt|pth|onnx|bin|h5|pkl|safetensors|gguf|tflite)$"
)
_RELEASED = re.compile(
    r"/releases/download/[^/]+/(?:[^/]*\.(?:pt|pth|ckpt|onnx|h5|keras|safetensors|gguf|tflite|joblib)"
    r"|[^/]*(?:weights|model)[^/]*\.(?:zip|tar\.gz|tgz|bin|pkl))$"
)
"""Weights beside a numbered release of a repository."""

_STAGED = frozenset({"version", "versions", "stage", "promote", "latest", "production", "rollback"})


@check("experimentation/model-registry", needs=Needs.ML)
def model_registry(
    code: Code, learning: Learning, identity: Identity, reach: Reach, commands: Commands
) -> Judgement:
    """Judges where models are kept."""
    side = learning.side_paths if not learning.main_is_side else frozenset()
    files = [f for f in code.product() if identity.counts(f.path)]
    found = [e for f in files for e in _registered(f)]
    found += [*(e for whole, e in _own(files) if whole), *_ordered(commands)]
    main = reach.first(dict.fromkeys(e for e in found if e.path not in side))
    if main:
        because = "models are registered, or fetched by name and version"
        return yes(because, main, grade=reach.grade(main))
    fetched = [e for f in files if f.path not in side for e in _fetched(f)]
    fetched += [e for whole, e in _own(files) if not whole]
    if fetched:
        because = "models are fetched by run, from a hub, or from a simple store of its own"
        return partly(because, reach.first(dict.fromkeys(fetched)))
    if found:
        return partly("only a side example or notebook registers a model", found)
    return no("no code registers a model or fetches a registered one")


_KEYWORDS = frozenset(operations.REGISTRY_KEYWORDS)
_FETCHES = frozenset((*operations.HUB_CALLS, *operations.RUN_FETCHES))
_LINKS = frozenset({"link"})
_IN_REGISTRY = ("model-registry/", "wandb-registry-")
_ARTEFACTS = frozenset({"log_artifact"})
_HUB_METHODS = frozenset({"from_pretrained", "push_to_hub"})


@reading_of_texts
def _registered(file: SourceFile) -> Iterator[Evidence]:
    packages = {m for i in file.imports if not i.target for m in _packages(i.module)}
    methods = {m for p in packages for m in operations.REGISTRY_METHODS[p]}
    for call in file.calls_of(
        methods=methods | _ARTEFACTS, modules=operations.REGISTRIES, keywords=_KEYWORDS
    ):
        known = below(call.name, operations.REGISTRIES) or _by_keyword(call)
        if known or _by(call, packages) or _is_artefact(call):
            yield Evidence(file.path, call.line, f"registry: {call.method}")
    tracked = "wandb" in packages
    for call in file.calls_of(methods=_LINKS) if tracked else ():
        if "target_path" in call.keyword_names:
            yield Evidence(file.path, call.line, "links a model into the registry")
    for text, line in file.strings:
        if text.startswith("models:/") or (tracked and any(r in text for r in _IN_REGISTRY)):
            yield Evidence(file.path, line, "names a registered model")


def _is_artefact(call: Call) -> bool:
    """Whether a logged artefact is declared a model with a name, as DVC's registry reads it."""
    named = "name" in call.keyword_names
    return call.method == "log_artifact" and call.keyword("type") == "model" and named


def _packages(module: str) -> Iterator[str]:
    """The packages of the table that a module belongs to."""
    return (p for p in operations.REGISTRY_METHODS if below(module, (p,)))


def _by_keyword(call: Call) -> bool:
    given = set(operations.REGISTRY_KEYWORDS) & set(call.keyword_names)
    return any((name, None) not in call.keywords for name in given)


def _by(call: Call, packages: set[str]) -> bool:
    return not call.is_own and any(
        call.method in operations.REGISTRY_METHODS[p]
        and (below(call.name, (p,)) or (call.name.startswith(".") and "_" in call.method))
        for p in packages
    )


@reading_of_all
def _fetched(file: SourceFile) -> Iterator[Evidence]:
    """Models that are moved by run or through a hub."""
    for call in file.calls_of(names=_FETCHES, methods=_HUB_METHODS):
        pinned = call.method == "from_pretrained" and "revision" in call.keyword_names
        hub = call.name in operations.HUB_CALLS or call.method == "push_to_hub"
        if pinned or hub or call.name in operations.RUN_FETCHES:
            yield Evidence(file.path, call.line, f"fetches or publishes by {call.method}")
    for text, line in file.strings:
        if text.startswith("runs:/"):
            yield Evidence(file.path, line, "names a model by its run")
        elif text.startswith("https://") and (_VERSIONED.search(text) or _RELEASED.search(text)):
            yield Evidence(file.path, line, "fetches weights whose address names their version")


def _ordered(commands: Commands) -> Iterator[Evidence]:
    """Commands of a cloud's tool that register a model, in scripts of the product."""
    for recipe in commands.recipes:
        for command in recipe.commands if not role_of(recipe.path) & NOT_PRODUCT else ():
            if any(command.words[: len(verb)] == verb for verb in operations.REGISTRY_COMMANDS):
                yield Evidence(command.path, command.line, f"runs {' '.join(command.words[:4])}")


def _names_registry(own: str) -> bool:
    return _is_registry(own.rpartition(":")[2])


@reading_of_all
def _of_registries(file: SourceFile) -> tuple[Call, ...]:
    """Calls of what this repository defines and names a registry of models."""
    return file.calls_of(names=set(filter(_names_registry, file.own_names)))


def _own(files: list[SourceFile]) -> Iterator[tuple[bool, Evidence]]:
    """Registries of its own that are used, and whether they know versions or stages."""
    made = {c.name: Evidence(f.path, c.line, c.method) for f in files for c in _of_registries(f)}
    for file in files:
        for item in file.definitions if made else ():
            place = made.get(f"{file.path}:{item.name}")
            if item.kind != "class" or not place or not _is_registry(item.name):
                continue
            methods = {
                w
                for d in file.definitions
                if d.name.startswith(f"{item.name}.")
                for w in words_of(d.name.rsplit(".", 1)[-1])
            }
            yield bool(methods & _STAGED), place


def _is_registry(name: str) -> bool:
    words = words_of(name)
    return {"model", "registry"} <= words and not words & {"config", "configuration"}
