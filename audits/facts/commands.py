"""Named scripts of a repository and what they run: make targets, shell scripts, package scripts.

A step that says `make test` says nothing by itself; `reached` follows it to the commands that it
comes to, a few levels deep, and keeps whether a failure would still be seen at the top.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from audits.facts.lasting import lasting
from audits.facts.shell import Command, joined_path, unwrapped
from audits.facts.shell_variables import with_arguments
from audits.facts.tools.shell_wrappers import CONTAINERS, INERT
from audits.facts.tree import FOREIGN, role_of

_DEPTH = 6
_MOST = 3_000


class Kind(StrEnum):
    """Where a recipe comes from."""

    MAKE = "make"
    SCRIPT = "script"
    PACKAGE = "package"
    TOX = "tox"
    NOX = "nox"
    TASK = "task"
    DVC = "dvc"
    CONFIG = "config"
    CONSOLE = "console"
    PROCESS = "process"


class Recipe(Struct, frozen=True):
    """A named list of commands; a script and a configuration file have no name but their path."""

    kind: Kind
    path: str
    name: str = ""
    line: int = 1
    commands: tuple[Command, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that its file stands in."""
        return self.path.rpartition("/")[0]


class Commands(Struct, frozen=True, dict=True):
    """All recipes, sorted by path and line."""

    recipes: tuple[Recipe, ...] = ()

    @lasting
    def _by_path(self) -> Mapping[str, tuple[Recipe, ...]]:
        grouped: dict[str, list[Recipe]] = {}
        for recipe in self.recipes:
            grouped.setdefault(recipe.path, []).append(recipe)
        return {p: tuple(r) for p, r in grouped.items()}

    def at(self, path: str) -> tuple[Recipe, ...]:
        """The recipes of one file."""
        return self._by_path.get(path, ())

    def of(self, kind: Kind) -> tuple[Recipe, ...]:
        """The recipes of one kind."""
        return tuple(r for r in self.recipes if r.kind is kind)

    def reached(self, commands: Iterable[Command]) -> tuple[Command, ...]:
        """These commands and those that they lead to, each once, in the order of reaching."""
        waiting = [(c, 0) for c in commands]
        found: list[Command] = []
        seen: set[tuple[str, int, tuple[str, ...], bool]] = set()
        at = 0
        while at < len(waiting) and len(found) < _MOST:
            command, depth = waiting[at]
            at += 1
            key = (command.path, command.line, command.words, command.forgiven)
            if key in seen:
                continue
            seen.add(key)
            found.append(command)
            if depth < _DEPTH:
                inner = self._behind(command)
                forgiven = command.forgiven
                waiting += [(replace(c, forgiven=c.forgiven or forgiven), depth + 1) for c in inner]
        return tuple(found)

    def _behind(self, command: Command) -> Iterator[Command]:
        for recipe in leads_to(command, self):
            yield from _called(recipe, command)
            for needed in self._needed(recipe):
                yield from _called(needed, command)

    def _needed(self, recipe: Recipe) -> Iterator[Recipe]:
        """The targets that one needs, and those that these need."""
        seen = {recipe.name}
        waiting = list(recipe.needs)
        here = {r.name: r for r in reversed(self.at(recipe.path))} if waiting else {}
        while waiting and len(seen) < _MOST:
            name = waiting.pop(0)
            if name not in seen and name in here:
                seen.add(name)
                yield here[name]
                waiting += here[name].needs


def _called(recipe: Recipe, command: Command) -> Iterator[Command]:
    """The commands of a recipe with what it is given: arguments of a script, variables of make."""
    if recipe.kind is Kind.MAKE:
        values = [w.split("=", 1) for w in command.arguments if w.split("=")[0].isidentifier()]
        yield from _with_variables(recipe, {v[0]: v[1] for v in values if len(v) > 1})
        return
    if recipe.kind is not Kind.SCRIPT:
        yield from recipe.commands
        return
    words = list(command.arguments if command.program in _SHELLS else command.words)
    while words and command.program in _SHELLS and words[0].startswith("-"):
        words.pop(0)
    for inner in recipe.commands:
        if not any("$" in w for w in inner.words):
            yield inner
            continue
        for given in unwrapped(with_arguments(inner.words, words[1:])):
            yield replace(inner, words=given.words)


