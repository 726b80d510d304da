"""Where the quality of a model or of its answers is measured, tests apart.

Three kinds: a metric of a library, a metric or evaluation of the repository's own, and the loss or
metric that a fit reports on validation data only.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Call, Code, SourceFile
from audits.facts.families import family_of, r_named
from audits.facts.learning import Learning
from audits.facts.names import below, is_own, last_part, words_of
from audits.facts.own_measures import CALLED_BY_FRAMEWORKS, METRIC_WORDS, measuring_functions
from audits.facts.readings import answering, own_names, reading_of_all
from audits.facts.tools import experimentation, substance
from audits.facts.tree import Role

ANSWER_WORDS = frozenset({"relevance", "coherence", "fluency", "similarity", "correctness"})
"""Qualities of an answer; they say that something is measured only beside an evaluating word."""

_ON_A_RESULT = frozenset(
    {
        "items",
        "keys",
        "values",
        "mean",
        "round",
        "tolist",
        "item",
        "append",
        "get",
        "to_dict",
        "std",
    }
    | {"sum", "copy", "join", "split", "format", "plot", "reshape", "astype", "update", "numpy"}
)
EVALUATING_WORDS = frozenset(
    {"evaluate", "evaluation", "eval", "evaluator", "backtest", "benchmark"}
)


class Measure(Struct, frozen=True):
    """A place where quality is computed; `side` in a side example or notebook."""

    path: str
    line: int
    what: str
    scope: str = ""
    side: bool = False

    @property
    def evidence(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, f"computes {self.what}")


class Evaluation(Struct, frozen=True):
    """All measures, and the fits that only watch their validation loss."""

    measures: tuple[Measure, ...] = ()
    validated_fits: tuple[Evidence, ...] = ()

    @property
    def main(self) -> tuple[Measure, ...]:
        """Measures outside side examples and notebooks."""
        return tuple(m for m in self.measures if not m.side)


def evaluation_of(code: Code, learning: Learning) -> Evaluation:
    """Finds every measure and every validated fit."""
    if not (learning.training or learning.inference or learning.hosted or learning.learners):
        return Evaluation()
    around = _ml_paths(code, learning)
    others = {f.path for f in code.product() if f.language != "python"}
    direct = [
        Measure(file.path, call.line, what, call.scope, _is_side(file, learning))
        for file in answering(code, _may_measure, also=others)
        for call, what in _measured(file, around)
    ]
    direct += _by_own_functions(code, learning, around)
    places = {(m.path, m.line) for m in direct}
    through = [m for m in _through_own(code, learning, direct) if (m.path, m.line) not in places]
    measures = sorted([*direct, *through], key=lambda m: (m.side, m.path, m.line, m.what))
    return Evaluation(tuple(measures), tuple(_validated(code)))


def _through_own(code: Code, learning: Learning, direct: list[Measure]) -> Iterator[Measure]:
    """Calls of the functions that measure, where they do not also train or start the program."""
    trains = {(u.path, u.scope) for u in learning.training}
    functions = {
        f"{m.path}:{m.scope}"
        for m in direct
        if m.scope and (m.path, m.scope) not in trains and m.scope not in ("main", "run")
    }
    for file, call in _calls_of_own(code, functions):
        yield Measure(file.path, call.line, call.method, call.scope, _is_side(file, learning))


def _calls_of_own(code: Code, functions: AbstractSet[str]) -> Iterator[tuple[SourceFile, Call]]:
    """Every call of these functions, in the product; only files that name one are unpacked."""
    own = frozenset(filter(is_own, functions))
    for file in code.product() if functions else ():
        if own != functions or not own.isdisjoint(own_names(file)):
            yield from ((file, call) for call in file.calls_of(names=functions))


def _by_own_functions(code: Code, learning: Learning, around: frozenset[str]) -> Iterator[Measure]:
    """Calls of functions of its own that measure, and those that a framework calls."""
    files = [f for f in answering(code, measuring_functions) if _is_near(f, around)]
    found = {f.path: measuring_functions(f) for f in files}
    for file in files:
        for name, line in found[file.path]:
            if name.rpartition(".")[2] in CALLED_BY_FRAMEWORKS:
                yield Measure(file.path, line, name, name, _is_side(file, learning))
    names = frozenset(f"{path}:{name}" for path, each in found.items() for name, _ in each)
    for file, call in _calls_of_own(code, names):
        yield Measure(file.path, call.line, call.method, call.scope, _is_side(file, learning))


def _is_near(file: SourceFile, around: frozenset[str]) -> bool:
    return file.path in around or bool(words_of(file.path) & EVALUATING_WORDS)


def _is_side(file: SourceFile, learning: Learning) -> bool:
    """Whether a file is a side example; where only notebooks train, theirs is the main model."""
    if file.path not in learning.side_paths or learning.main_is_side:
        return False
    trained = {u.path for u in learning.training}
    return not (file.path in trained and trained <= learning.side_paths)


def _ml_paths(code: Code, learning: Learning) -> frozenset[str]:
    """Files that learn, predict or ask, and those that import or are imported by them."""
    own = {u.path for u in (*learning.training, *learning.inference, *learning.hosted)}
    own |= {u.path for u in learning.learners}
    users = own.union(*map(code.imported_by, own))
    near = users.union(*map(code.targets, users))
    folders = {p.rpartition("/")[0] for p in own if p.endswith((".go", ".r", ".R", ".jl", ".rs"))}
    near |= {f.path for f in code.product() if f.path.rpartition("/")[0] in folders}
    return frozenset(near)


def _measured(file: SourceFile, around: frozenset[str]) -> Iterator[tuple[Call, str]]:
    near = _is_near(file, around)
    for call in _may_measure(file) if file.language == "python" else file.calls:
        if below(call.name, _SIMILARITIES) and not _says_it_evaluates(file, call):
            continue
        what = _library_measure(call) or (_own_measure(call, file) if near else "")
        if what:
            yield call, what


_MODULES = (*experimentation.METRIC_MODULES, *experimentation.LLM_EVALUATORS)
_METHODS = experimentation.EVALUATING_METHODS | {"evaluate", "predict"}


@reading_of_all
def _may_measure(file: SourceFile) -> tuple[Call, ...]:
    """Calls in Python that may be a measure: a library's, or an own function named for one."""
    telling = METRIC_WORDS | ANSWER_WORDS | _ERROR_RATE | {"metric", "metrics"}
    own = {n for n in file.own_names if words_of(last_part(n)) & telling}
    names = experimentation.CROSS_VALIDATION | own
    return file.calls_of(names=names, methods=_METHODS, modules=_MODULES)


