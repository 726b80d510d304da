"""What runs without a person: every command that CI comes to, and the source file it starts.

Steps are followed through make, scripts, task runners, submitted job files and dvc stages. What is
disabled or parked is not here.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from audits.engine.types import Evidence
from audits.facts.code import Code
from audits.facts.commands import Commands
from audits.facts.containers import Containers
from audits.facts.lasting import lasting
from audits.facts.packed import Packed
from audits.facts.shell import Command, joined_path
from audits.facts.tools.shell_wrappers import INERT, INTERPRETERS, LAUNCHERS, SERVERS
from audits.facts.tree import Tree
from audits.facts.workflows import Job, Step, Workflow, Workflows

_SOURCES = (".py", ".r", ".jl", ".ipynb", ".js", ".ts", ".mjs", ".go", ".sh", ".rs", ".scala")
_BY_MODULE = SERVERS | frozenset(
    {"celery", "flask", "bentoml", "serve", "rq", "dramatiq", "arq", "faust", "dagster"}
)


MOST_PATTERNS = 100
"""Patterns of one tree that are looked up; each goes through all of its files."""


_DEEPEST = 8


class Places:
    """Finds the file of the tree that a command starts."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._patterns: dict[str, str] = {}

    def target(self, command: Command, near: str = "") -> str:
        """The path of the source file that it runs, "" where none can be told.

        `near` is a folder that decides between files of the same name.
        """
        if named := _named_module(command):
            return self._module(named, command, near)
        module = command.tool if command.program == "python" and "-m" in command.words else ""
        if module and module not in _BY_MODULE:
            return self._module(module, command, near)
        if command.tool in _BY_MODULE:
            names = (w.split(":")[0].split("(")[0] for w in _module_words(command))
            return next((p for n in names if (p := self._module(n, command, near))), "")
        if (handler := _handler(command)) and (found := self._module(handler, command, near)):
            return found
        for word in _run_words(command):
            if word.lower().endswith(_SOURCES) and not word.startswith("-"):
                return self.file(word, command, near)
        return ""

    def file(self, name: str, command: Command, near: str = "") -> str:
        """The file that a path names, taken from where the command runs."""
        tail = name.split("/./")[-1].removeprefix("./")
        if "*" in tail:
            return self._first(tail, command, near)
        exact = [joined_path(f, tail) for f in (command.folder, near, _folder(command.path), "")]
        found = next((p for p in exact if p in self._tree), "")
        if found or not tail.startswith(("/", "$")):
            return found or self._like(tail, near or _folder(command.path))
        # a path inside an image or on a server: only its end can be that of the repository
        parts = tail.strip("/").split("/")[-_DEEPEST:]
        ends = ("/".join(parts[n:]) for n in range(len(parts)))
        return next((p for e in ends if (p := self._like(e, near or _folder(command.path)))), "")

    def _first(self, pattern: str, command: Command, near: str) -> str:
        """The first file that a pattern means."""
        for folder in dict.fromkeys((command.folder, near, _folder(command.path), "")):
            whole = joined_path(folder, pattern)
            if whole not in self._patterns and len(self._patterns) < MOST_PATTERNS:
                self._patterns[whole] = next((f.path for f in self._tree.matching(whole)), "")
            if found := self._patterns.get(whole):
                return found
        return ""

    def _module(self, dotted: str, command: Command, near: str) -> str:
        base = dotted.replace(".", "/")
        if not base.replace("/", "").replace("_", "").isalnum():
            return ""
        forms = (f"{base}.py", f"{base}/__main__.py", f"{base}/__init__.py", f"{base}.ipynb")
        folders = (command.folder, near, _folder(command.path), "", "src")
        exact = (joined_path(f, form) for f in folders for form in forms)
        found = next((p for p in exact if p in self._tree), "")
        return found or next((p for f in forms if (p := self._like(f, near))), "")

    def _like(self, tail: str, near: str) -> str:
        """The file whose path ends so: the one nearest to a folder, or the only one."""
        name = tail.rsplit("/", 1)[-1]
        parts = [p for p in tail.split("/") if p and "$" not in p and p not in (".", "..")]
        candidates = [
            f.path for f in self._tree.named(name) if f"/{f.path}".endswith("/" + "/".join(parts))
        ]
        if near:
            inside = [p for p in candidates if p.startswith(f"{near}/")]
            candidates = inside or candidates
        return candidates[0] if len(candidates) == 1 else ""


def _run_words(command: Command) -> tuple[str, ...]:
    """The words of a command among which is the file that it runs; none where it runs no file."""
    if command.program in INERT or command.program in ("docker", "kubectl", "az", "aws", "gcloud"):
        return ()
    if command.tool in LAUNCHERS or command.program in LAUNCHERS | INTERPRETERS:
        return command.words
    starts = (n for n, w in enumerate(command.words) if Command((w,)).program in INTERPRETERS)
    # an entry script is often handed the program that it shall start
    return (*command.words[:1], *command.words[next(starts, len(command.words)) :])


def _named_module(command: Command) -> str:
    """The module with the pipeline that a general starter of pipelines is told to run."""
    words = command.words
    at = words.index("--module-name") + 1 if "--module-name" in words else len(words)
    return words[at] if at < len(words) else ""


def _handler(command: Command) -> str:
    """The module of a function that is all that an image is told to start: `app.handler`."""
    if len(command.words) != 1 or "/" in command.words[0]:
        return ""
    parts = command.words[0].split(".")
    return ".".join(parts[:-1]) if len(parts) > 1 and all(p.isidentifier() for p in parts) else ""


