"""The settings of the model were searched for, not guessed.

Why an investor asks: a model with default settings leaves quality on the table, and a team that
tried values by hand cannot say how far from the best it is.

How we look: calls that run a search (grid, random, Bayes, automatic machine learning) in Python, R
and Go, searches of the repository's own, and sweeps that a configuration file defines, outside
tests. Decision thresholds are no hyperparameters.

Yes: code runs a search. Partly: only one penalty is chosen by cross-validation, values are tried in
a notebook, or only a side example searches. No: nothing searches.

What we cannot see: searches that ran elsewhere, and whether their result is what is in use.

Remedy (effort: low): describe the space of each setting, let a search library try it, log each
trial with its score, and commit the chosen values.

False alarms: a search that is left over from an earlier model.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Judgement, Needs, no, partly, yes
from audits.facts.code import Call, Code, SourceFile
from audits.facts.families import r_named
from audits.facts.identity import Identity
from audits.facts.learning import Learning
from audits.facts.names import below, last_part, words_of
from audits.facts.other_training import r_packages
from audits.facts.reach import Reach
from audits.facts.readings import reading, reading_of_all
from audits.facts.sweeps import Sweeps
from audits.facts.tools import experimentation
from audits.facts.tree import NOT_PRODUCT, Role

_OWN = ({"grid", "search"}, {"random", "search"}, {"hyperparameter"}, {"hyperparameters"})
_ACTS = frozenset(
    {"search", "tune", "tuning", "tuner", "optimize", "optimise", "optimization", "sweep"}
)


@check("experimentation/hyperparameter-search", needs=Needs.TRAINING, effort=Effort.LOW)
def hyperparameter_search(
    code: Code, learning: Learning, identity: Identity, reach: Reach, sweeps: Sweeps
) -> Judgement:
    """Judges whether settings are searched for."""
    side = learning.side_paths if not learning.main_is_side else frozenset()
    files = [f for f in code.product() if identity.counts(f.path)]
    attached = r_packages(code)
    found = [e for f in files for e in (*_searches(f), *_r_searches(f, attached))]
    defined = [s for s in sweeps.items if not s.role & NOT_PRODUCT and identity.counts(s.path)]
    found += [s.place for s in defined]
    side = side | {s.path for s in defined if s.role & Role.EXAMPLE and not learning.main_is_side}
    main = reach.first(e for e in found if e.path not in side)
    if main:
        return yes("code searches for the best settings", main, grade=reach.grade(main))
    penalties = [e for f in files for e in _penalties(f)]
    if penalties:
        because = "only one penalty is chosen, by cross-validation along its path"
        return partly(because, [*penalties, *found])
    if found:
        return partly("only a side example or notebook searches", found)
    return no("no code outside tests searches for hyperparameters")


@reading_of_all
def _searches(file: SourceFile) -> Iterator[Evidence]:
    for call in _may_search(file):
        if _is_search(file, call):
            yield Evidence(file.path, call.line, f"searches by {call.method}")


def _r_searches(file: SourceFile, attached: frozenset[str]) -> Iterator[Evidence]:
    """Searches of R, whose functions are named without their packages once these are attached."""
    for call in file.calls_of(names=_R_FUNCTIONS) if file.language == "r" else ():
        if r_named(call, experimentation.R_SEARCHES, attached):
            yield Evidence(file.path, call.line, f"searches by {call.method}")


_R_FUNCTIONS = frozenset(n for e in experimentation.R_SEARCHES for n in (e, e.split("::")[1]))


def _may_search(file: SourceFile) -> tuple[Call, ...]:
    if file.language == "go":
        return file.calls
    own = {n for n in file.own_names if _says_search(last_part(n))}
    return file.calls_of(names=own, modules=experimentation.SEARCHES)


def _is_search(file: SourceFile, call: Call) -> bool:
    if file.language == "go":
        return call.method in ("Optimize", "CreateStudy") and any(
            below(i.module, experimentation.GO_SEARCHES) for i in file.imports
        )
    if below(call.name, experimentation.SEARCHES):
        return True
    return call.is_own and _says_search(call.method)


def _says_search(name: str) -> bool:
    words = words_of(name)
    return any(named <= words for named in _OWN) and bool(words & _ACTS)


@reading
def _penalties(file: SourceFile) -> Iterator[Evidence]:
    for call in file.calls_where(_is_penalty):
        yield Evidence(file.path, call.line, f"{call.method} chooses a penalty")


def _is_penalty(name: str) -> bool:
    return name in _PENALTY_PATHS or name.endswith("cv.glmnet")


_PENALTY_PATHS = frozenset(experimentation.PENALTY_PATHS)