def _says_it_evaluates(file: SourceFile, call: Call) -> bool:
    words = words_of(file.path) | words_of(call.scope)
    return bool(words & (EVALUATING_WORDS | METRIC_WORDS | {"metric", "metrics", "test", "score"}))


def _library_measure(call: Call) -> str:
    name = call.name
    if call.method in _ON_A_RESULT:
        return ""
    if below(name, experimentation.METRIC_MODULES) and not below(name, experimentation.NOT_QUALITY):
        return name.split(".")[-1]
    if below(name, experimentation.LLM_EVALUATORS) or name in experimentation.CROSS_VALIDATION:
        return name.split(".")[-1]
    given = bool(call.arguments or call.keyword_names)
    measured = call.method in experimentation.EVALUATING_METHODS and given
    if measured and (family_of(name) or below(name, substance.SCRIPT_LEARNERS["deep"])):
        return call.method
    if call.method in ("evaluate", "predict") and "Trainer" in name and family_of(name):
        return f"Trainer.{call.method}" if call.method == "evaluate" else ""
    return r_named(call, experimentation.R_METRICS, frozenset({"stats"})) if "::" in name else ""


def _own_measure(call: Call, file: SourceFile) -> str:
    """A metric or an evaluation by its name: of this repository, or a method that evaluates."""
    if file.language == "python" and not call.is_own:
        return ""
    words = words_of(call.method)
    given = bool(call.arguments or call.keyword_names)
    if not given or words & _OF_A_SPLIT or words & _ASKS_OR_MAKES:
        return ""
    if file.language == "python":
        answers = words & ANSWER_WORDS and words & (EVALUATING_WORDS | {"score"})
        measures = words & METRIC_WORDS or words >= _ERROR_RATE or answers
        return call.method if measures or _is_metrics(call, words) else ""
    if words & _metric_words(file.language):
        return call.method
    scored = words & EVALUATING_WORDS and call.method[:1].isupper()
    return call.method if scored and file.language in ("go", "rust", "java", "scala") else ""


_ERROR_RATE = frozenset({"error", "rate"})
_ASKS_OR_MAKES = frozenset({"search", "retrieve", "fetch", "query", "fn", "func", "function"})
"""Words for asking an index, whose scores judge no model, and for handing over a function."""

_OF_A_SPLIT = frozenset({"impurity", "gain", "entropy"})
"""Words for what the growing of a tree computes; it judges a split and no model."""


def _is_metrics(call: Call, words: frozenset[str]) -> bool:
    """Whether a function is called for metrics and no more, and is given what to compare."""
    given = len(call.arguments) + len(call.keyword_names)
    return given > 1 and bool(words & {"metric", "metrics"}) and words <= _ABOUT_METRICS


_ABOUT_METRICS = frozenset(
    {"metric", "metrics", "compute", "calculate", "calc", "get", "eval", "evaluate", "all", "model"}
    | {"classification", "regression", "test", "score", "scores", "performance", "print", "report"}
)


def _metric_words(language: str) -> frozenset[str]:
    """Words that name a metric; in Julia errors are losses first, in scripts words name brands."""
    if language in ("javascript", "typescript"):
        return frozenset()
    return METRIC_WORDS - _LOSSES if language == "julia" else METRIC_WORDS


_LOSSES = frozenset({"mse", "mae", "logloss", "rmse", "pinball"})
_SIMILARITIES = ("rouge_score", "editdistance", "nltk.translate", "Levenshtein")
"""Measures that also serve to find near-duplicates: they count where the code says it evaluates."""

_ON_VALIDATION = frozenset({"val", "valid", "validation", "eval", "estimate", "test", "heldout"})


_VALIDATION_DATA = frozenset(
    {"validation_data", "eval_set", "validation_split", "valid_sets", "eval_dataset"}
)


def _is_loss_on_validation(name: str) -> bool:
    words = words_of(last_part(name))
    return is_own(name) and "loss" in words and bool(words & _ON_VALIDATION)


@reading_of_all
def _may_validate(file: SourceFile) -> tuple[Call, ...]:
    own = {n for n in file.own_names if _is_loss_on_validation(n)}
    return file.calls_of(names=own, keywords=_VALIDATION_DATA)


def _validated(code: Code) -> Iterator[Evidence]:
    files = code.product(outside=Role.TEST | Role.VENDORED)
    for file, call in ((f, c) for f in files for c in _may_validate(f)):
        if _VALIDATION_DATA & set(call.keyword_names) and (
            family_of(call.name) or call.method == "fit"
        ):
            yield Evidence(file.path, call.line, "watches quality on validation data while fitting")
        elif _is_loss_on_validation(call.name):
            yield Evidence(file.path, call.line, "computes the loss on validation data")
