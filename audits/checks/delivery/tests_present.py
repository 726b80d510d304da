"""Automated tests run the repository's own code.

Why an investor asks: code without tests can only be changed by those who wrote it, and each change
may break what was sold. Tests are what makes a team replaceable and quick.

How we look: test functions and classes in files that the test frameworks of each language collect;
whether they import, or otherwise run, code of this repository.

Yes: at least two such tests. Partly: a single one, or tests that touch no code of this repository.
No: none; files that are only called test do not count.

What we cannot see: whether they pass, and how much of the code they reach.

Remedy (effort: medium): begin with the functions that prepare data and those that answer a request.

False alarms: tests of a copied library that stands outside the usual folders.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import MAX_EVIDENCE, Evidence, Judgement, no, partly, yes
from audits.facts.code import Code, SourceFile
from audits.facts.readings import reading
from audits.facts.tools.delivery_tests import (
    DRIVERS,
    OTHERS,
    OWN_BY_OTHER_MEANS,
    TEST_BASES,
    TEST_CALLS,
)
from audits.facts.tree import File, Role, Tree

_OUTSIDE = Role.VENDORED | Role.GENERATED | Role.TEMPLATE
_SCRIPTED = frozenset({"javascript", "typescript", "r", "julia"})


@check("delivery/tests-present")
def tests_present(code: Code, tree: Tree) -> Judgement:
    """Judges the tests by what they run."""
    own, stray = _places(code)
    named = [Evidence(f.path, 1, "test file") for f in tree.ending(OTHERS) if _is_named(f)]
    places = [place for place, _ in own]
    if sum(count for _, count in own) > 1 or named:
        return yes("automated tests run the repository's code", [*places, *named])
    if places:
        return partly("there is a single test", places)
    if stray:
        return partly("the tests run no code of this repository that can be seen", stray)
    return no("no automated tests were found")


def _places(code: Code) -> tuple[list[tuple[Evidence, int]], list[Evidence]]:
    """Files that test own code, with how many tests are in each, and files that test something.

    Files of tests are read for it, so no more of them than are shown.
    """
    stems = frozenset(
        f.path.rsplit("/", 1)[-1].removesuffix(".py")
        for f in code.product()
        if f.language == "python"
    )
    own: list[tuple[Evidence, int]] = []
    stray: list[Evidence] = []
    for file in code.files:
        found = [] if file.role & _OUTSIDE else list(_tests(file))
        if found and _runs_own(file, code, stems):
            own.append((Evidence(file.path, found[0], "tests"), len(found)))
        elif found:
            stray.append(Evidence(file.path, found[0], "tests"))
        if len(own) == MAX_EVIDENCE:
            break
    return own, stray


@reading
def _tests(file: SourceFile) -> Iterator[int]:
    """The lines of the tests that a framework would collect from a file."""
    if file.language == "python":
        yield from _python_tests(file, file.path.rsplit("/", 1)[-1].lower())
    elif file.language in _SCRIPTED and file.role & Role.TEST:
        yield from (c.line for c in file.calls_of(methods=TEST_CALLS))


def _python_tests(file: SourceFile, name: str) -> Iterator[int]:
    collected = name.startswith("test_") or name.endswith(("_test.py", "_tests.py"))
    # elsewhere a file of that name tries a model out
    among_tests = name == "test.py" and bool(file.role & Role.TEST)
    collected = collected or name == "tests.py" or among_tests
    classes = {
        d.name
        for d in file.definitions
        if d.kind == "class" and any(b.endswith(TEST_BASES) for b in d.bases)
    }
    for item in file.definitions:
        if item.kind != "function":
            continue
        holder, _, method = item.name.rpartition(".")
        plain = collected and (not holder or holder.startswith("Test"))
        if method.startswith("test") and (holder in classes or plain):
            yield item.line


def _runs_own(file: SourceFile, code: Code, stems: frozenset[str]) -> bool:
    """Whether a test file comes to code of this repository that is no test.

    `stems` are the names of its modules: a test may find one by a path that only its runner knows.
    """
    if file.language in ("r", "julia"):
        return True
    targets = {i.target for i in file.imports if i.target}
    if any(not (t := code.get(p)) or not t.role & Role.TEST for p in targets):
        return True
    if any(not i.target and i.module.split(".")[0] in stems for i in file.imports):
        return True
    drives = any(i.module.startswith(DRIVERS) for i in file.imports)
    if drives or file.own_names or not file.names.isdisjoint(OWN_BY_OTHER_MEANS):
        return True
    return bool(targets)


def _is_named(file: File) -> bool:
    """Whether it is named like a test in a language whose files of source are not read."""
    return file.name.endswith(OTHERS[file.suffix]) and not file.role & _OUTSIDE
