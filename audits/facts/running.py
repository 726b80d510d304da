"""Calls that run a model in the process, and calls that ask a hosted one."""

from collections.abc import Iterator, Mapping, Sequence

from audits.facts.code import Call, SourceFile
from audits.facts.families import CLASSICAL, DEEP, LLM, Use, family_of
from audits.facts.language_models import is_language_model
from audits.facts.names import below
from audits.facts.other_training import other_inference
from audits.facts.readings import reading_of_all, reading_of_texts
from audits.facts.tools import models, substance

_PREDICTING = frozenset(substance.PREDICTING_METHODS)
_RUNNING = _PREDICTING | {
    "from_pretrained", "load_from_checkpoint", "load_state_dict", "load_weights", "restore",
}  # fmt: skip
_RUNNING_CALLS = frozenset((
    *(n for names in substance.INFERENCE_CALLS.values() for n in names),
    *substance.UNPICKLED_MODELS, *substance.MODEL_LOADERS, "torch.load",
))  # fmt: skip
_BUILT_IN = ("torchvision.models", "keras.applications", "tensorflow.keras.applications")


@reading_of_all
def inference(file: SourceFile) -> Iterator[Use]:
    """Every call of a file that brings weights into the process or predicts by them."""
    if file.language != "python":
        yield from other_inference(file)
        return
    calls = file.calls_of(names=_RUNNING_CALLS, methods=_RUNNING, modules=_BUILT_IN)
    about = _about(file) if calls else frozenset()
    for call in calls:
        family = _run_family(call, about)
        if family:
            yield Use(file.path, call.line, family, call.name, call.scope)


def _about(file: SourceFile) -> frozenset[str]:
    """What a file imports or does that says what its loads are."""
    modules = {i.module for i in file.imports}
    told = {
        "predicts": not file.methods.isdisjoint(_PREDICTING),
        "torch": any(below(m, ("torch",)) for m in modules),
        "keras": any(below(m, ("tensorflow", "keras", "tf_keras")) for m in modules),
        "evaluates": any(c.method == "eval" and not c.arguments for c in _evals(file)),
    }
    return frozenset(word for word, holds in told.items() if holds)


def _evals(file: SourceFile) -> tuple[Call, ...]:
    return file.calls_of(methods=frozenset({"eval"}))


def _run_family(call: Call, about: frozenset[str]) -> str:
    for family, names in substance.INFERENCE_CALLS.items():
        if call.name in names:
            return family
    if call.method in ("from_pretrained", "load_from_checkpoint"):
        return _pretrained_family(call, torch="torch" in about)
    if call.method in _RESTORES or call.name == "torch.load":
        return DEEP if _restores(call, about) else ""
    if below(call.name, _BUILT_IN):
        return DEEP if _comes_with_weights(call) else ""
    if call.method in substance.PREDICTING_METHODS and (family := family_of(call.name)):
        return "" if below(call.name, substance.NOT_LEARNERS) else family
    if "predicts" in about and call.name in (*substance.UNPICKLED_MODELS, *substance.MODEL_LOADERS):
        return CLASSICAL
    return ""


_RESTORES = frozenset({"load_state_dict", "load_weights", "restore"})


def _restores(call: Call, about: frozenset[str]) -> bool:
    """Whether weights are put into a network that was built before, or the network is unpickled."""
    receiver = call.receiver.lower()
    if call.method == "load_state_dict":
        return "torch" in about and not any(w in receiver for w in ("optim", "sched"))
    if call.method == "load_weights":
        return "keras" in about and not call.is_own
    if call.method == "restore":
        return "keras" in about and "saver" in receiver
    return "torch" in about and "evaluates" in about


def _comes_with_weights(call: Call) -> bool:
    """A network of a library with weights: Keras's come with them, torchvision's when asked."""
    if not models.BUILT_IN_MODELS.fullmatch(call.name):
        return False
    if "keras" in call.name:
        return "weights" not in call.keyword_names or call.keyword("weights") is not None
    asked = {"weights", "pretrained"} & set(call.keyword_names)
    return any(call.keyword(k) not in (False,) for k in asked) or call.arguments[:1] == (True,)


def _pretrained_family(call: Call, *, torch: bool) -> str:
    owner = call.name.rpartition(".")[0].rsplit(".", 1)[-1]
    if owner.endswith(substance.NOT_NETWORKS) or "okenizer" in owner:
        return ""
    if call.name.startswith(substance.PRETRAINED_FROM) or (torch and owner):
        return LLM if is_language_model(owner) or owner in substance.ADAPTERS else DEEP
    return ""


_LANGUAGE_KEY = {
    "javascript": "script",
    "typescript": "script",
    "scala": "java",
    "kotlin": "java",
}


def table_of(file: SourceFile, tables: Mapping[str, Sequence[str]]) -> list[str]:
    """The part of a table by languages that is for a file."""
    return list(tables.get(_LANGUAGE_KEY.get(file.language, file.language), ()))


def _of_packages(file: SourceFile, names: Sequence[str]) -> tuple[Call, ...]:
    return file.calls_of(modules=names) if file.language == "python" else file.calls


@reading_of_texts
def hosted(file: SourceFile) -> Iterator[Use]:
    """Every call of a file that asks a language model run by somebody else."""
    names = table_of(file, substance.HOSTED)
    for call in _of_packages(file, names):
        name = call.name.replace("::", ".")
        if below(name, names) and is_brought(file, name) and not below(name, substance.NOT_ASKED):
            yield Use(file.path, call.line, "hosted", call.name, call.scope)
    yield from _by_host(file)


def is_brought(file: SourceFile, name: str) -> bool:
    """Whether a bare name is one that the file imports; short ones are also what machines write."""
    if any(joint in name for joint in "./:@"):
        return True
    return file.language == "python" or any(i.module == name for i in file.imports)


def _by_host(file: SourceFile) -> Iterator[Use]:
    """Addresses of hosted models in the code, for those who use no package."""
    for text, line in file.strings:
        if "." in text and any(h in text for h in substance.HOSTED_HOSTS):
            yield Use(file.path, line, "hosted", text.split("?")[0][:80])
