"""Hyperparameters come from a configuration, not from literals inside calls.

Why an investor asks: a setting that stands in the middle of the code is changed by editing the
code, so that no run can be told from another and nobody dares to touch it.

How we look: in the files that train and those around them: options of the command line, fields of
configuration classes and values that come from a file or the environment, and whether they reach
the learner; then constants, defaults and literals.

Yes: from a file, the command line, the environment or a configuration class. Partly: named
constants, defaults of functions or a dictionary beside the training, or only in some examples.
No: literals inside calls.

What we cannot see: which values the model in use was trained with.

Remedy (effort: low): keep the settings in one file that the training reads, and log them per run.

False alarms: an option of the command line that the training then ignores.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Judgement, Needs, no, partly, yes
from audits.facts.code import Assignment, Call, Code, SourceFile
from audits.facts.families import family_of, prepares_only
from audits.facts.identity import Identity
from audits.facts.learning import Learning
from audits.facts.names import below, words_of
from audits.facts.reach import Reach
from audits.facts.readings import asking, reading, reading_of_all, reading_of_texts
from audits.facts.tools import settings_names, substance
from audits.facts.training_files import around, training_files

_NAMES = settings_names.HYPERPARAMETERS
_ENDINGS = tuple(f"_{name}" for name in sorted(_NAMES) if len(name) > 3)
_CLASSES = ("config", "configs", "settings", "params", "hyperparameters", "hparams", "arguments")
_LITERAL = (int, float)
Found = TypeVar("Found")


@check("experimentation/hyperparameter-config", needs=Needs.TRAINING, effort=Effort.LOW)
def hyperparameter_config(
    code: Code, learning: Learning, identity: Identity, reach: Reach
) -> Judgement:
    """Judges where the settings of the learner come from."""
    files = training_files(code, learning, identity)
    known = around(code, files)
    near = {f.path: _group(code, f, known[f.path]) for f in files}
    said = _Said(f for listed in near.values() for f in listed)
    given = [tuple(dict.fromkeys(_given(code, f, near[f.path], said))) for f in files]
    outside = [places for places in given if places]
    outside = outside or [p for f in files if (p := tuple(_beside_its_users(code, f)))]
    if outside:
        places = reach.first(dict.fromkeys(e for places in outside for e in places))
        return yes("settings are given from outside the training", places)
    named = [e for f in files for n in _beside(code, f, near[f.path]) for e in _named(n)]
    named += [e for f in files for e in _in_dictionaries(f)]
    if named:
        because = "settings are constants, defaults or a dictionary beside the training"
        return partly(because, dict.fromkeys(named))
    paths = {u.path for u in learning.training} - {f.path for f in files}
    aside = [f for p in sorted(paths) if (f := code.get(p))]
    said = _Said(aside)
    side = [e for f in aside for e in _given(code, f, (f,), said)]
    if side:
        return partly("settings are given from outside only in a side example", side)
    return no("settings are literals inside calls, or left at their defaults")


def _group(code: Code, file: SourceFile, near: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
    """The files around one; where imports name packages, all files of its language."""
    if file.language == "python":
        return near
    return tuple(f for f in code.product() if f.language == file.language)


class _Said:
    """What readings find in some files, each file asked once; the same are near many trainings."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self._files = {file.path: file for file in files}
        self._found: dict[Callable[..., Any], dict[str, tuple[Any, ...]]] = {}

    def by(self, find: Callable[[SourceFile], tuple[Found, ...]]) -> dict[str, tuple[Found, ...]]:
        """The answers that are not empty, by the paths of their files."""
        if find not in self._found:
            answers = ((path, find(file)) for path, file in self._files.items())
            self._found[find] = {path: found for path, found in answers if found}
        return self._found[find]

    def of(
        self, find: Callable[[SourceFile], tuple[Found, ...]], files: Iterable[SourceFile]
    ) -> Iterator[Found]:
        """What is found in these files."""
        found = self.by(find)
        if not found:
            return iter(())
        return (each for file in files if file.path in found for each in found[file.path])


def _given(
    code: Code, file: SourceFile, near: tuple[SourceFile, ...], said: _Said
) -> Iterator[Evidence]:
    """Where settings come in from outside, in the training file or a step away from it."""
    beside = _beside(code, file, near)
    keeps = any(said.of(_keeps, near))  # whoever has such an object hands it on
    reads = keeps or any(said.of(_reads, beside))
    for call in _makes(file):
        yield Evidence(file.path, call.line, f"{call.method} makes what a file of settings says")
    for call in _flags(file) if any(True for _ in _named(file)) else ():
        yield Evidence(file.path, call.line, f"{call.method} makes arguments of a function flags")
    for call in _forges(file) if reads else ():
        yield Evidence(file.path, call.line, f"{call.method} makes what a file of settings says")
    for other in beside:
        yield from _options(other)
        for call in _merges(other):
            yield Evidence(other.path, call.line, f"{call.method} changes the configuration")
    yield from said.of(_fields, near)
    # Arguments of a trainer that are made elsewhere, from what a file or the environment says.
    yield from said.of(_trainers, near) if any(said.of(_reads, near)) else ()
    yield from said.of(_passed, near if keeps else beside) if reads else ()


def _beside_its_users(code: Code, file: SourceFile) -> Iterator[Evidence]:
    """Settings that reach an optimiser or a learner which a user of a loop has made elsewhere."""
    keeps = any(_keeps(f) for f in code.product())
    for path in sorted(code.imported_by(file.path)):
        found = (code.get(p) for p in (path, *code.targets(path)))
        files = [f for f in found if f is not None]
        if keeps or any(_reads(f) for f in files):
            yield from (place for f in files for place in _passed(f))


