"""CI trains or evaluates a model, or runs evaluations of a language model.

Why an investor asks: a change of code, of data or of a prompt can make a model worse without a
single error. Only a run that measures the model shows it before customers do.

How we look: what live workflows start is followed through make targets, scripts, job files, imports
and the scripts that a submitted pipeline names to the places where the code trains a model or
measures one, and to programs that evaluate. Test runners and servers are left out.

Yes: a live job, or a pipeline that it submits, trains or evaluates, at full or reduced size.
Partly: only a step that calls itself a smoke test does. No: none; fits inside the test suite do not
count. n/a: there is no CI.

What we cannot see: jobs that a vendor's pipeline starts, and whether anybody reads the result.

Remedy (effort: medium): add a job that trains on a sample, measures on a fixed set and reports.

False alarms: a program that loads the training module for another purpose, where a method has the
same name as the training function.
"""

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet

from msgspec import Struct

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, Needs, no, not_applicable, partly, yes
from audits.facts.automation import Automation, Run
from audits.facts.code import Code, SourceFile
from audits.facts.evaluation import Evaluation
from audits.facts.learning import Learning
from audits.facts.names import words_of
from audits.facts.readings import answering, reading, reading_of_all
from audits.facts.testing import is_test_run
from audits.facts.tools.data_pipelines import TRYING
from audits.facts.tools.delivery_models import (
    COMPILING,
    CONTAINED_STEPS,
    MODEL_ACTIONS,
    MODEL_VERBS,
    SUBMITTING,
    TRAINING_STEPS,
)
from audits.facts.tree import Role, role_of
from audits.facts.workflows import Workflows

Place = tuple[str, int, str]


@check("delivery/ci-trains-or-evaluates-model", needs=Needs.ML)
def ci_trains_or_evaluates_model(
    workflows: Workflows,
    automation: Automation,
    learning: Learning,
    evaluation: Evaluation,
    code: Code,
) -> Judgement:
    """Judges whether what CI starts comes to training or to a measure of quality."""
    if not workflows.live:
        return not_applicable("there is no CI")
    wanted = [(u.path, u.line, u.scope) for u in learning.training]
    wanted += [(m.path, m.line, m.scope) for m in evaluation.measures]
    idle = _compiling(automation, code)
    runs = [r for r in automation.runs if not (r.serves or is_test_run(r.command))]
    runs = [r for r in runs if r not in idle] if idle else runs
    finder = _Finder(code, automation, wanted)
    comes = {target: finder.behind(target) for target in {r.target for r in runs}}
    found = [(r, e) for r in runs if (e := comes[r.target].reached)]
    found += [(r, (r.place,)) for r in runs if _is_verb(r)]
    found += [(r, e) for r in runs if (e := comes[r.target].ordered)]
    real = [e for r, places in found if not _is_smoke(r) for e in (r.started_at, r.place, *places)]
    real += list(_by_actions(workflows))
    real += list(_named(automation, wanted))
    if real:
        return yes("CI trains or evaluates a model", real, grade=Grade.E3)
    if found:
        smoke = [e for r, places in found for e in (r.started_at, *places)]
        return partly("only a smoke test in CI trains or evaluates", smoke, grade=Grade.E2)
    return no("nothing that CI starts comes to training or evaluation")


class _Behind(Struct, frozen=True):
    """What a file that CI starts comes to: places that learn or measure, trainings it orders."""

    reached: tuple[Evidence, ...] = ()
    ordered: tuple[Evidence, ...] = ()


