"""What the source code does: imports, calls and entry points, in every language that can be read.

Names are resolved through aliases, so `import mlflow as m; m.log_metric(...)` is the call
`mlflow.log_metric`. Words in strings, comments and prose are not here at all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.lasting import lasting
from audits.facts.names import below, first_part, is_own, last_part, roots_of
from audits.facts.told import Settled, Told
from audits.facts.tree import NOT_PRODUCT, Role, role_of

Constant = str | int | float | bool | None
_NONE: frozenset[str] = frozenset()


class Import(Struct, frozen=True, gc=False):
    """`module` is the dotted name that was imported, resolved to its absolute form if first-party.

    `guarded` marks an optional import (inside try/except ImportError or TYPE_CHECKING). `target` is
    the path of the first-party file that it brings in, "" where it is somebody else's.
    """

    module: str
    line: int
    guarded: bool = False
    target: str = ""


class Call(Struct, frozen=True, gc=False):
    """A call with its resolved dotted name and the arguments that are literals.

    What is defined in this repository is named by its file, `src/train.py:Model.fit`. A method of
    an object made by a known call carries that call's name: after `m = Ridge()`,
    `m.fit(x)` is `sklearn.linear_model.Ridge.fit`. A method of an unknown object keeps its last
    name with a leading dot, `.fit`, and `receiver` is the object as written, `self.model`.
    `scope` is the function or class it stands in, "" at module level. A positional argument that is
    no literal stands as None, so that `len(arguments)` is their number; `keyword_names` has all
    keywords, those of a spread dictionary included where they are known.
    """

    name: str
    line: int
    arguments: tuple[Constant, ...] = ()
    keywords: tuple[tuple[str, Constant], ...] = ()
    scope: str = ""
    keyword_names: tuple[str, ...] = ()
    receiver: str = ""

    @property
    def method(self) -> str:
        """The last part of its name; worked out when asked, as most calls never are."""
        return last_part(self.name)

    @property
    def is_own(self) -> bool:
        """Whether what it calls is defined in this repository."""
        return is_own(self.name)

    def keyword(self, name: str) -> Constant:
        """The literal given for a keyword, or None (also where it is not a literal)."""
        return dict(self.keywords).get(name)


class Definition(Struct, frozen=True, gc=False, array_like=True):
    """A function or class with its decorators and bases, as resolved dotted names.

    `kind` is "function" or "class"; a method is a function named `Class.method`. `returns` is the
    dotted name of what a function gives back, where one return statement or annotation says so.
    """

    name: str
    line: int
    kind: str
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    returns: str = ""


class Guard(Struct, frozen=True, gc=False, array_like=True):
    """A condition that stops, drops or reports: `assert c`, or `if c:` with a `raise` in it.

    `words` are the names and, with a leading dot, the attributes the condition looks at, with those
    of the local variables it mentions; `strings` are its string literals. `effect` is "assert",
    "raise", "exit", "drop" (continue or return of nothing) or "report" (an error is appended or
    logged).
    """

    line: int
    effect: str
    words: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    scope: str = ""


class Assignment(Struct, frozen=True, gc=False, array_like=True):
    """A name that gets a literal: at module level, in a class body, or as a parameter's default."""

    name: str
    value: Constant
    line: int
    scope: str = ""


