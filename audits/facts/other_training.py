"""Calls that train, or predict from what was trained, in the languages beside Python."""

from collections.abc import Iterator, Mapping, Sequence

from audits.facts.code import Call, Code, SourceFile
from audits.facts.families import Use, r_named
from audits.facts.names import below
from audits.facts.readings import reading
from audits.facts.tools import statistics, substance

_R_ENTRIES = {e: family for family, names in statistics.R_LEARNERS.items() for e in names}
_R_PACKAGES = frozenset(n.split("::")[0] for n in _R_ENTRIES)
_R_FUNCTIONS = frozenset(
    part for e in (*_R_ENTRIES, *statistics.R_PREDICTS) for part in (e, e.split("::")[1])
)


def r_packages(code: Code) -> frozenset[str]:
    """Packages that any R file attaches, or names in a list that a loader of its own attaches."""
    files = [f for f in code.product() if f.language == "r"]
    loaded = {i.module for f in files for i in f.imports}
    loaded |= {text for f in files for text, _ in f.strings if text in _R_PACKAGES}
    if loaded & {"tidymodels", "tidyverse"}:
        loaded |= {"parsnip", "workflows", "tune", "rsample", "yardstick", "readr"}
    if "mlr3verse" in loaded:
        loaded.add("mlr3")
    lists = (not f.names.isdisjoint(statistics.R_ATTACHES) for f in files)
    if any(lists) or any("character.only" in f.keywords for f in files):
        loaded |= _R_PACKAGES
    return frozenset(loaded | {"stats", "base", "utils"})


def r_training(file: SourceFile, packages: frozenset[str]) -> Iterator[Use]:
    """Calls of R functions that fit, where their packages are attached."""
    for call in file.calls_of(names=_R_FUNCTIONS):
        for family, names in statistics.R_LEARNERS.items():
            if entry := r_named(call, names, packages):
                yield Use(file.path, call.line, family, entry, call.scope)


def r_predicting(file: SourceFile, packages: frozenset[str], family: str) -> Iterator[Use]:
    """Predictions from what the repository fits; their functions serve all kinds of models."""
    for call in file.calls_of(names=_R_FUNCTIONS):
        if entry := r_named(call, statistics.R_PREDICTS, packages):
            yield Use(file.path, call.line, family, entry, call.scope)


_LIBRARIES: dict[str, Mapping[str, Sequence[str]]] = {
    "java": substance.JVM_LEARNERS,
    "scala": substance.JVM_LEARNERS,
    "kotlin": substance.JVM_LEARNERS,
    "javascript": substance.SCRIPT_LEARNERS,
    "typescript": substance.SCRIPT_LEARNERS,
    "go": substance.GO_LEARNERS,
    "rust": substance.RUST_LEARNERS,
    "csharp": substance.CSHARP_LEARNERS,
    "ruby": substance.RUBY_LEARNERS,
    "php": substance.PHP_LEARNERS,
}


@reading
def other_training(file: SourceFile) -> Iterator[Use]:
    """Calls that train by a library of the tables."""
    if file.language == "julia":
        modules = {i.module for i in file.imports}
        for call in file.calls:
            for family, names in statistics.JULIA_LEARNERS.items():
                entry = next((n for n in names if _julia_is(call, n, modules)), "")
                if entry:
                    yield Use(file.path, call.line, family, entry)
        return
    family = _library_family(file, _LIBRARIES.get(file.language, {}))
    for call in file.calls if family else ():
        if call.method.lower() in _TRAINS:
            yield Use(file.path, call.line, family, call.name)


_TRAINS = frozenset(
    {"fit", "train", "fitdataset", "backward", "backward_step"}
    | {"buildclassifier", "buildclusterer", "svm_train"}
)


def _julia_is(call: Call, entry: str, modules: set[str]) -> bool:
    module, _, function = entry.partition(".")
    return call.name == entry or (call.name == function and module in modules)


def _library_family(file: SourceFile, tables: Mapping[str, Sequence[str]]) -> str:
    """The family of the learning libraries that a file in another language imports, or ""."""
    brought = {i.module.replace("::", ".") for i in file.imports}
    if file.language == "ruby":  # gems are loaded for all files at once, by their constants
        brought |= set(file.names)
    for family, names in tables.items():
        if any(below(name, names) for name in brought):
            return family
    return ""


def other_inference(file: SourceFile) -> Iterator[Use]:
    """Calls that run a model by a library of the tables."""
    tables = substance.SCRIPT_INFERENCE if file.language.endswith("script") else {}
    for table in (tables, _LIBRARIES.get(file.language, {})):
        family = _library_family(file, table)
        for call in file.calls if family else ():
            if _runs(call.method.lower()):
                yield Use(file.path, call.line, family, call.name)


def _runs(method: str) -> bool:
    verbs = ("run", "predict", "forward", "infer", "execute", "pipeline", "create", "generate")
    return method in verbs or method.startswith(("recogni", "classif", "detect"))