@reading_of_all
def _passed(file: SourceFile) -> Iterator[Evidence]:
    """Calls that are given settings which are no literals."""
    settings = {name for name in file.keywords if name == "**" or _is_setting(name)}
    for call in file.calls_of(keywords=settings):
        if _passes(file, call):
            note = f"{call.method} takes settings that are read from outside"
            yield Evidence(file.path, call.line, note)


_reads = asking(f"{__name__}.reads", modules=settings_names.READS_SETTINGS)
_forges = asking(f"{__name__}.forges", methods=settings_names.FACTORIES)
_keeps = asking(f"{__name__}.keeps", modules=settings_names.KEEPS_SETTINGS)
_makes = asking(f"{__name__}.makes", modules=settings_names.MAKES_FROM_SETTINGS)
_flags = asking(f"{__name__}.flags", modules=settings_names.FLAGS_FROM_FUNCTIONS)
_merges = asking(f"{__name__}.merges", methods=frozenset(settings_names.MERGED))


@reading
def _trainers(file: SourceFile) -> Iterator[Evidence]:
    """Arguments of a trainer that are no literals."""
    for call in file.calls_where(_is_trainer_arguments):
        given = {k for k in call.keyword_names if _is_setting(k)}
        if given - {k for k, _ in call.keywords}:
            yield Evidence(file.path, call.line, f"{call.method} takes settings from outside")


def _is_trainer_arguments(name: str) -> bool:
    return name.endswith("TrainingArguments") and bool(family_of(name))


def _beside(code: Code, file: SourceFile, near: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
    """The file, what it imports, and what imports it, one step away."""
    if file.language != "python":
        return near
    steps = {file.path, *file.targets, *code.imported_by(file.path)}
    return tuple([f for f in near if f.path in steps])


@reading
def _options(file: SourceFile) -> Iterator[Evidence]:
    """Arguments of the command line that are named like a hyperparameter."""
    for call in file.calls_of(methods=settings_names.ARGUMENTS):
        names = [a for a in call.arguments if isinstance(a, str)]
        if call.method in settings_names.ARGUMENTS and any(_is_setting(n) for n in names):
            yield Evidence(file.path, call.line, f"the command line takes {names[0].lstrip('-')}")


def _is_setting(name: str) -> bool:
    bare = name.lstrip("-").replace("-", "_").lower()
    if len(bare) == 1:
        return name.lstrip("-") == "C"
    return bare in _NAMES or bare.endswith(_ENDINGS)


@reading_of_texts
def _fields(file: SourceFile) -> Iterator[Evidence]:
    """Fields of a configuration class that a parser, a file or the environment can set."""
    parsed = not file.methods.isdisjoint(settings_names.PARSED_CLASSES)
    classes = {d.name: d for d in file.definitions if d.kind == "class"}
    for item in file.assignments:
        owner = classes.get(item.scope)
        if owner is None or not _is_setting(item.name):
            continue
        filled = any(b.endswith((*settings_names.PARSED_CLASSES, "Arguments")) for b in owner.bases)
        if parsed or filled or owner.name.lower().endswith(_CLASSES):
            yield Evidence(file.path, item.line, f"{owner.name}.{item.name}")


def _passes(file: SourceFile, call: Call) -> bool:
    """Whether a learner, an optimiser or a trainer is given a setting that is no literal."""
    learns = _makes_learner(call) or _fits(call) or file.language == "r"
    if not (learns or (call.is_own and file.language == "python")):
        return False
    literal = {k for k, _ in call.keywords}
    settings = {k for k in call.keyword_names if _is_setting(k)}
    spread = "**" in call.keyword_names and (learns or bool(words_of(call.method) & _TRAINING))
    return spread or bool(settings - literal)


_TRAINING = frozenset({"fit", "train", "training", "finetune"})


def _fits(call: Call) -> bool:
    """Whether a call is the fit itself, which in many libraries takes the settings."""
    fitting = call.method in substance.LEARNING_METHODS and not prepares_only(call)
    return fitting and bool(family_of(call.name))


def _makes_learner(call: Call) -> bool:
    if not call.method[:1].isupper() or call.method == "Pipeline":
        return False
    optimises = below(call.name, settings_names.OPTIMISERS)
    return optimises or (bool(family_of(call.name)) and not prepares_only(call))


@reading
def _named(file: SourceFile) -> Iterator[Evidence]:
    """Constants and defaults that are named like a hyperparameter."""
    for item in file.assignments:
        value = item.value
        number = isinstance(value, _LITERAL) and not isinstance(value, bool)
        if number and _is_setting(item.name) and not _is_local(file, item):
            yield Evidence(file.path, item.line, f"{item.name} is a constant or a default")


@reading
def _in_dictionaries(file: SourceFile) -> Iterator[Evidence]:
    """Entries of a dictionary that a learner is given spread out."""
    for call in file.calls:
        settings = {k for k in call.keyword_names if _is_setting(k)} if _makes_learner(call) else ()
        handed = call.name in _TRAIN_BY_DICTIONARY
        for text, line in file.strings if settings or handed else ():
            if (text in settings or (handed and _is_setting(text))) and line < call.line:
                yield Evidence(file.path, line, f"{text} is an entry beside the training")


_TRAIN_BY_DICTIONARY = frozenset(
    {"xgboost.train", "xgboost.cv", "lightgbm.train", "lightgbm.cv", "catboost.train"}
)
"""Functions that are handed their settings in one dictionary, mostly the first argument."""


def _is_local(file: SourceFile, item: Assignment) -> bool:
    """Whether it stands in the body of a function, beside the calls that use it."""
    return bool(item.scope) and any(
        c.scope == item.scope and c.line < item.line for c in file.calls
    )
