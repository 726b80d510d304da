"""Where the repository trains a model, runs one, asks a hosted one, or searches an index.

Every use is a call that was resolved to a library of the tables, or the repository's own learner
(a type with both a fitting and a predicting method). Words are no use.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from audits.engine.types import Evidence
from audits.facts.code import Call, Code, SourceFile
from audits.facts.names import below
from audits.facts.readings import asking, reading, reading_of_texts
from audits.facts.tools import substance
from audits.facts.tree import Role

CLASSICAL, DEEP, LLM, ANALYSIS = "classical", "deep", "llm", "analysis"
SIDE = Role.EXAMPLE | Role.NOTEBOOK


@dataclass(frozen=True)
class Use:
    """A call by which something is learned, predicted, asked or searched."""

    path: str
    line: int
    family: str
    name: str
    scope: str = ""

    @property
    def evidence(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, f"calls {self.name.lstrip('.')}")


@dataclass(frozen=True)
class Learning:
    """All uses in product paths, examples and notebooks included, sorted by path and line.

    `main_is_side`: all of it is in notebooks and examples, and these are most of the code, so that
    they are the product (definitions, rule G4). `learners` are own types that fit and predict.
    """

    training: tuple[Use, ...] = ()
    inference: tuple[Use, ...] = ()
    hosted: tuple[Use, ...] = ()
    retrieval: tuple[Use, ...] = ()
    learners: tuple[Use, ...] = ()
    main_is_side: bool = False
    side_paths: frozenset[str] = field(default_factory=frozenset)

    def main(self, uses: Iterable[Use]) -> tuple[Use, ...]:
        """Those outside side examples and notebooks, unless these are the product."""
        return tuple(u for u in uses if self.main_is_side or u.path not in self.side_paths)


def learning_of(code: Code) -> Learning:
    """Finds every use in the code."""
    packages = _r_packages(code)
    learners = tuple(_each(code, _learners))
    around = _Around(code)
    by_library = tuple(_each(code, lambda f: _training(f, around, packages)))
    training = _with_own_learners(code, by_library, learners) or learners
    inference, hosted = tuple(_each(code, _inference)), tuple(_each(code, _hosted))
    side = frozenset(f.path for f in code.files if f.role & SIDE)
    inside = all(u.path in side for u in (*training, *inference, *hosted))
    return Learning(
        training=training,
        inference=inference,
        hosted=hosted,
        retrieval=tuple(_each(code, _retrieval)),
        learners=learners,
        main_is_side=inside and code.is_example,
        side_paths=side,
    )


def _each(code: Code, find: Callable[[SourceFile], Iterable[Use]]) -> Iterator[Use]:
    for file in code.product():
        yield from find(file)


def family_of(name: str) -> str:
    """The family of the learning library that a dotted name belongs to, or ""."""
    if name.startswith("statsmodels.tsa"):
        return CLASSICAL
    first = name.split(".", 1)[0]
    if first not in _FIRST_NAMES:
        return ""
    for family in (LLM, ANALYSIS, CLASSICAL, DEEP):
        if below(name, substance.ESTIMATORS[family]):
            return family
    return ""


_FIRST_NAMES = frozenset(n.split(".")[0] for names in substance.ESTIMATORS.values() for n in names)


def prepares_only(call: Call) -> bool:
    """Whether what is fitted is, by its class or by its variable's name, no model."""
    if below(call.name, substance.NOT_LEARNERS):
        return True
    words = call.receiver.lower().removeprefix("self.").split(".")
    last = words[-1] if words else ""
    return any(
        last == w
        or last.endswith(f"_{w}")
        or last.startswith(f"{w}_")
        or (len(w) > 4 and w in last)
        for w in substance.TRANSFORMERS_BY_NAME
    )


# Training


def _training(file: SourceFile, around: "_Around", packages: frozenset[str]) -> Iterator[Use]:
    if file.language == "python":
        yield from _python_training(file, around)
    elif file.language == "r":
        yield from _r_training(file, packages)
    else:
        yield from _other_training(file)


def _python_training(file: SourceFile, around: "_Around") -> Iterator[Use]:
    calls = _may_train(file)
    families = around.families(file) if calls else frozenset()
    for call in calls:
        family = _trained_family(call, families)
        if family == DEEP and around.handles_language_model(file):
            family = LLM
        if family:
            yield Use(file.path, call.line, family, call.name, call.scope)


