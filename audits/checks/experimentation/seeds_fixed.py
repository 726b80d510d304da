"""Chance is fixed: the split of the data and the start of the training are given a seed.

Why an investor asks: where each run draws new lots, nobody can rebuild the model that was shown,
or tell an improvement from luck.

How we look: calls that set a seed, and arguments such as `random_state`, in the files that train
and in those around them; then random splits and learners that draw lots without one.

Yes: the main training fixes the split, the start or the learner. Partly: only a minority of the
training files, the seed is nothing unless one is given, or one of split and learner is left to
chance. No: no seed.

What we cannot see: chance in graphics cards and in parallel work.

Remedy (effort: low): set one seed at the start of each training, take it from the configuration,
and log it with the run.

False alarms: training without any chance needs no seed, and is still told to have none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Judgement, Needs, no, partly, yes
from audits.facts.code import Call, Code, Constant, SourceFile
from audits.facts.families import DEEP, LLM
from audits.facts.identity import Identity
from audits.facts.learning import Learning
from audits.facts.names import is_own, last_part, words_of
from audits.facts.reach import Reach
from audits.facts.readings import answering, asking, own_names, reading
from audits.facts.tools import experimentation, settings_names
from audits.facts.training_files import around, training_files

_SEEDS = frozenset(experimentation.SEEDS)
_KEYWORDS = frozenset(experimentation.SEED_KEYWORDS)
_SETS = _SEEDS | {"set.seed", "base::set.seed", "Random.seed!", "rand.NewSource", "rand.Seed"}


class _Seeding(Struct, frozen=True):
    """What one training file and those around it do about chance."""

    fixed: tuple[Evidence, ...] = ()
    left: tuple[Evidence, ...] = ()


@check("experimentation/seeds-fixed", needs=Needs.TRAINING, effort=Effort.LOW)
def seeds_fixed(code: Code, learning: Learning, identity: Identity, reach: Reach) -> Judgement:
    """Judges what is left to chance in the training."""
    files = training_files(code, learning, identity)
    setters = _setters(code)
    deep = frozenset(u.path for u in learning.training if u.family in (DEEP, LLM))
    near, fixing, steps = around(code, files), _Fixing(setters), _steps(code)
    found = [_seeding(f, near[f.path], steps, fixing, is_deep=f.path in deep) for f in files]
    seeded = [s for s in found if s.fixed]
    if not seeded:
        return _by_a_split(code, learning, files, reach) or _elsewhere(code, learning, fixing)
    fixed = reach.first(dict.fromkeys(e for s in seeded for e in s.fixed))
    if len(seeded) * 2 < len(found):
        return partly("a seed is set in a minority of the training files", fixed)
    gaps = [s for s in seeded if s.left]
    if len(gaps) * 2 > len(seeded):
        left = tuple(dict.fromkeys(e for s in gaps for e in s.left))
        because = "a split or a learner is left to chance beside what is fixed"
        return partly(because, [*fixed[:3], *left])
    if _is_nothing_unless_given(code, fixed):
        return partly("the seed is nothing unless somebody gives one", fixed)
    return yes("the training fixes its seeds", fixed, grade=reach.grade(fixed))


def _by_a_split(
    code: Code, learning: Learning, files: Iterable[SourceFile], reach: Reach
) -> Judgement | None:
    """A seeded split in another step, which a pipeline and no import leads on to the training."""
    side = learning.side_paths if not learning.main_is_side else frozenset()
    found = [
        Evidence(file.path, call.line, f"{call.method} is given a seed")
        for file in answering(code, _splits)
        if file.path not in side
        for call in _splits(file)
        if _gives_seed(call)
    ]
    listed = tuple(files)
    if not found or not listed:
        return None
    deep = {u.path for u in learning.training if u.family in (DEEP, LLM)}
    left = [f for f in listed if _left(f) or f.path in deep]
    if len(left) * 2 > len(listed):
        return partly("a split is given a seed, and the learners are left to chance", found)
    return yes("the split of the data is given a seed", found, grade=reach.grade(found))


_splits = asking(f"{__name__}.splits", names=frozenset(experimentation.SPLITS))


def _elsewhere(code: Code, learning: Learning, fixing: "_Fixing") -> Judgement:
    """Seeds in side examples only."""
    paths = {u.path for u in learning.training}
    done = fixing.among(f for f in code.product() if f.path in paths)
    side = [place for each in done for place in each.places]
    if side:
        return partly("a seed is set only in a side example or notebook", side)
    return no("no training sets a seed")


_seeds = asking(f"{__name__}.seeds", names=frozenset(_SEEDS), of_all=True)


def _setters(code: Code) -> frozenset[str]:
    """Own functions that set seeds."""
    return frozenset(
        f"{file.path}:{call.scope}"
        for file in answering(code, _seeds)
        for call in _seeds(file)
        if call.scope and "seed" in words_of(call.scope) | {"seeds"}
    )


def _seeding(
    file: SourceFile,
    near: Iterable[SourceFile],
    steps: Mapping[str, Sequence[SourceFile]],
    fixing: "_Fixing",
    *,
    is_deep: bool,
) -> _Seeding:
    beside = steps[_folder(file.path)]
    if file.language == "go":
        near = {f.path: f for f in (*near, *beside)}.values()
    done = fixing.among(near)
    fixed = tuple(place for each in done for place in each.places)
    if any(each.whole for each in done) or file.language != "python":
        return _Seeding(fixed)
    left = [place for f in beside for place in _left(f)]
    if is_deep and not any(_starts(f) for f in near):
        left.append(Evidence(file.path, 1, "nothing fixes the start of the network"))
    return _Seeding(fixed, tuple(left))


@reading
def _starts(file: SourceFile) -> bool:
    """Whether a trainer in it fixes the start of the network."""
    return any(_starts_from_seed(call) for call in file.calls)


def _starts_from_seed(call: Call) -> bool:
    """Whether a trainer fixes the start: its arguments name a seed, or hold one unless told."""
    training = "Training" in call.method
    return training and (_gives_seed(call) or call.name.startswith(("transformers.", "trl.")))


def _steps(code: Code) -> dict[str, list[SourceFile]]:
    """The files of the product by their folder: other steps stand beside the training."""
    found: dict[str, list[SourceFile]] = defaultdict(list)
    for file in code.product():
        found[_folder(file.path)].append(file)
    return found


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


class _Done(Struct, frozen=True):
    """Where one file fixes chance, and whether it does so for the whole program."""

    places: tuple[Evidence, ...]
    whole: bool


class _Fixing:
    """What each file does to fix chance: a file can stand around hundreds that train."""

    def __init__(self, setters: frozenset[str]) -> None:
        self._setters = setters
        self._known: dict[str, _Done | None] = {}

    def among(self, files: Iterable[SourceFile]) -> list[_Done]:
        """What those of some files do that do anything; each is worked out once."""
        known = self._known
        found = []
        for file in files:
            if file.path not in known:
                known[file.path] = self._find(file)
            if done := known[file.path]:
                found.append(done)
        return found

    def _find(self, file: SourceFile) -> _Done | None:
        calls = _may_seed(file, self._setters)
        whole = {call for call in calls if _is_global(call, self._setters)}
        places = []
        for call in calls:
            if call in whole or _gives_seed(call):
                places.append(Evidence(file.path, call.line, f"{call.method} is given a seed"))
            elif _is_option(call):
                places.append(Evidence(file.path, call.line, "the command line takes a seed"))
        places += _in_settings(file)
        return _Done(tuple(places), bool(whole)) if places or whole else None


@reading
def _in_settings(file: SourceFile) -> Iterator[Evidence]:
    """Seeds in the dictionaries of a file that hands such a one to its learner."""
    given = file.calls_of(keywords={"params"})
    if any(c.method in ("train", "cv") for c in given):
        named = (line for text, line in file.strings if text in _KEYWORDS)
        yield from (
            Evidence(file.path, line, "the learner's settings have a seed") for line in named
        )


@reading
def _makers(file: SourceFile) -> frozenset[str]:
    """What it calls that says by its name that it makes a generator or sets a seed."""
    return frozenset(n for n in file.names if _makes_generator(n))


@reading
def _may_seed_alone(file: SourceFile) -> tuple[Call, ...]:
    """The same in a file that calls none of the repository's setters."""
    keywords = _KEYWORDS | {"session_id"}
    return file.calls_of(
        names=_makers(file) | _SETS, methods=settings_names.ARGUMENTS, keywords=keywords
    )