@dataclass(frozen=True)
class SourceFile:
    """One file of code; lines in a notebook are lines of its JSON file.

    `exports` are the module-level names with what they stand for, to follow a re-export by. Calls,
    strings, guards and assignments of a large repository lie packed until somebody asks for them:
    who is after certain calls only asks `methods` or `names` first, which are always at hand.
    """

    path: str
    language: str
    imports: tuple[Import, ...] = field(default_factory=tuple)
    calls: tuple[Call, ...] = field(default_factory=tuple)
    definitions: tuple[Definition, ...] = field(default_factory=tuple)
    strings: tuple[tuple[str, int], ...] = field(default_factory=tuple)
    has_main: bool = field(default_factory=bool)
    lines: int = 0
    guards: tuple[Guard, ...] = field(default_factory=tuple)
    assignments: tuple[Assignment, ...] = field(default_factory=tuple)
    exports: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    @lasting
    def told(self) -> Told | None:
        """What readings found in it (`audits/facts/readings.py`); None where nothing is kept."""
        return Told()

    @lasting
    def targets(self) -> tuple[str, ...]:
        """The files of this repository that it imports, each once."""
        return tuple(filter(None, dict.fromkeys(i.target for i in self.imports)))

    @lasting
    def names(self) -> frozenset[str]:
        """The names of all calls, each once."""
        return frozenset(c.name for c in self.calls)

    @lasting
    def _by_method(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name in self.names:
            last = last_part(name)
            found[last] = (*found[last], name) if last in found else (name,)
        return found

    @property
    def methods(self) -> AbstractSet[str]:
        """The last parts of these names."""
        return self._by_method.keys()

    def names_of(self, methods: AbstractSet[str]) -> Iterator[str]:
        """The names whose last part is one of these."""
        return (
            (n for m in methods & self.methods for n in self._by_method[m]) if methods else iter(())
        )

    def methods_among(self, some: AbstractSet[str]) -> AbstractSet[str]:
        """Those of some names that are last parts of what it calls."""
        return some & self.methods

    def calls_any(self, methods: AbstractSet[str]) -> bool:
        """Whether it has a call of a name whose last part is one of these."""
        return not methods.isdisjoint(self.methods)

    @lasting
    def own_names(self) -> frozenset[str]:
        """Those of the names that stand for what is defined in this repository."""
        return frozenset(filter(is_own, self.names))

    @lasting
    def roots(self) -> frozenset[str]:
        """The first parts of these names: for a library's call the library."""
        return frozenset(map(first_part, self.names))

    @lasting
    def keywords(self) -> frozenset[str]:
        """The names of all keywords that any call is given."""
        return frozenset(k for c in self.calls for k in c.keyword_names)

    def calls_of(
        self,
        *,
        names: AbstractSet[str] = _NONE,
        methods: AbstractSet[str] = _NONE,
        modules: Sequence[str] = (),
        keywords: AbstractSet[str] = _NONE,
    ) -> tuple[Call, ...]:
        """Its calls of these names, with these last parts, below these modules or given these.

        They come in order. Much cheaper than to go through `calls`, as most files have none.
        """
        given = not keywords.isdisjoint(self.keywords)
        wanted = {*self.names_of(methods), *(names & self.names)}
        if modules and not roots_of(tuple(modules)).isdisjoint(self.roots):
            wanted.update(n for n in self.names if below(n, modules))
        return self._chosen(wanted, keywords if given else _NONE) if wanted or given else ()

    def _chosen(
        self, names: AbstractSet[str], keywords: AbstractSet[str] = _NONE
    ) -> tuple[Call, ...]:
        """Its calls of one of these names or given one of these keywords, in order."""
        return tuple([
            c for c in self.calls
            if c.name in names or (keywords and not keywords.isdisjoint(c.keyword_names))
        ])  # fmt: skip

    def calls_where(self, holds: Callable[[str], bool]) -> tuple[Call, ...]:
        """Its calls for whose name something holds; each name is asked about once."""
        wanted = {name for name in self.names if holds(name)}
        return self._chosen(wanted) if wanted else ()

    def own_calls(self, holds: Callable[[str], bool]) -> tuple[Call, ...]:
        """Its calls of what this repository defines, where something holds for the last part."""
        return self.calls_of(names={n for n in self.own_names if holds(last_part(n))})

    def places_of(self, names: Sequence[str]) -> tuple[Evidence, ...]:
        """Where a call resolves to one of these dotted names (`pkg.` ending: anything below)."""
        exact, starts = frozenset(names), tuple(n for n in names if n.endswith("."))
        found = self.calls_where(lambda n: n in exact or n.startswith(starts))
        return tuple(Evidence(self.path, c.line, f"calls {c.name}") for c in found)

    @lasting
    def role(self) -> Role:
        """What its path is for; a program is no test for being named `mnist_test.py`."""
        role = role_of(self.path)
        return Role(role & ~Role.TEST) if role & Role.TEST and self._is_program() else role

    def _is_program(self) -> bool:
        """Whether it is named like a test, but takes options and learns, and tests nothing."""
        folder = self.path.rpartition("/")[0]
        if self.language != "python" or role_of(f"{folder}/a.py") & Role.TEST:
            return False
        brought = {first_part(i.module) for i in self.imports}
        if brought & _TESTS or not brought & _LEARNS or "parse_args" not in self.methods:
            return False
        return not any(d.name.startswith(("test_", "Test")) for d in self.definitions)


_TESTS = frozenset({"pytest", "unittest", "nose", "hypothesis", "absl", "parameterized"})
_LEARNS = frozenset({"torch", "tensorflow", "keras", "sklearn", "jax", "paddle", "mxnet"})


def called_among(files: Iterable[SourceFile], some: AbstractSet[str]) -> AbstractSet[str]:
    """Those of some names, without what each is called on, that any of the files calls."""
    left = set(some)
    for file in files if left else ():
        left -= file.methods_among(left)
        if not left:
            break
    return some - left


def under(name: str, prefixes: Iterable[str]) -> bool:
    """Whether a dotted name is one of the prefixes or lies below one."""
    return any(name == p or name.startswith(f"{p}.") for p in prefixes)


class Code(Struct, frozen=True, dict=True):
    """All source files, notebooks' cells included, sorted by path."""

    files: tuple[SourceFile, ...] = ()
    unread_languages: tuple[str, ...] = ()

    @lasting
    def _by_path(self) -> dict[str, SourceFile]:
        return {f.path: f for f in self.files}

    @lasting
    def _outside(self) -> dict[Role, tuple[SourceFile, ...]]:
        """The files whose role has nothing of some, as they were asked for so far."""
        return {}

    @lasting
    def settled(self) -> dict[Role, Settled]:
        """What the files whose role has nothing of some answered, as it was asked for so far."""
        return {}

    @lasting
    def _targets(self) -> dict[str, tuple[str, ...]]:
        """What files import of this repository, as it was asked for so far."""
        return {}

    def get(self, path: str) -> SourceFile | None:
        """The source file at a path, or None."""
        return self._by_path.get(path)

    def targets(self, path: str) -> tuple[str, ...]:
        """The files of this repository that the source file at a path imports, each once."""
        if path not in self._targets:
            source = self.get(path)
            self._targets[path] = source.targets if source else ()
        return self._targets[path]

    @lasting
    def _importers(self) -> Mapping[str, AbstractSet[str]]:
        """The product files that import a file of this repository, by its path."""
        found: dict[str, set[str]] = defaultdict(set)
        for file in self.product():
            for target in file.targets:
                found[target].add(file.path)
        return dict(found)

    def imported_by(self, path: str) -> AbstractSet[str]:
        """The product files that import the file at a path."""
        return self._importers.get(path, frozenset())

    @lasting
    def around(self) -> dict[str, tuple[SourceFile, ...]]:
        """The files around some, by their paths, as `training_files.around` found them so far."""
        return {}

    @property
    def is_example(self) -> bool:
        """Whether examples and notebooks are most of the code (definitions, rule G4).

        Then they are the product, and what runs in them counts as use.
        """
        side = Role.EXAMPLE | Role.NOTEBOOK
        lines = [(bool(f.role & side), f.lines) for f in self.product()]
        return sum(n for s, n in lines if s) > sum(n for s, n in lines if not s)

    def product(self, outside: Role = NOT_PRODUCT) -> Iterator[SourceFile]:
        """Files whose role has nothing of `outside`."""
        if outside not in self._outside:
            self._outside[outside] = tuple(f for f in self.files if not f.role & outside)
        return iter(self._outside[outside])

    def imports_of(self, *modules: str, outside: Role = NOT_PRODUCT) -> tuple[Evidence, ...]:
        """Where any of these modules (or one below them) of somebody else is imported."""
        return tuple(
            Evidence(f.path, i.line, f"imports {i.module}")
            for f in self.product(outside)
            for i in f.imports
            if not i.target and under(i.module, modules)
        )

    def calls_of(self, *names: str, outside: Role = NOT_PRODUCT) -> tuple[Evidence, ...]:
        """Where a call resolves to one of these dotted names (`pkg.` ending: anything below)."""
        return tuple(e for f in self.product(outside) for e in f.places_of(names))

    def calls(self, *, outside: Role = NOT_PRODUCT) -> Iterator[tuple[SourceFile, Call]]:
        """Every call with its file."""
        return ((f, c) for f in self.product(outside) for c in f.calls)