_LEARNING_CALLS = frozenset((
    *(n for names in substance.LEARNING_CALLS.values() for n in names),
    *substance.MANAGED_TRAINING_CALLS,
))  # fmt: skip
_TRAINED_BY = frozenset((*substance.LEARNING_METHODS, "backward", "fit", "train"))
_may_train = asking(f"{__name__}.may_train", names=_LEARNING_CALLS, methods=_TRAINED_BY)


def _trained_family(call: Call, around: frozenset[str]) -> str:
    """The family of what a call trains, or "" where it trains nothing."""
    if family := _trained_by_name(call):
        return family
    if call.method == "backward":
        torch = call.name.startswith(("torch.", "accelerate.")) or DEEP in around
        return DEEP if torch and "functional" not in call.receiver else ""
    if call.method not in substance.LEARNING_METHODS or prepares_only(call):
        return ""
    if call.name.startswith("."):
        return _unknown_trained(call, around)
    if family := family_of(call.name):
        return "" if _sets_a_mode(call) else family
    return _foreign_trained(call, around)


def _trained_by_name(call: Call) -> str:
    for family, names in substance.LEARNING_CALLS.items():
        if call.name in names:
            return family
    managed = below(call.name, substance.MANAGED_TRAINING) and call.method in ("fit", "train")
    return CLASSICAL if managed or call.name in substance.MANAGED_TRAINING_CALLS else ""


def _sets_a_mode(call: Call) -> bool:
    """`model.train()` of a network switches a mode; `Trainer(...).train()` trains."""
    given = bool(call.arguments or call.keyword_names)
    trains = any(
        w in call.name for w in ("Trainer", "YOLO", "simpletransformers", "SetFit", "Runner")
    )
    mode = call.method == "train" and not trains
    only_flag = call.arguments in ((), (True,), (False,)) and not call.keyword_names
    return mode and (not given or only_flag)


def _unknown_trained(call: Call, around: frozenset[str]) -> str:
    """A `fit` of an object that could not be followed, in a file that handles learners."""
    given = len(call.arguments) + len(call.keyword_names)
    families = around - {ANALYSIS}
    if call.method in ("fit", "partial_fit", "fit_predict") and given and families:
        return CLASSICAL if CLASSICAL in families else DEEP
    trainer = "trainer" in call.receiver.lower() and call.method in ("train", "fit")
    return DEEP if trainer and DEEP in families else ""


def _foreign_trained(call: Call, around: frozenset[str]) -> str:
    """A `fit(x, y)` of a library that is in no table, in a file that handles learners."""
    given = len(call.arguments) + len(call.keyword_names)
    known = call.is_own or below(call.name, _FITS_CURVES) or given < 2
    return "" if known or call.method != "fit" else _unknown_trained(call, around)


_FITS_CURVES = ("scipy", "numpy", "astropy", "matplotlib", "lmfit", "self", "cls")


