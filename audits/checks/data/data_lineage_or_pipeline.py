"""The way from data to model is defined as a pipeline that a machine can read.

Why an investor asks: where the steps and their order are written down, a model can be made again
and a wrong number traced to its source. Where they are in somebody's head, neither can be done.

How we look: stages of DVC, DAGs and flows of twenty orchestrators in configuration and in code,
task graphs whose tasks name what they depend on, Snakemake and Nextflow rules, and CI jobs that
hand artefacts on. Then scripts and programs that run several of the repository's steps in order.

Yes: at least two dependent steps in such a definition. Partly: a shell script, a Makefile or one
program runs the steps in order, or the definition is only an example. No: neither.

What we cannot see: pipelines built in an orchestrator's own interface.

Remedy (effort: medium): write the steps with their inputs and outputs as stages of DVC or of the
orchestrator in use.

False alarms: a flow that moves other data than that of the model.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, Needs, no, partly, yes
from audits.facts.automation import Automation, Places, imported_from
from audits.facts.code import Code, Definition, SourceFile
from audits.facts.commands import Commands, Kind, Recipe
from audits.facts.learning import Learning
from audits.facts.pipelines import Pipelines
from audits.facts.readings import asking, reading
from audits.facts.shell import Command
from audits.facts.tools.data_steps import (
    DRIVING,
    LEARNING_STEPS,
    PREPARING_STEPS,
    RUNNERS,
    STAGE_PREFIXES,
)
from audits.facts.tree import NOT_PRODUCT, Role, Tree, role_of

_SIDE = Role.EXAMPLE | Role.NOTEBOOK
_LEAST_STAGES = 3
_NEAR = 3
"""Lines around a call within which a string may be what it starts."""


@check("data/data-lineage-or-pipeline", needs=Needs.ML)
def data_lineage_or_pipeline(
    pipelines: Pipelines,
    commands: Commands,
    automation: Automation,
    code: Code,
    learning: Learning,
    tree: Tree,
) -> Judgement:
    """Judges whether the steps and their order are defined."""
    product = pipelines.product()
    main = [p.place for p in product if learning.main_is_side or not p.role & _SIDE]
    main += _handed_on(automation, learning)
    if main:
        return yes("a pipeline of several steps is defined", main, grade=Grade.E2)
    side = [p.place for p in product]
    if side:
        return partly("a pipeline is defined, but only in an example or a notebook", side)
    ordered = [*_by_scripts(commands, code, learning, tree), *_by_programs(code, learning)]
    if ordered:
        return partly("a script or one program runs the steps in order", ordered, grade=Grade.E2)
    return no("no definition and no script puts the steps from data to model in order")


def _handed_on(automation: Automation, learning: Learning) -> list[Evidence]:
    """CI jobs that depend on each other and pass artefacts, one of which trains."""
    trains = {u.path for u in learning.training}
    found: list[Evidence] = []
    for path in dict.fromkeys(r.workflow.path for r in automation.runs):
        runs = [r for r in automation.runs if r.workflow.path == path]
        training = [r for r in runs if r.target in trains]
        workflow = runs[0].workflow
        uses = [s.uses for _, s in workflow.steps()]
        passes = all(any(w in u for u in uses) for w in ("upload-artifact", "download-artifact"))
        jobs = {r.job.name for r in training}
        linked = [j for j in workflow.jobs if jobs & set(j.needs) or (j.name in jobs and j.needs)]
        if training and passes and linked:
            found += [r.place for r in training] + [Evidence(j.path, j.line) for j in linked]
    return found


def _by_scripts(
    commands: Commands, code: Code, learning: Learning, tree: Tree
) -> Iterator[Evidence]:
    """Recipes that run several sources of the repository, one of which learns or predicts."""
    places = Places(tree)
    learns = {u.path for u in (*learning.training, *learning.inference)}
    for recipe in commands.recipes:
        if recipe.kind not in (Kind.SCRIPT, Kind.MAKE, Kind.TASK, Kind.PACKAGE, Kind.PROCESS):
            continue
        if role_of(recipe.path) & (NOT_PRODUCT | Role.EXAMPLE):
            continue
        own = [c for c in recipe.commands if c.program not in ("make", "bash", "sh")]
        inner = commands.reached(_with_needs(recipe, commands)) if len(own) < 2 else own
        steps = {t: c for c in inner if (t := places.target(c, recipe.folder))}
        steps = {t: c for t, c in steps.items() if not role_of(t) & NOT_PRODUCT}
        reaching = [t for t in steps if learns & imported_from(code, [t]).keys()]
        if len(steps) > 1 and reaching:
            yield from (Evidence(c.path, c.line, f"runs {t}") for t, c in steps.items())


def _with_needs(recipe: Recipe, commands: Commands) -> list[Command]:
    """What a target runs, with what the targets it needs run first."""
    needed = [r for r in commands.at(recipe.path) if r.name and r.name in recipe.needs]
    return [*(c for r in needed for c in r.commands), *recipe.commands]


def _by_programs(code: Code, learning: Learning) -> Iterator[Evidence]:
    """Programs that call a preparing and a learning step, or start several scripts."""
    learns = {u.path for u in (*learning.training, *learning.inference)}
    for file in code.product(NOT_PRODUCT | _SIDE):
        if not (file.has_main or file.language != "python"):
            continue
        yield from _started(file, code, learns)
        yield from _called(file, code, learns)
        yield from _staged(file, code, learns)


_running = asking(f"{__name__}.running", names=RUNNERS)


def _started(file: SourceFile, code: Code, learns: set[str]) -> Iterator[Evidence]:
    starts = _running(file)
    if not starts:
        return
    near = {n for c in starts for n in range(c.line - _NEAR, c.line + _NEAR + 1)}
    words = (w for t, n in file.strings if n in near and len(t) < 300 for w in t.split())
    names = {w.rsplit("/", 1)[-1] for w in words if w.endswith((".py", ".R", ".ipynb"))}
    sources = {f.path for f in code.product() if f.path.rsplit("/", 1)[-1] in names}
    sources.discard(file.path)
    if len(sources) > 1 and learns & imported_from(code, sorted(sources)).keys():
        yield Evidence(file.path, starts[0].line, "starts the steps one after another")


def _staged(file: SourceFile, code: Code, learns: set[str]) -> Iterator[Evidence]:
    """A program whose functions are numbered or named as its stages."""
    stages = _stages(file)
    if len(stages) >= _LEAST_STAGES and learns & imported_from(code, [file.path]).keys():
        yield from (Evidence(file.path, d.line, f"stage {d.name}") for d in stages)


@reading
def _stages(file: SourceFile) -> Iterator[Definition]:
    for each in file.definitions:
        if each.kind == "function" and each.name.lower().lstrip("_").startswith(STAGE_PREFIXES):
            yield each


def _called(file: SourceFile, code: Code, learns: set[str]) -> Iterator[Evidence]:
    imported = set(file.targets)
    drives = DRIVING & set(file.path.lower().replace("/", "_").rsplit(".", 1)[0].split("_"))
    if not drives or not learns & imported_from(code, sorted(imported)).keys():
        return
    # a step is a function of this repository that another file defines
    steps = [c for c in file.calls if ":" in c.name and not c.name.startswith(f"{file.path}:")]
    first: dict[str, int] = {}
    for call in steps:
        words = set(call.method.lower().split("_"))
        if words & PREPARING_STEPS:
            first.setdefault("prepares", call.line)
        elif words & LEARNING_STEPS:
            first.setdefault("learns", call.line)
    if len(first) > 1:
        for what, line in first.items():
            yield Evidence(file.path, line, f"{what} as one of several steps")
