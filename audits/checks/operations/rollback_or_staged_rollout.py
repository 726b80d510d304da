"""A new version is let in bit by bit or beside the old one, or there is a tried way back.

Why an investor asks: a model that passed every test can still fail on what customers send. What
counts then is how many of them notice, and how long it lasts.

How we look: settings of manifests, infrastructure and programs that split traffic or go back by
themselves;
commands and scripts that take a version back; releases that wait for a comparison with the model in
use; jobs that promote through separate environments.

Yes: canary, blue and green, a split of traffic, a comparison with the model in use before it is
replaced, or a scripted rollback. Partly: separate staging and production, stages of a registry, a
strategy that is only named, or what no system runs. No: none.

What we cannot see: what a platform does by its own settings, and whether the way back was tried.

Remedy (effort: medium): keep the last version, and write the command that brings it back.

False alarms: the word rollback for a database's transaction is no rollback and is left out; a
script that is only named so may do something else.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, no, partly, yes
from audits.facts.automation import Automation
from audits.facts.code import Code
from audits.facts.commands import Commands, Kind
from audits.facts.deploying import is_verb
from audits.facts.gates import Gate, Gates
from audits.facts.readings import answering, asking
from audits.facts.rollouts import Rollouts
from audits.facts.shell import Command
from audits.facts.tools.delivery_ci import HOUSEKEEPING_ACTIONS
from audits.facts.tools.operations_rollouts import (
    APPROVALS,
    BACK_NAMES,
    COMPARED,
    DEFAULT_VERSIONS,
    GOING_BACK,
    IN_USE,
    PRODUCTION,
    STAGE_CALLS,
    STAGING,
    TALKING,
)
from audits.facts.tree import NOT_PRODUCT, role_of
from audits.facts.workflows import Job, Workflows


@check("operations/rollback-or-staged-rollout")
def rollback_or_staged_rollout(
    rollouts: Rollouts,
    workflows: Workflows,
    automation: Automation,
    commands: Commands,
    gates: Gates,
    code: Code,
) -> Judgement:
    """Judges the ways in and the way back."""
    strong = [e for r in automation.runs if is_back(r.command) for e in (r.place, r.started_at)]
    strong += [*_scripted(commands), *_going_back(workflows)]
    applied = _Applied.by(commands, automation)
    strong += [e for e in rollouts.strategies if applied.has(e.path)]
    stages = list(_stages(code))
    # a decision that is only noted counts where versions are then moved between stages
    moves = stages or any(_sets_default(f) for f in code.product())
    decided = ("withholds", "flags") if moves else ("withholds",)
    strong += [
        g.place
        for g in gates.items
        if g.effect in decided and not g.role & NOT_PRODUCT and _is_in_use(g)
    ]
    if strong:
        because = "a version is let in step by step or can be taken back by a script"
        return yes(because, strong, grade=Grade.E2)
    weak = [*rollouts.strategies, *rollouts.ordered, *_written(workflows)]
    weak += [*_environments(workflows), *stages, *_going_back(workflows, acting=False)]
    weak += [
        Evidence(f.path, c.line, "asks for approval")
        for f in answering(code, _asks)
        for c in _asks(f)
    ]
    if weak:
        return partly("a strategy is named, or versions pass through separate stages", weak)
    return no("no staged rollout and no way back was found")


def is_back(command: Command) -> bool:
    """Whether a command takes a version back or shifts traffic between two."""
    if is_verb(command, GOING_BACK):
        return True
    split = [w for w in command.words if "=" in w and w.count("weight") > 1]
    return command.program == "helm" and ("--atomic" in command.words or bool(split))


def _scripted(commands: Commands) -> Iterator[Evidence]:
    """Scripts and make targets that are there to go back, or that do."""
    for recipe in commands.recipes:
        if role_of(recipe.path) & NOT_PRODUCT or recipe.kind in (Kind.CONFIG, Kind.CONSOLE):
            continue
        name = recipe.name or recipe.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        words = name.lower()
        named = any(b in words for b in BACK_NAMES) and not any(d in words for d in _DATABASE)
        if named and any(c.program not in TALKING for c in recipe.commands):
            yield Evidence(recipe.path, recipe.line, f"{name} goes back")
        for command in recipe.commands:
            if is_back(command):
                yield Evidence(command.path, command.line, f"runs {command.text[:50]}")


def _is_in_use(gate: Gate) -> bool:
    """Whether a comparison is with the model in use, by the names in it and around it."""
    names = f"{gate.metric} {gate.scope}".lower()
    words = gate.against.lower().replace("_", " ").split()
    return any(w in names for w in COMPARED) or not IN_USE.isdisjoint(words)


def _going_back(workflows: Workflows, *, acting: bool = True) -> Iterator[Evidence]:
    """Live jobs that are there to go back, and that do something or only speak of it."""
    for workflow in workflows.live:
        for job in workflow.jobs:
            name = job.name.lower()
            named = any(b in name for b in BACK_NAMES) and not any(d in name for d in _DATABASE)
            if named and not job.disabled and (bool(job.calls) or _acts(job)) is acting:
                yield Evidence(job.path, job.line, f"job {job.name} goes back")


def _acts(job: Job) -> bool:
    """Whether one of its steps does more than to prepare, to print or to tell somebody."""
    actions = (s.uses.lower() for s in job.steps if s.uses and not s.disabled)
    if any(not any(h in name for h in HOUSEKEEPING_ACTIONS) for name in actions):
        return True
    return any(c.program not in TALKING for s in job.steps for c in s.commands)


_DATABASE = ("migrat", "db", "database", "alembic")


class _Applied(Struct, frozen=True):
    """Words of the commands by which manifests are put into service."""

    words: frozenset[str]

    @classmethod
    def by(cls, commands: Commands, automation: Automation) -> "_Applied":
        """Those of scripts, make targets and live workflows."""
        written = (
            c for r in commands.recipes if not role_of(r.path) & NOT_PRODUCT for c in r.commands
        )
        every = [*written, *(r.command for r in automation.runs)]
        return cls(frozenset(w for c in every for w in c.words if "/" in w or "." in w))

    def has(self, path: str) -> bool:
        """Whether a command names a file or a folder above it; infrastructure names none."""
        if path.endswith((".tf", ".hcl", ".py")) or path.rsplit("/", 1)[-1].startswith(_WHOLE):
            return True
        above = [path]
        while "/" in above[-1]:
            above.append(above[-1].rpartition("/")[0])
        folders = [f for f in above if "/" in f or f == path or len(above) == _SHALLOW]
        ends = {w.strip("\"'").rstrip("/").removeprefix("./") for w in self.words}
        return any(w == f or w.endswith(f"/{f}") for w in ends for f in folders)


_SHALLOW = 2
_WHOLE = ("serverless.", "template.", "samconfig", "azure-pipelines", "appspec")


def _written(workflows: Workflows) -> Iterator[Evidence]:
    for workflow in workflows.parked:
        for _, step in workflow.steps(idle=True):
            for command in step.commands:
                if is_back(command):
                    yield Evidence(command.path, command.line, "not run by any CI system")


def _environments(workflows: Workflows) -> Iterator[Evidence]:
    """Jobs that deploy to staging and to production, where one waits for the other."""
    for workflow in workflows.live:
        jobs = [(j, _words(j.environment)) for j in workflow.jobs if j.environment]
        early = [j for j, words in jobs if words & STAGING]
        late = [j for j, words in jobs if words & PRODUCTION and j.needs]
        if early and late:
            yield from (Evidence(j.path, j.line, j.environment) for j in (*early, *late))


_sets_default = asking(f"{__name__}.sets_default", keywords=DEFAULT_VERSIONS, of_all=True)
_asks = asking(f"{__name__}.asks", keywords=APPROVALS, of_all=True)
_moves = asking(f"{__name__}.moves", methods=frozenset(STAGE_CALLS), of_all=True)


def _words(name: str) -> set[str]:
    return set(name.lower().replace("-", " ").replace("_", " ").split())


def _stages(code: Code) -> Iterable[Evidence]:
    return [
        Evidence(f.path, c.line, f"calls {c.method}")
        for f in answering(code, _moves)
        for c in _moves(f)
        if not c.is_own
    ]