def _with_variables(recipe: Recipe, values: Mapping[str, str]) -> Iterator[Command]:
    """The commands of a target of make with the variables that its caller sets."""
    for command in recipe.commands:
        words = command.words
        for name, value in values.items() if any("$" in w for w in words) else ():
            for form in (f"${{{name}}}", f"$({name})"):
                words = tuple(w.replace(form, value) for w in words)
        if command.program in ("make", "gmake"):
            # what is set on the command line holds for every make below
            words = (*words, *(f"{n}={v}" for n, v in values.items() if f"{n}={v}" not in words))
        yield command if words is command.words else replace(command, words=words)


_MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "source", "."})
_NODE = frozenset({"npm", "yarn", "pnpm", "bun"})
_NODE_VERBS = frozenset({"test", "start", "build", "lint"})
_PACKAGES = frozenset(
    {"workspace", "workspaces", "--workspace", "--workspaces", "-w", "-ws", "--filter", "-r"}
    | {"--recursive", "-F"}
)
"""Words by which a script is run in other packages than that of the folder."""

_TASKS = frozenset({"poe", "task", "just", "invoke", "inv", "hatch", "pdm", "pixi", "mise"})


def leads_to(command: Command, commands: Commands) -> tuple[Recipe, ...]:
    """The recipes that a command runs."""
    program = command.program
    if program in ("make", "gmake"):
        return _make(command, commands)
    if program in _NODE:
        return _node(command, commands)
    if command.tool in ("tox", "nox"):
        kind = Kind.TOX if command.tool == "tox" else Kind.NOX
        return _nearest(list(commands.of(kind)), command.folder)
    if command.tool == "dvc" and _reproduces(command):
        return _nearest(list(commands.of(Kind.DVC)), command.folder)
    if program == "cdk":
        return tuple(r for r in commands.of(Kind.PROCESS) if r.path.endswith("cdk.json"))
    named = _console(command, commands)
    return named or _files(command, commands)


def _reproduces(command: Command) -> bool:
    verbs = command.operands
    return verbs[:1] == ("repro",) or verbs[:2] in (("exp", "run"), ("queue", "start"))


def _nearest(recipes: list[Recipe], folder: str) -> tuple[Recipe, ...]:
    """Those in the folder a command runs in; failing that, those of the only file there is."""
    here = [r for r in recipes if r.folder == folder]
    if not here and len({r.path for r in recipes}) == 1:
        here = recipes
    return tuple(here)


def _make(command: Command, commands: Commands) -> tuple[Recipe, ...]:
    words = list(command.arguments)
    folder, files = command.folder, list(_MAKEFILES)
    for flag, value in pairwise(words):
        if flag in ("-C", "--directory"):
            folder = joined_path(folder, value)
        if flag in ("-f", "--file"):
            files = [value]
    values = {v for f, v in pairwise(words) if f in ("-C", "-f", "--file")}
    wanted = [w for w in words if not w.startswith("-") and "=" not in w and w not in values]
    found = [r for f in files for r in commands.at(joined_path(folder, f))]
    while not found and folder:
        # a folder that the sources were fetched into is no folder of theirs
        folder = folder.partition("/")[2]
        found = [r for f in files for r in commands.at(joined_path(folder, f))]
    if not wanted:
        return tuple(found[:1])
    return tuple(r for r in found if r.name in wanted or any(_fits(r.name, w) for w in wanted))


def _fits(pattern: str, target: str) -> bool:
    """Whether a target of make is made by a rule such as `test/%`."""
    start, sign, end = pattern.partition("%")
    return bool(sign and start) and target.startswith(start) and target.endswith(end)