def _may_seed(file: SourceFile, setters: frozenset[str]) -> tuple[Call, ...]:
    """Its calls that may fix a seed, by their names or by what they are given."""
    if all(map(is_own, setters)) and setters.isdisjoint(own_names(file)):  # as in nearly all
        return _may_seed_alone(file)
    return file.calls_of(
        names=_makers(file) | _SETS | setters, methods=settings_names.ARGUMENTS, keywords=_KEYWORDS
    )


def _is_option(call: Call) -> bool:
    """An argument of the command line for the seed, which does not stand at nothing."""
    first = call.arguments[0] if call.arguments else None
    if call.method not in settings_names.ARGUMENTS or not isinstance(first, str):
        return False
    required = call.keyword("required") is True
    set_to = "default" in call.keyword_names and ("default", None) not in call.keywords
    return first.lstrip("-").replace("-", "_") in _KEYWORDS and (required or set_to)


def _is_global(call: Call, setters: frozenset[str]) -> bool:
    """Whether it fixes the generators of a library or of the whole program."""
    given = bool(call.arguments or call.keyword_names)
    if call.name in setters:
        return True
    return given and (call.name in _SETS or _makes_generator(call.name))


@lru_cache(maxsize=50_000)
def _makes_generator(name: str) -> bool:
    """Whether a function says by its name that it makes a generator or sets a seed."""
    words = words_of(last_part(name))
    generator = {"random", "generator"} <= words or "seed" in words
    makes = words & {"new", "set", "manual"}
    return bool(makes) and generator and not name.startswith("numpy")