def _module_words(command: Command) -> Iterator[str]:
    for word in command.arguments:
        value = word.partition("=")[2] if word.startswith("-") else word
        if value and not value.startswith("-") and "/" not in value:
            yield value


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


class Run(Struct, frozen=True):
    """A command that CI runs, with the step that starts it and the file that it leads to."""

    command: Command
    workflow: Workflow
    job: Job
    step: Step
    target: str = ""

    @property
    def forgiven(self) -> bool:
        """Whether its failure would not be seen."""
        return self.command.forgiven or self.step.forgiven or self.job.forgiven

    @property
    def serves(self) -> bool:
        """Whether it starts a server, which works only when it is asked."""
        return self.command.tool in SERVERS

    @property
    def place(self) -> Evidence:
        """Where the command stands."""
        return Evidence(self.command.path, self.command.line, f"runs {self.command.program}")

    @property
    def started_at(self) -> Evidence:
        """Where the step that comes to it stands."""
        return Evidence(self.step.path, self.step.line, f"in {self.workflow.system}")


class Submissions(Struct, frozen=True):
    """The files that each source file hands over to run elsewhere, by its path."""

    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Automation(Struct, frozen=True, dict=True):
    """All runs of live workflows, in order of workflow and step, and what programs `submit`.

    `named` are source files that variables of live workflows name, with the place: a pipeline that
    is built elsewhere takes its scripts from there.
    """

    runs: tuple[Run, ...] = ()
    named: tuple[tuple[str, Evidence], ...] = ()
    submitted: Submissions = Submissions()

    @lasting
    def targets(self) -> frozenset[str]:
        """The source files that CI starts."""
        return frozenset(r.target for r in self.runs if r.target)

    def of(self, path: str) -> tuple[Run, ...]:
        """The runs that start a file."""
        return tuple(r for r in self.runs if r.target == path)

    def comes_to(self, code: Code, paths: Iterable[str]) -> dict[str, str]:
        """As `imported_from`, with what is handed over on the way to run elsewhere."""
        named = self.submitted.named
        found = imported_from(code, paths)
        waiting = [path for path in found if path in named]
        while waiting:
            path = waiting.pop()
            fresh = [p for p in named[path] if p not in found]
            for target in imported_from(code, fresh):
                if target not in found:
                    found[target] = found[path]
                    if target in named:
                        waiting.append(target)
        return found


def automate(
    tree: Tree,
    workflows: Workflows,
    commands: Commands,
    submitted: Submissions,
    containers: Containers,
) -> Automation:
    """Follows every live step."""
    places = Places(tree)
    found: list[Run] = []
    for workflow in workflows.live:
        packed = Packed(containers)
        for job, step in workflow.steps():
            for command in _run_by(step, commands, packed):
                target = places.target(command, step.folder)
                found.append(Run(command, workflow, job, step, target))
        found += _handed_over(workflow, commands, places)
    return Automation(tuple(found), tuple(_named(workflows, places)), submitted)


def _run_by(step: Step, commands: Commands, packed: Packed) -> Iterator[Command]:
    """The commands that a step comes to, those in containers included, each once."""
    reached = commands.reached(step.commands)
    inner = [*packed.of_step(step), *(c for r in reached for c in packed.behind(r))]
    if not inner:
        yield from reached
        return
    more = commands.reached(inner)
    deeper = commands.reached(c for r in more for c in packed.behind(r))
    yield from dict.fromkeys((*reached, *more, *deeper))


def _handed_over(workflow: Workflow, commands: Commands, places: Places) -> Iterator[Run]:
    """What a reusable workflow of another repository is given to run: job and pipeline files."""
    for job in workflow.jobs:
        if not job.calls or job.disabled:
            continue
        for name, value, line in job.inputs:
            step = Step(job.path, line, uses=job.calls)
            given = Command((name, value), job.path, line)
            for command in commands.reached([given])[1:]:
                target = places.target(command, _folder(command.path))
                yield Run(command, workflow, job, step, target)


def _named(workflows: Workflows, places: Places) -> Iterator[tuple[str, Evidence]]:
    for workflow in workflows.live:
        for name, value, line in workflow.settings:
            if value.endswith(".py") and " " not in value:
                path = places.file(value, Command((value,), workflow.path))
                if path:
                    note = f"{workflow.system} variable {name}"
                    yield path, Evidence(workflow.path, line, note)


def imported_from(code: Code, paths: Iterable[str]) -> dict[str, str]:
    """The first-party files that these files import, themselves included, each with its origin."""
    origin = {path: path for path in paths}
    waiting = list(origin)
    while waiting:
        path = waiting.pop()
        for target in code.targets(path):
            if target not in origin:
                origin[target] = origin[path]
                waiting.append(target)
    return origin


_APP_RUNNERS = frozenset({"uvicorn.run", "hypercorn.run", "granian.Granian", "uvicorn.Config"})


def started_from(code: Code, places: Places, paths: Iterable[str]) -> dict[str, str]:
    """As `imported_from`, with the application that a file hands to a server by its name."""
    found = imported_from(code, paths)
    for path in sorted(found):
        source = code.get(path)
        for call in source.calls_of(names=_APP_RUNNERS) if source else ():
            if call.name in _APP_RUNNERS and call.arguments and isinstance(call.arguments[0], str):
                command = Command(("uvicorn", call.arguments[0]), path, call.line)
                target = places.target(command, path.rpartition("/")[0])
                if target and target not in found:
                    found |= dict.fromkeys(imported_from(code, [target]), found[path])
    return found
