"""Where the repository trains a model, runs one, asks a hosted one, or searches an index.

Every use is a call that was resolved to a library of the tables, or the repository's own learner
(a type with both a fitting and a predicting method). Words are no use.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, field

from audits.facts.code import Code, SourceFile
from audits.facts.families import ANALYSIS, CLASSICAL, Use
from audits.facts.other_training import other_training, r_packages, r_predicting, r_training
from audits.facts.own_learners import learners, networks_by_hand, with_own_learners
from audits.facts.readings import answering
from audits.facts.retrieving import retrieval
from audits.facts.running import hosted, inference
from audits.facts.training import Around, python_training, steps_of_trainers
from audits.facts.tree import Role

SIDE = Role.EXAMPLE | Role.NOTEBOOK


class Learning(Struct, frozen=True):
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
    packages = r_packages(code)
    own = tuple(_each(code, learners))
    around = Around(code)
    by_library = tuple(u for f in code.product() for u in _training(f, around, packages))
    training = with_own_learners(code, by_library, own) or own
    training = training or tuple(_each(code, steps_of_trainers))
    by_hand = tuple(_each(code, networks_by_hand))
    if all(u.family in (CLASSICAL, ANALYSIS) for u in training) and (
        len({u.path for u in by_hand}) >= len({u.path for u in training})
    ):
        training = tuple(sorted([*training, *by_hand], key=lambda u: (u.path, u.line)))
    run = tuple(_each(code, inference)) + _r_inference(code, by_library, packages)
    run, asked = tuple(sorted(run, key=lambda u: (u.path, u.line))), tuple(_each(code, hosted))
    side = frozenset(f.path for f in code.files if f.role & SIDE)
    inside = all(u.path in side for u in (*training, *run, *asked))
    return Learning(
        training=training,
        inference=run,
        hosted=asked,
        retrieval=tuple(_each(code, retrieval)),
        learners=own,
        main_is_side=inside and code.is_example,
        side_paths=side,
    )


def _each(code: Code, find: Callable[[SourceFile], tuple[Use, ...]]) -> Iterator[Use]:
    for file in answering(code, find):
        yield from find(file)


def _training(file: SourceFile, around: Around, packages: frozenset[str]) -> Iterator[Use]:
    if file.language == "python":
        yield from python_training(file, around)
    elif file.language == "r":
        yield from r_training(file, packages)
    else:
        yield from other_training(file)


def _r_inference(code: Code, training: Iterable[Use], packages: frozenset[str]) -> tuple[Use, ...]:
    """Predictions in R scripts by what R fits here; in notebooks they belong to the analysis."""
    scripts = {f.path for f in code.product(outside=SIDE) if f.language == "r"}
    fitted = Counter(u.family for u in training if u.path in scripts)
    if not fitted:
        return ()
    family = max(fitted, key=lambda f: fitted[f])
    files = (f for f in code.product() if f.path in scripts)
    return tuple(u for f in files for u in r_predicting(f, packages, family))