class _Finder:
    """Follows what CI starts; most of it comes to the same files, and each is asked once."""

    def __init__(self, code: Code, automation: Automation, wanted: Iterable[Place]) -> None:
        self._code, self._automation = code, automation
        self._wanted = [(path, line, s.rsplit(".", 1)[-1]) for path, line, s in wanted]
        self._names = frozenset(name for _, _, name in self._wanted if name)
        self._called: dict[str, AbstractSet[str]] = {}
        self._makers = {f.path: f for f in answering(code, _steps_of)}

    def behind(self, target: str) -> _Behind:
        """What a file comes to; nothing where it is a test, or where none is started."""
        if not target or role_of(target) & Role.TEST:
            return _Behind()
        paths = self._automation.comes_to(self._code, [target])
        makers = (self._makers[path] for path in paths if path in self._makers)
        return _Behind(
            tuple(self._reached(target, paths)), tuple(e for f in makers for e in _steps_of(f))
        )

    def _reached(self, target: str, paths: Collection[str]) -> Iterator[Evidence]:
        """The places of training and measuring that it really comes to."""
        near = [place for place in self._wanted if place[0] in paths]
        called = frozenset[str]().union(*(self._calls(path) for path in paths if near))
        for path, line, name in near:
            if not name or name in called or path == target:
                yield Evidence(path, line, "reached from CI")

    def _calls(self, path: str) -> AbstractSet[str]:
        """The names of functions that learn or measure which a file calls."""
        if path not in self._called:
            file = self._code.get(path)
            self._called[path] = file.methods_among(self._names) if file else frozenset()
        return self._called[path]


@reading
def _steps_of(file: SourceFile) -> Iterator[Evidence]:
    for call in file.calls_of(modules=TRAINING_STEPS):
        yield Evidence(file.path, call.line, f"orders {call.method}")
    for item in file.definitions:
        contained = any(d.endswith(CONTAINED_STEPS) for d in item.decorators)
        if contained and words_of(item.name) & TRYING:
            yield Evidence(file.path, item.line, f"step {item.name}")


def _submits(files: list[SourceFile]) -> bool:
    """Whether one of them starts a pipeline, in a function that is called if it is in one."""
    scopes = {c.scope.rsplit(".", 1)[-1] for f in files for c in f.calls_of(methods=SUBMITTING)}
    return "" in scopes or any(not scopes.isdisjoint(f.methods) for f in files if scopes)


def _compiling(automation: Automation, code: Code) -> frozenset[Run]:
    """Runs that only write a pipeline down, in a workflow that starts none."""
    compiled = any(map(_is_compiler, automation.runs))
    if not compiled and not any(_writes_down(f) for f in code.product()):
        return frozenset()
    writes: list[Run] = []
    starts: set[str] = set()
    for run in automation.runs:
        reached = automation.comes_to(code, [run.target]) if run.target else {}
        files = [f for p in reached if (f := code.get(p))]
        if _submits(files):
            starts.add(run.workflow.path)
        elif _is_compiler(run) or any(map(_writes_down, files)):
            writes.append(run)
    return frozenset(r for r in writes if r.workflow.path not in starts)


def _is_compiler(run: Run) -> bool:
    return run.command.tool == "kfp" and "compile" in run.command.words


@reading_of_all
def _writes_down(file: SourceFile) -> bool:
    return any(name.endswith(COMPILING) for name in file.names)


def _is_verb(run: Run) -> bool:
    return any(run.command.operands[: len(v)] == v for v in MODEL_VERBS.get(run.command.tool, ()))


def _by_actions(workflows: Workflows) -> Iterator[Evidence]:
    for workflow in workflows.live:
        for _, step in workflow.steps():
            if step.uses.lower().startswith(MODEL_ACTIONS):
                yield Evidence(step.path, step.line, f"runs {step.uses}")


def _named(automation: Automation, wanted: Iterable[Place]) -> Iterator[Evidence]:
    """Scripts that variables of a workflow name, from which a pipeline is built."""
    paths = {path for path, _, _ in wanted}
    if any(r.target for r in automation.runs):
        yield from (place for path, place in automation.named if path in paths)


def _is_smoke(run: Run) -> bool:
    names = f"{run.step.name} {run.job.name}".lower().replace("-", " ").replace("_", " ")
    return "smoke" in names.split()
