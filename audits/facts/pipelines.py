"""Pipelines that are defined so that a machine can read them: several steps that hang together."""

from collections.abc import Iterator

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Code, SourceFile
from audits.facts.commands import Commands, Kind
from audits.facts.readings import answering, reading_of_all
from audits.facts.tools.data_pipelines import PIPELINE_CALLS, STEP_BASES, STEP_CALLS
from audits.facts.tree import NOT_PRODUCT, Role, role_of

LEAST_STEPS = 2


class Pipeline(Struct, frozen=True):
    """A pipeline with the tool it is written for and the number of its steps, 0 if unknown.

    `assets` are the data assets that it reads, as written (`azureml:name:3`), with their lines.
    """

    tool: str
    path: str
    line: int
    steps: int = 0
    name: str = ""
    assets: tuple[tuple[str, int], ...] = ()

    @property
    def place(self) -> Evidence:
        """Where it is defined."""
        return Evidence(self.path, self.line, f"{self.tool} pipeline")

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)


class Graphs(Struct, frozen=True):
    """Pipelines that configuration files define."""

    items: tuple[Pipeline, ...] = ()


class Pipelines(Struct, frozen=True):
    """Pipelines of configuration and of code, sorted by path."""

    items: tuple[Pipeline, ...] = ()

    def product(self, outside: Role = NOT_PRODUCT) -> tuple[Pipeline, ...]:
        """Those whose path has none of these roles."""
        return tuple(p for p in self.items if not p.role & outside)


def pipelines_of(graphs: Graphs, commands: Commands, code: Code) -> Pipelines:
    """Brings both kinds together."""
    found = [*graphs.items, *_of_dvc(commands), *_of_code(code)]
    return Pipelines(tuple(sorted(found, key=lambda p: (p.path, p.line, p.tool))))


def _of_dvc(commands: Commands) -> Iterator[Pipeline]:
    for path in dict.fromkeys(r.path for r in commands.of(Kind.DVC)):
        stages = [r for r in commands.at(path) if r.kind is Kind.DVC and r.commands]
        if len(stages) >= LEAST_STEPS:
            yield Pipeline("DVC", path, stages[0].line, len(stages))


def _of_code(code: Code) -> Iterator[Pipeline]:
    steps = _steps_of(code)
    for file in answering(code, _named, _inheriting):
        seen: set[str] = set()
        for name, line in _named(file):
            tool = PIPELINE_CALLS.get(name, "")
            if not tool and name in STEP_CALLS and steps.get(STEP_CALLS[name][1], 0) > 1:
                tool = STEP_CALLS[name][0]
            if tool and tool not in seen:
                seen.add(tool)
                yield Pipeline(tool, file.path, line)
        for tool, name, line in _inheriting(file):
            if tool != "Luigi" or steps.get("luigi.Task", 0) > 1:
                yield Pipeline(tool, file.path, line, name=name)


_NAMES = frozenset((*PIPELINE_CALLS, *STEP_CALLS))


@reading_of_all
def _named(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Calls and decorators with the line they stand on."""
    yield from ((c.name, c.line) for c in file.calls_of(names=_NAMES))
    yield from ((d, i.line) for i in file.definitions for d in i.decorators)


@reading_of_all
def _may_be_steps(file: SourceFile) -> Iterator[str]:
    """What its definitions are decorated with, and what they inherit from."""
    yield from (d for i in file.definitions for d in i.decorators)
    yield from (b for i in file.definitions for b in i.bases)


@reading_of_all
def _inheriting(file: SourceFile) -> Iterator[tuple[str, str, int]]:
    """Definitions of a pipeline's kind: the tool, the name and the line."""
    for item in file.definitions:
        if bases := [STEP_BASES[b] for b in item.bases if b in STEP_BASES]:
            yield bases[0], item.name, item.line


def _steps_of(code: Code) -> dict[str, int]:
    """How many steps of each kind there are in the product."""
    found: dict[str, int] = {}
    for file in answering(code, _may_be_steps):
        for name in _may_be_steps(file):
            found[name] = found.get(name, 0) + 1
    return found
