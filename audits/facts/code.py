"""What the source code does: imports, calls and entry points, in every language that can be read.

Names are resolved through aliases, so `import mlflow as m; m.log_metric(...)` is the call
`mlflow.log_metric`. Words in strings, comments and prose are not here at all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from audits.engine.types import Evidence
from audits.facts.tree import NOT_PRODUCT, Role, role_of

Constant = str | int | float | bool | None


@dataclass(frozen=True)
class Import:
    """`module` is the dotted name that was imported, resolved to its absolute form if first-party.

    `guarded` marks an optional import (inside try/except ImportError or TYPE_CHECKING). `target` is
    the path of the first-party file that it brings in, "" where it is somebody else's.
    """

    module: str
    line: int
    guarded: bool = False
    target: str = ""


@dataclass(frozen=True)
class Call:
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

    @cached_property
    def method(self) -> str:
        """The last part of its name."""
        name = self.name
        return name[max(name.rfind(":"), name.rfind(".")) + 1 :]

    @property
    def is_own(self) -> bool:
        """Whether what it calls is defined in this repository."""
        return ":" in self.name and "::" not in self.name

    def keyword(self, name: str) -> Constant:
        """The literal given for a keyword, or None (also where it is not a literal)."""
        return dict(self.keywords).get(name)


@dataclass(frozen=True)
class Definition:
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


@dataclass(frozen=True)
class Guard:
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


@dataclass(frozen=True)
class Assignment:
    """A name that gets a literal: at module level, in a class body, or as a parameter's default."""

    name: str
    value: Constant
    line: int
    scope: str = ""


@dataclass(frozen=True)
class SourceFile:
    """One file of code; lines in a notebook are lines of its JSON file.

    `exports` are the module-level names with what they stand for, to follow a re-export by.
    """

    path: str
    language: str
    imports: tuple[Import, ...] = ()
    calls: tuple[Call, ...] = ()
    definitions: tuple[Definition, ...] = ()
    strings: tuple[tuple[str, int], ...] = ()
    has_main: bool = False
    lines: int = 0
    guards: tuple[Guard, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    exports: tuple[tuple[str, str], ...] = ()

    @cached_property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)


def under(name: str, prefixes: Iterable[str]) -> bool:
    """Whether a dotted name is one of the prefixes or lies below one."""
    return any(name == p or name.startswith(f"{p}.") for p in prefixes)


@dataclass(frozen=True)
class Code:
    """All source files, notebooks' cells included, sorted by path."""

    files: tuple[SourceFile, ...] = ()
    unread_languages: tuple[str, ...] = ()
    _by_path: dict[str, SourceFile] = field(init=False, repr=False, compare=False, hash=False)
    _outside: dict[Role, tuple[SourceFile, ...]] = field(
        init=False, repr=False, compare=False, hash=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_path", {f.path: f for f in self.files})
        object.__setattr__(self, "_outside", {})

    def get(self, path: str) -> SourceFile | None:
        """The source file at a path, or None."""
        return self._by_path.get(path)

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
        exact, starts = frozenset(names), tuple(n for n in names if n.endswith("."))
        return tuple(
            Evidence(f.path, c.line, f"calls {c.name}")
            for f in self.product(outside)
            for c in f.calls
            if c.name in exact or c.name.startswith(starts)
        )

    def calls(self, *, outside: Role = NOT_PRODUCT) -> Iterator[tuple[SourceFile, Call]]:
        """Every call with its file."""
        return ((f, c) for f in self.product(outside) for c in f.calls)
