"""What runs by the clock, and the source files that each schedule comes to."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.automation import Automation, Places
from audits.facts.code import Call, Code, SourceFile
from audits.facts.commands import Commands
from audits.facts.readings import answering, asking
from audits.facts.shell import Command, commands_in
from audits.facts.tools.data_pipelines import SCHEDULE_KEYWORDS, SCHEDULE_METHODS
from audits.facts.tree import Role, Tree, role_of
from audits.facts.workflows import Workflow, Workflows


class Clock(Struct, frozen=True):
    """A schedule in a configuration file that is no CI workflow, with its commands."""

    kind: str
    path: str
    line: int
    expression: str = ""
    commands: tuple[Command, ...] = ()
    disabled: bool = False


class Clocks(Struct, frozen=True):
    """All of them."""

    items: tuple[Clock, ...] = ()


class Schedule(Struct, frozen=True):
    """A schedule: `targets` are the source files it starts, `starts` also all that they import.

    `rehearses`: the same workflow runs on pull requests, so that it tries the code out.
    """

    kind: str
    path: str
    line: int
    expression: str = ""
    disabled: bool = False
    starts: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    rehearses: bool = False

    @property
    def place(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, f"{self.kind} {self.expression}".strip())

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)


class Schedules(Struct, frozen=True):
    """All schedules, sorted by path."""

    items: tuple[Schedule, ...] = ()


class _Finder(Struct, frozen=True):
    places: Places
    commands: Commands
    code: Code
    automation: Automation

    def behind(self, commands: Iterable[Command], near: str) -> frozenset[str]:
        """The source files that commands come to."""
        reached = self.commands.reached(commands)
        return frozenset(t for c in reached if (t := self.places.target(c, near)))

    def around(self, file: SourceFile) -> frozenset[str]:
        """A file that sets a schedule, the commands and tasks it names, and a Go package's rest."""
        named = {t for text, _ in file.strings if (t := self._named(text, file))}
        folder = file.path.rpartition("/")[0]
        package = {
            f.path
            for f in self.code.product()
            if file.language == "go" == f.language and f.path.rpartition("/")[0] == folder
        }
        return frozenset({file.path, *named, *package})

    def imports(self, targets: Iterable[str]) -> frozenset[str]:
        """The files themselves and all that they import or hand over."""
        return frozenset(self.automation.comes_to(self.code, sorted(targets)))

    def _named(self, text: str, file: SourceFile) -> str:
        """The file that a string means: a command, a path, or the dotted name of a task."""
        if len(text) > 300 or "\n" in text.strip():
            return ""
        near = file.path.rpartition("/")[0]
        if " " in text or text.endswith((".py", ".ipynb", ".R", ".sh")):
            words = text if " " in text else f"python {text}"
            commands = commands_in([(words, 1)], path=file.path, folder=near)
            runs = [c for c in commands if c.program in ("python", "bash", "Rscript", "papermill")]
            return next((t for c in runs if (t := self.places.target(c, near))), "")
        parts = text.split(".")
        if len(parts) > 1 and all(p.isidentifier() for p in parts):
            dotted = ".".join(parts[:-1])
            return self.places.target(Command(("python", "-m", dotted), file.path), near)
        return ""


def schedules_of(
    tree: Tree,
    workflows: Workflows,
    commands: Commands,
    automation: Automation,
    code: Code,
    clocks: Clocks,
) -> Schedules:
    """Finds every schedule and follows it."""
    finder = _Finder(Places(tree), commands, code, automation)
    found = [
        *_of_workflows(workflows, automation, finder),
        *_of_clocks(clocks, finder),
        *_of_code(code, finder),
    ]
    return Schedules(tuple(sorted(found, key=lambda s: (s.path, s.line, s.kind))))


def _of_workflows(
    workflows: Workflows, automation: Automation, finder: _Finder
) -> Iterator[Schedule]:
    live = {w.path for w in workflows.live}
    for workflow in workflows.items:
        for trigger in workflow.triggers:
            if trigger.event != "schedule":
                continue
            runs = (r.command for r in automation.runs if r.workflow.path == workflow.path)
            started = runs if workflow.path in live else _written(workflow)
            targets = finder.behind(started, "")
            yield Schedule(
                f"{workflow.system} schedule",
                workflow.path,
                trigger.line,
                trigger.value,
                disabled=workflow.path not in live,
                starts=finder.imports(targets),
                targets=targets,
                rehearses="pull_request" in workflow.events,
            )


def _written(workflow: Workflow) -> Iterator[Command]:
    return (c for _, s in workflow.steps(idle=True) for c in s.commands)


def _of_clocks(clocks: Clocks, finder: _Finder) -> Iterator[Schedule]:
    for clock in clocks.items:
        near = clock.path.rpartition("/")[0]
        targets = finder.behind(clock.commands, near)
        yield Schedule(
            clock.kind,
            clock.path,
            clock.line,
            clock.expression,
            clock.disabled,
            finder.imports(targets),
            targets,
        )


_BY_NAME = frozenset(SCHEDULE_KEYWORDS)
_BY_METHOD = frozenset(SCHEDULE_METHODS)
_may_schedule = asking(f"{__name__}.may_schedule", names=_BY_NAME, methods=_BY_METHOD, of_all=True)


def _of_code(code: Code, finder: _Finder) -> Iterator[Schedule]:
    for file in answering(code, _may_schedule, outside=Role.NONE):
        around: frozenset[str] | None = None
        for call in _may_schedule(file):
            keyword = _sets_schedule(call)
            if keyword is None:
                continue
            if around is None:
                around = finder.around(file)
            given = dict(call.keywords).get(keyword, "") if keyword else ""
            disabled = bool(keyword) and keyword in dict(call.keywords) and given is None
            kind = f"{call.name.split('.')[0].lstrip('.') or call.method} schedule"
            starts = finder.imports(around)
            yield Schedule(kind, file.path, call.line, str(given or ""), disabled, starts, around)


def _sets_schedule(call: Call) -> str | None:
    """The keyword by which a call sets a schedule, "" where the call does so itself, else None."""
    keywords = SCHEDULE_KEYWORDS.get(call.name)
    if keywords is None and call.name.split(".")[0] not in ("mlflow", "bentoml"):
        keywords = SCHEDULE_METHODS.get(call.method)
        if call.method == "add_job" and keywords and {"cron", "interval"} & set(call.arguments):
            return ""
    if keywords is None:
        return None
    if not keywords:
        return ""
    return next((k for k in keywords if k in call.keyword_names), None)
