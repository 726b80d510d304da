"""Where actual data are held against what is expected of them.

Expectations come from a library, or are written by hand: conditions on columns, nulls, values or
ranges of a table or array that raise, stop or report.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Call, Code, Guard, SourceFile
from audits.facts.families import r_named
from audits.facts.learning import Learning
from audits.facts.names import below, words_of
from audits.facts.readings import answering, reading, reading_of_all, reading_of_texts
from audits.facts.tools import data
from audits.facts.tree import NOT_PRODUCT, Role, role_of
from audits.facts.uses import tool_uses, uses_of

_VALIDATORS = uses_of(f"{__name__}.validators", data.VALIDATORS)

_NAMED = frozenset(
    {"validate", "validation", "validator", "valid", "check", "checks", "verify", "quality"}
    | {"schema", "integrity", "sanity", "expectation", "expectations", "ensure", "assert"}
)
_FORMS = frozenset({"shape", "shapes", "rank", "dims"})
"""Words of a function by which it checks the form of a tensor, as layers of networks do."""
_COMPARED = frozenset({".all", ".any", ".shape", ".dim", ".ndim", ".size"})
"""Words by which tensors are compared, in code that computes with them as in checks."""
_STOPS = ("raise", "assert", "exit", "report")
_SUITE = Role(NOT_PRODUCT & ~Role.TEST)
FEWEST = 2
"""Conditions on content that make a check of data where no name says that it is one."""


class Expectation(Struct, frozen=True):
    """A place that checks data; `strength` is "full", "weak" (a form or a few) or "test".

    "stray" ones are single conditions in code that is no check; one alone does not count. A
    `standing` one is a monitor that is set up here and runs elsewhere.
    """

    path: str
    line: int
    what: str
    strength: str = "full"
    standing: bool = False

    @property
    def evidence(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, self.what)


class Validation(Struct, frozen=True):
    """Every expectation, sorted by path and line."""

    expectations: tuple[Expectation, ...] = ()

    def of(self, strength: str) -> tuple[Evidence, ...]:
        """Those of one strength."""
        return tuple(e.evidence for e in self.expectations if e.strength == strength)


def validation_of(code: Code, learning: Learning) -> Validation:
    """Finds every expectation of the product, and suites on data sets among the tests."""
    found = list(_by_library(code))
    for file in code.product(_SUITE):
        found += _by_hand(file)
        if learning.training and not file.role & Role.TEST:
            found += _of_records(file)
        if file.language == "r":
            found += _in_r(file)
    side = learning.side_paths if not learning.main_is_side else frozenset()
    inside = [e for e in found if e.path not in side or e.strength == "test"]
    outside = [_weakened(e) for e in found if e.path in side and e.strength == "full"]
    stray = [e for e in inside if e.strength == "stray"]
    kept = {*(e for e in inside if e.strength != "stray"), *outside}
    if len(stray) >= FEWEST:
        kept |= {Expectation(e.path, e.line, e.what, "weak") for e in stray}
    return Validation(tuple(sorted(kept, key=lambda e: (e.path, e.line, e.what))))


def _weakened(item: Expectation) -> Expectation:
    return Expectation(item.path, item.line, f"{item.what}, in a side example", "weak")


def _by_library(code: Code) -> Iterator[Expectation]:
    read = _folders_that_read(code)
    for use in tool_uses(code, _VALIDATORS, _SUITE):
        suite = not role_of(use.path) & Role.TEST or use.path.rpartition("/")[0] in read
        strength = "full" if suite else "test"
        what = f"{use.tool}: {use.call.method}"
        yield Expectation(use.path, use.call.line, what, strength, use.tool in data.STANDING)
    for file in answering(code, _expecting, outside=_SUITE):
        for call in _expecting(file):
            if call.name.startswith(".") or _brings_suites(file):
                suite = not file.role & Role.TEST or file.path.rpartition("/")[0] in read
                strength = "full" if suite else "test"
                yield Expectation(file.path, call.line, f"expectation {call.method}", strength)


def _brings_suites(file: SourceFile) -> bool:
    return any(below(i.module, ("great_expectations",)) for i in file.imports)


@reading_of_all
def _expecting(file: SourceFile) -> tuple[Call, ...]:
    """Calls in Python whose method is named as an expectation."""
    if file.language != "python":
        return ()
    start = data.EXPECTING_METHOD
    return file.calls_of(methods={m for m in file.methods if m.startswith(start) and "_to_" in m})


def _folders_that_read(code: Code) -> frozenset[str]:
    """Folders whose files read a data set, so that a suite in their tests is run on real data."""
    return frozenset(
        file.path.rpartition("/")[0] for file in code.product(_SUITE) if _reads_data(file)
    )


@reading_of_all
def _reads_data(file: SourceFile) -> bool:
    return file.calls_any(data.READS)


@reading_of_texts
def _by_hand(file: SourceFile) -> Iterator[Expectation]:
    """Guards on the content of tables and arrays, by the function that they stand in."""
    if file.role & Role.TEST and not file.calls_any(data.READS):
        return
    if not _handles_tables(file):
        return
    scopes: dict[str, list[Guard]] = defaultdict(list)
    for guard in file.guards:
        if guard.effect in _STOPS and _looks(guard):
            scopes[guard.scope].append(guard)
    for scope, guards in sorted(scopes.items()):
        yield from _judged(file, scope, guards)


def _judged(file: SourceFile, scope: str, guards: list[Guard]) -> Iterator[Expectation]:
    strong = [g for g in guards if _strong(g)]
    plain = {w for g in strong for w in g.words if w.startswith(".")} <= _COMPARED
    named = bool(words_of(scope) & _NAMED or words_of(_stem(file.path)) & _NAMED)
    enough = len({(g.words, g.strings) for g in strong}) >= FEWEST and not _returns_nothing(strong)
    if plain and not named and _is_of_networks(file):
        return
    named_form = named and not (words_of(scope) & _FORMS and _is_of_networks(file))
    for guard in strong or (guards if named_form else []):
        full = guard in strong and (named or enough)
        strength = "full" if full else "weak"
        if file.role & Role.TEST:
            strength = "test"
        elif strength == "weak" and not named:
            strength = "stray"
        yield Expectation(file.path, guard.line, f"{guard.effect}s on the data", strength)


def _is_of_networks(file: SourceFile) -> bool:
    """Whether a file handles tensors and no tables: the form of a tensor is no fact on data."""
    modules = {i.module for i in file.imports}
    return not any(below(m, data.TABLE_LIBRARIES) and not _is_tensors(m) for m in modules)


def _is_tensors(module: str) -> bool:
    return below(module, ("torch", "tensorflow", "jax"))


def _returns_nothing(guards: Iterable[Guard]) -> bool:
    return all(g.effect == "report" for g in guards)


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _handles_tables(file: SourceFile) -> bool:
    modules = {i.module for i in file.imports}
    return any(below(m, data.TABLE_LIBRARIES) for m in modules) or any(
        "numpy" in m.lower() or "dataframe" in m.lower() for m in modules
    )


def _looks(guard: Guard) -> bool:
    at_table = any(w.startswith(".") and w[1:] in data.TABLE_WORDS for w in guard.words)
    return at_table or _asks_a_check(guard)


def _strong(guard: Guard) -> bool:
    at_content = any(w.startswith(".") and w[1:] in data.STRONG_TABLE_WORDS for w in guard.words)
    return at_content or _asks_a_check(guard)


def _asks_a_check(guard: Guard) -> bool:
    """Whether a condition looks at what a function found that checks a table by its name."""
    found = (words_of(w) for w in guard.words)
    return any(said & _NAMED - {"schema"} and said & data.TABLE_NOUNS for said in found)


@reading_of_all
def _of_records(file: SourceFile) -> Iterator[Expectation]:
    """Records of a data set that are held against a schema, or put aside where they fail."""
    if file.language != "python":
        return
    about = bool(words_of(file.path) & data.DATA_WORDS)
    for call in file.calls_of(methods=data.ROW_CHECKS):
        owner = call.receiver.rpartition(".")[2]
        if words_of(owner) & data.ROW_WORDS:
            yield Expectation(file.path, call.line, f"checks each {owner}")
    for call in file.calls_of(methods=data.JSON_CHECKS, modules=data.JSON_SCHEMAS):
        said = about or words_of(call.scope) & data.DATA_WORDS
        if said and below(call.name, data.JSON_SCHEMAS) and call.method in data.JSON_CHECKS:
            yield Expectation(file.path, call.line, "holds records against a schema")
    added = file.calls_of(methods=frozenset({"append", "extend"}))
    lists = {c.receiver.rpartition(".")[2] for c in added}
    for call in added if not lists & {"chosen", "accepted_answers"} else ():
        aside = call.receiver.rpartition(".")[2] in data.REJECTED
        if aside and (about or words_of(call.scope) & data.DATA_WORDS):
            yield Expectation(file.path, call.line, "puts aside what does not hold")


@reading
def _in_r(file: SourceFile) -> Iterator[Expectation]:
    packages = frozenset(i.module for i in file.imports)
    for call in file.calls:
        if entry := r_named(call, data.R_VALIDATORS, packages):
            strength = "test" if file.role & Role.TEST else "full"
            yield Expectation(file.path, call.line, f"expectation {entry}", strength)
        elif call.name == "stopifnot" and not file.role & Role.TEST:
            yield Expectation(file.path, call.line, "stopifnot on the data", "weak")