def _node(command: Command, commands: Commands) -> tuple[Recipe, ...]:
    words, folder = list(command.arguments), command.folder
    for flag in ("--prefix", "--cwd", "-C", "--dir"):
        if flag in words[:-1]:
            at = words.index(flag)
            folder = joined_path(folder, words[at + 1])
            del words[at : at + 2]
    verbs = [w for w in words if not w.startswith("-")]
    if any(w.split("=")[0] in _PACKAGES for w in words):
        return _over_packages(words, commands)
    if verbs[:1] in (["run"], ["run-script"]):
        verbs = verbs[1:]
    elif command.program == "npm" and verbs[:1] and verbs[0] not in _NODE_VERBS:
        return ()
    names = set(verbs[:1])
    found = [r for r in commands.at(joined_path(folder, "package.json")) if r.name in names]
    return tuple(found) or _only(names, commands)


def _only(names: set[str], commands: Commands) -> tuple[Recipe, ...]:
    """Scripts of the only package that has one so named: it runs in a folder that is not known."""
    found = [
        r
        for r in commands.recipes
        if r.kind is Kind.PACKAGE and r.name in names and not role_of(r.path) & FOREIGN
    ]
    return tuple(found) if len({r.path for r in found}) == 1 else ()


def _over_packages(words: list[str], commands: Commands) -> tuple[Recipe, ...]:
    """Scripts that a command runs in several packages, or in one that it names otherwise."""
    named = {w for w in words if not w.startswith("-")}
    return tuple(r for r in commands.of(Kind.PACKAGE) if r.name in named)


def _console(command: Command, commands: Commands) -> tuple[Recipe, ...]:
    """A console script of the project, or a task of a task runner."""
    if command.program in _TASKS and command.operands:
        name = command.operands[0] if command.operands[0] != "run" else command.operands[-1]
        found = [r for r in commands.of(Kind.TASK) if r.name == name]
        return _nearest(found, command.folder)
    return tuple(r for r in commands.of(Kind.CONSOLE) if r.name == command.program)


def _files(command: Command, commands: Commands) -> tuple[Recipe, ...]:
    """Scripts that it runs, and configuration files that it hands to another program."""
    found: list[Recipe] = []
    if command.program in INERT and "/" not in command.words[0]:
        return ()
    if command.program in CONTAINERS and "build" in command.operands[:3]:
        return ()  # what an image is told to start does not run where it is built
    words = command.words if command.program not in _SHELLS else command.arguments
    script = next((w for w in words if not w.startswith("-")), "")
    for at, word in enumerate(words):
        path = _value(word)
        if "." not in path and "/" not in path:
            continue
        recipes = _recipes_at(path, command, commands)
        runs = word == script or command.program in ("source", ".")
        for recipe in recipes:
            if recipe.kind is Kind.CONFIG or (recipe.kind is Kind.SCRIPT and (runs or at == 0)):
                found.append(recipe)
    return tuple(found)


def _recipes_at(path: str, command: Command, commands: Commands) -> tuple[Recipe, ...]:
    folders = (command.folder, "", command.path.rpartition("/")[0])
    if "*" in path:
        patterns = [joined_path(f, path) for f in folders]
        fits = (
            r for r in commands.of(Kind.SCRIPT) if any(fnmatchcase(r.path, p) for p in patterns)
        )
        return tuple(fits)
    found = next((r for f in folders if (r := commands.at(joined_path(f, path)))), ())
    if not found and path.count("/") > 1 and not path.startswith("/"):
        # the first folder may be the one into which the sources were fetched
        found = commands.at(path.partition("/")[2])
    if not found and path.startswith("/"):
        # a path inside an image: the file of that name, if there is one only
        name = path.rsplit("/", 1)[-1]
        same = [r for r in commands.recipes if r.path.rsplit("/", 1)[-1] == name]
        found = tuple(same) if len({r.path for r in same}) == 1 else ()
    return found


def _value(word: str) -> str:
    """The value of `--option=value`, or the word."""
    return word.partition("=")[2] if word.startswith("-") and "=" in word else word