class _Around:
    """What stands in a file and in those that it imports; each file is looked at once."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._families: dict[str, frozenset[str]] = {}
        self._generates: dict[str, bool] = {}

    def _near(self, file: SourceFile) -> Iterator[SourceFile]:
        yield file
        for path in self._code.targets(file.path):
            if (found := self._code.get(path)) is not None:
                yield found

    def families(self, file: SourceFile) -> frozenset[str]:
        """Families of the learning libraries that a file imports, itself or one file away."""
        for near in self._near(file):
            if near.path not in self._families:
                self._families[near.path] = frozenset(_families_imported(near))
        return frozenset().union(*(self._families[n.path] for n in self._near(file)))

    def handles_language_model(self, file: SourceFile) -> bool:
        """Whether a file names a generative model, or uses a network of its own that generates."""
        for near in self._near(file):
            if near.path not in self._generates:
                self._generates[near.path] = _generates(near)
            if self._generates[near.path]:
                return True
        return _names_language_model(file)


@reading
def _names_language_model(file: SourceFile) -> bool:
    words = {part for i in file.imports for part in i.module.split(".")}
    words |= {part for name in file.names for part in name.split(".")}
    return not words.isdisjoint(substance.LANGUAGE_MODELS)


@reading
def _families_imported(file: SourceFile) -> Iterator[str]:
    for module in {i.module for i in file.imports if not i.target}:
        if not below(module, substance.NOT_LEARNERS) and (family := family_of(module)):
            yield family


_R_PACKAGES = frozenset(n.split("::")[0] for names in substance.R_LEARNERS.values() for n in names)


@reading
def _generates(file: SourceFile) -> bool:
    words = any(
        i.module.startswith(("tiktoken", "sentencepiece", "tokenizers")) for i in file.imports
    )
    if "generate" not in {d.name.rpartition(".")[2] for d in file.definitions} and not words:
        return False
    networks = {
        d.name
        for d in file.definitions
        if d.kind == "class"
        and below((d.bases[-1:] and d.bases[-1]) or "", ("torch.nn", "flax.linen"))
    }
    makes = any(
        d.name.rpartition(".")[0] in networks and d.name.endswith(".generate")
        for d in file.definitions
    )
    return makes or (words and bool(networks) and any("lm_head" in c.receiver for c in file.calls))


def _r_packages(code: Code) -> frozenset[str]:
    """Packages that any R file attaches, or names in a list that a loader of its own attaches."""
    files = [f for f in code.product() if f.language == "r"]
    loaded = {i.module for f in files for i in f.imports}
    loaded |= {text for f in files for text, _ in f.strings if text in _R_PACKAGES}
    if loaded & {"tidymodels", "tidyverse"}:
        loaded |= {"parsnip", "workflows", "tune", "rsample", "yardstick", "readr"}
    return frozenset(loaded | {"stats", "base", "utils"})


def r_named(call: Call, wanted: Iterable[str], packages: frozenset[str]) -> str:
    """The entry `pkg::function` that an R call is, where the package is loaded, or ""."""
    for entry in wanted:
        package, _, function = entry.partition("::")
        if call.name == entry or (call.name == function and package in packages):
            return entry
    return ""


def _r_training(file: SourceFile, packages: frozenset[str]) -> Iterator[Use]:
    for call in file.calls:
        for family, names in substance.R_LEARNERS.items():
            if entry := r_named(call, names, packages):
                yield Use(file.path, call.line, family, entry)


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
def _other_training(file: SourceFile) -> Iterator[Use]:
    if file.language == "julia":
        modules = {i.module for i in file.imports}
        for call in file.calls:
            for family, names in substance.JULIA_LEARNERS.items():
                entry = next((n for n in names if _julia_is(call, n, modules)), "")
                if entry:
                    yield Use(file.path, call.line, family, entry)
        return
    family = _library_family(file, _LIBRARIES.get(file.language, {}))
    for call in file.calls if family else ():
        if call.method.lower() in ("fit", "train", "fitdataset", "backward", "backward_step"):
            yield Use(file.path, call.line, family, call.name)


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


# The repository's own learners


_FITS = frozenset({"fit", "train", "Fit", "Train", "partial_fit", "fit!"})
_PREDICTS = frozenset(
    {"predict", "Predict", "predict_proba", "BatchPredict", "InternalPredict", "Score", "classify"}
)


@reading
def _learners(file: SourceFile) -> Iterator[Use]:
    methods: dict[str, set[str]] = {}
    lines: dict[str, int] = {}
    for item in file.definitions:
        owner, _, method = item.name.rpartition(".")
        if owner and item.kind == "function":
            methods.setdefault(owner, set()).add(method)
            if method in _FITS:
                lines[owner] = item.line
    for owner, names in sorted(methods.items()):
        if names & _FITS and names & _PREDICTS:
            yield Use(file.path, lines[owner], CLASSICAL, f"{owner}.{min(names & _FITS)}")


_fitting = asking(f"{__name__}.fitting", methods=_FITS)


def _with_own_learners(
    code: Code, training: tuple[Use, ...], learners: tuple[Use, ...]
) -> tuple[Use, ...]:
    """Training by libraries, and the calls that fit one of the repository's own learners."""
    languages = {f.language for u in learners if (f := code.get(u.path))}
    seen = {(u.path, u.line) for u in training}
    owners = {u.name.rpartition(".")[0] for u in learners}
    own = [
        Use(file.path, call.line, CLASSICAL, call.name, call.scope)
        for file in code.product()
        if file.language in languages
        for call in _fitting(file)
        if (file.path, call.line) not in seen and _fits_own(file, call, owners)
    ]
    return tuple(sorted([*training, *own], key=lambda u: (u.path, u.line)))


def _fits_own(file: SourceFile, call: Call, owners: set[str]) -> bool:
    if file.language == "python":
        return call.is_own and call.name.rpartition(".")[0].rsplit(":", 1)[-1] in owners
    return bool(call.receiver) and not call.receiver[:1].isupper()


# Inference, hosted models, retrieval


_PREDICTING = frozenset(substance.PREDICTING_METHODS)
_RUNNING = _PREDICTING | {"from_pretrained", "load_from_checkpoint", "load_state_dict"}
_RUNNING_CALLS = frozenset((
    *(n for names in substance.INFERENCE_CALLS.values() for n in names),
    *substance.UNPICKLED_MODELS, *substance.MODEL_LOADERS,
))  # fmt: skip