def _gives_seed(call: Call) -> bool:
    given = _KEYWORDS & set(call.keyword_names)
    if call.name.startswith("pycaret.") and "session_id" in call.keyword_names:
        return True
    return any((name, None) not in call.keywords for name in given)


@reading
def _left(file: SourceFile) -> Iterator[Evidence]:
    """Random splits and learners that draw lots without a seed."""
    splits = {"train", "test"} <= {w for text, _ in file.strings for w in words_of(text)}
    for call in file.calls:
        if "**" in call.keyword_names or _gives_seed(call):
            continue
        lots = call.name.startswith(settings_names.DRAWS_LOTS) and call.method[:1].isupper()
        split = call.name in settings_names.RANDOM_SPLITS and call.keyword("shuffle") is not False
        mask = splits and call.name in _MASKS and None in call.arguments
        if lots or split or mask:
            yield Evidence(file.path, call.line, f"{call.method} is left to chance")


_MASKS = ("numpy.random.rand", "numpy.random.random", "numpy.random.uniform")


@reading
def _set_to(file: SourceFile) -> Iterator[Constant]:
    """What the names of seeds get in it."""
    yield from (a.value for a in file.assignments if a.name.lower() in _KEYWORDS)


def _is_nothing_unless_given(code: Code, fixed: Iterable[Evidence]) -> bool:
    """Whether a parameter or option for the seed stands at None, and no literal seed is given."""
    paths = {e.path for e in fixed}
    files = [file for path in paths if (file := code.get(path))]
    values = {value for file in files for value in _set_to(file)}
    return values == {None} and not any(_is_given(file) for file in files)


def _is_given(file: SourceFile) -> bool:
    """Whether a call gives a seed: a literal, or a name that is no parameter standing at None."""
    calls = file.calls_of(keywords=_KEYWORDS)
    open_scopes = {a.scope for a in file.assignments if a.name.lower() in _KEYWORDS}
    literal = any(isinstance(v, int) for c in calls for k, v in c.keywords if k in _KEYWORDS)
    own = (c for c in calls if c.is_own and c.scope not in open_scopes and _gives_seed(c))
    asked = any(c.arguments for c in file.calls_of(methods=settings_names.ARGUMENTS))
    return literal or (not asked and any(own))