@reading
def _inference(file: SourceFile) -> Iterator[Use]:
    if file.language != "python":
        yield from _other_inference(file)
        return
    predicts = not file.methods.isdisjoint(_PREDICTING)
    torch = any(below(i.module, ("torch",)) for i in file.imports)
    for call in file.calls_of(names=_RUNNING_CALLS, methods=_RUNNING):
        family = _run_family(call, predicts=predicts, torch=torch)
        if family:
            yield Use(file.path, call.line, family, call.name, call.scope)


def _run_family(call: Call, *, predicts: bool, torch: bool) -> str:
    for family, names in substance.INFERENCE_CALLS.items():
        if call.name in names:
            return family
    if call.method in ("from_pretrained", "load_from_checkpoint"):
        return _pretrained_family(call, torch=torch)
    if call.method == "load_state_dict" and torch and "optim" not in call.receiver.lower():
        return DEEP if "sched" not in call.receiver.lower() else ""
    if call.method in substance.PREDICTING_METHODS and (family := family_of(call.name)):
        return "" if family == ANALYSIS or below(call.name, substance.NOT_LEARNERS) else family
    if predicts and call.name in (*substance.UNPICKLED_MODELS, *substance.MODEL_LOADERS):
        return CLASSICAL
    return ""


def _pretrained_family(call: Call, *, torch: bool) -> str:
    owner = call.name.rpartition(".")[0].rsplit(".", 1)[-1]
    if owner.endswith(substance.NOT_NETWORKS) or "okenizer" in owner:
        return ""
    if call.name.startswith(substance.PRETRAINED_FROM) or (torch and owner):
        return LLM if owner in substance.LANGUAGE_MODELS else DEEP
    return ""


def _other_inference(file: SourceFile) -> Iterator[Use]:
    tables = substance.SCRIPT_INFERENCE if file.language.endswith("script") else {}
    for table in (tables, _LIBRARIES.get(file.language, {})):
        family = _library_family(file, table)
        for call in file.calls if family else ():
            if _runs(call.method.lower()):
                yield Use(file.path, call.line, family, call.name)


def _runs(method: str) -> bool:
    verbs = ("run", "predict", "forward", "infer", "execute", "pipeline", "create", "generate")
    return method in verbs or method.startswith(("recogni", "classif", "detect"))


_LANGUAGE_KEY = {
    "javascript": "script",
    "typescript": "script",
    "scala": "java",
    "kotlin": "java",
}


def _table(file: SourceFile, tables: Mapping[str, Sequence[str]]) -> list[str]:
    return list(tables.get(_LANGUAGE_KEY.get(file.language, file.language), ()))


def _of_packages(file: SourceFile, names: Sequence[str]) -> tuple[Call, ...]:
    return file.calls_of(modules=names) if file.language == "python" else file.calls


@reading_of_texts
def _hosted(file: SourceFile) -> Iterator[Use]:
    names = _table(file, substance.HOSTED)
    for call in _of_packages(file, names):
        name = call.name.replace("::", ".")
        if below(name, names) and not below(name, substance.NOT_ASKED):
            yield Use(file.path, call.line, "hosted", call.name, call.scope)
    yield from _by_host(file)


def _by_host(file: SourceFile) -> Iterator[Use]:
    """Addresses of hosted models in the code, for those who use no package."""
    for text, line in file.strings:
        if "." in text and any(h in text for h in substance.HOSTED_HOSTS):
            yield Use(file.path, line, "hosted", text.split("?")[0][:80])


_PROCEDURES = frozenset({"rpc"})


@reading
def _retrieval(file: SourceFile) -> Iterator[Use]:
    names = _table(file, substance.RETRIEVAL)
    procedures = file.calls_of(methods=_PROCEDURES, modules=names)
    for call in procedures if file.language == "python" else file.calls:
        name = call.name.replace("::", ".")
        if below(name, names) or _is_vector_procedure(call, file):
            yield Use(file.path, call.line, "retrieval", call.name, call.scope)


def _is_vector_procedure(call: Call, file: SourceFile) -> bool:
    """A stored procedure that searches by meaning, as hosted databases name it: `match_...`.

    Outside Python its name may stand on the line below the call.
    """
    if call.method != "rpc":
        return False
    first = call.arguments[0] if call.arguments else None
    if isinstance(first, str) or file.language == "python":
        return isinstance(first, str) and first.startswith("match_")
    return any(text.startswith("match_") and line == call.line + 1 for text, line in file.strings)
