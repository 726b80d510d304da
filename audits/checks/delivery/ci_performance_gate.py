"""A model that is not good enough stops the pipeline before it is registered or released.

Why an investor asks: a team that measures and ships anyway learns it from its customers. A gate
that no one can forget is what turns evaluation into quality.

How we look: code is read for comparisons of a metric with a threshold or with the model in use
that lead to a failure (raise, exit, cancel) or decide on registration; pipelines for condition
steps; workflows for programs that evaluate and fail. Then whether CI, or a pipeline that CI
submits, comes to that code, and whether its failure gets through (`|| true`, continue-on-error).

Yes: such a comparison runs in CI and can stop it. Partly: it exists but CI does not run it, it
only sets a flag, or its failure is forgiven. No: metrics are computed or reported, nothing stops.
n/a: no CI, and no training or evaluation code.

What we cannot see: rules in a registry's or a platform's settings, and whether the threshold means
anything.

Remedy (effort: medium): compare the candidate with the model in use on a fixed set in the pipeline,
and fail the step that registers it.

False alarms: a comparison whose names do not say that they are metrics is missed.
"""

from collections.abc import Iterable, Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, Needs, no, not_applicable, partly, yes
from audits.facts.automation import Automation, Run
from audits.facts.code import Code, SourceFile, called_among
from audits.facts.evaluation import Evaluation
from audits.facts.gates import Gate, Gates
from audits.facts.identity import Identity
from audits.facts.names import words_of
from audits.facts.readings import answering, reading, reading_of_all
from audits.facts.tools.delivery_ci import GATING_ACTIONS, GATING_CALLS, GATING_VERBS
from audits.facts.tools.gate_words import DECIDING, NAMELESS, RELEASING, VAGUE
from audits.facts.tree import NOT_PRODUCT
from audits.facts.workflows import Workflows


@check("delivery/ci-performance-gate", needs=Needs.ML)
def ci_performance_gate(
    gates: Gates,
    automation: Automation,
    workflows: Workflows,
    code: Code,
    identity: Identity,
    evaluation: Evaluation,
) -> Judgement:
    """Judges whether a metric can stop what CI starts."""
    if not workflows.live and not identity.training and not evaluation.measures:
        return not_applicable("there is no CI and no code that trains or evaluates")
    measured = {m.path for m in evaluation.measures}
    ours = [g for g in gates.items if not g.role & NOT_PRODUCT and _is_quality(g, measured)]
    reached = _reached(automation, code)
    verbs = [r for r in automation.runs if _is_gating(r)]
    stopping = [g for g in ours if g.effect in ("fails", "withholds")]
    strict = [e for g in stopping for e in _through(g, reached, code)]
    strict += [r.place for r in verbs if not r.forgiven]
    conditions = [e for f in answering(code, _conditions) for e in _conditions(f)]
    strict += [e for e in conditions if e.path in reached]
    strict += list(_by_actions(workflows))
    if strict:
        return yes("a metric decides whether the pipeline goes on", strict, grade=Grade.E3)
    forgiven = [r.place for r in verbs]
    weaker = [*forgiven, *(g.place for g in stopping), *conditions]
    if weaker:
        return partly("a metric could stop a release, but CI does not depend on it", weaker)
    flags = [g.place for g in ours if g.effect == "flags"]
    if flags:
        return partly("a comparison of metrics is noted, but nothing stops on it", flags)
    return no("no step fails or withholds a model because of a metric")


def _is_quality(gate: Gate, measured: set[str]) -> bool:
    """A metric by its own name, or by a vague one where it is measured or a release decided."""
    words = set(gate.metric.lower().replace("-", "_").split("_"))
    decides = set(gate.scope.lower().rsplit(".", 1)[-1].split("_")) & RELEASING
    return not words & VAGUE or gate.path in measured or bool(decides)


def _reached(automation: Automation, code: Code) -> dict[str, Evidence]:
    """The files that CI comes to without forgiving a failure, with the place in CI."""
    places: dict[str, Evidence] = {}
    for run in automation.runs:
        if run.target and not run.forgiven:
            places.setdefault(run.target, run.started_at)
    origin = automation.comes_to(code, sorted(places))
    found = {path: places[start] for path, start in origin.items()}
    if any(_submits(code, path) for path in found):
        for path, place in automation.named:
            found.setdefault(path, place)
    for run in automation.runs:
        found.setdefault(run.step.path, run.started_at)
    return found


def _submits(code: Code, path: str) -> bool:
    """Whether a file builds or starts a pipeline of a platform."""
    source = code.get(path)
    return source is not None and _brings_platform(source)


@reading
def _brings_platform(file: SourceFile) -> bool:
    modules = ("azureml.pipeline", "azure.ai.ml", "sagemaker.workflow", "kfp", "tfx",
               "google.cloud.aiplatform")  # fmt: skip
    names = [i.module for i in file.imports]
    return any(n == m or n.startswith(f"{m}.") for n in names for m in modules)


def _through(gate: Gate, reached: dict[str, Evidence], code: Code) -> Iterator[Evidence]:
    """The gate and the place in CI that comes to it, where the function it is in is called."""
    place = reached.get(gate.path)
    if place is None:
        return
    name = gate.scope.rsplit(".", 1)[-1]
    files = (f for p in reached if (f := code.get(p)))
    if not name or called_among(files, {name}):
        yield gate.place
        yield place


def _is_gating(run: Run) -> bool:
    verbs = GATING_VERBS.get(run.command.tool, ())
    return any(v in run.command.operands[:2] for v in verbs)


def _by_actions(workflows: Workflows) -> Iterable[Evidence]:
    for workflow in workflows.live:
        for job, step in workflow.steps():
            named = any(step.uses.startswith(a) for a in GATING_ACTIONS)
            if named and not (step.forgiven or job.forgiven):
                yield Evidence(step.path, step.line, f"runs {step.uses}")


@reading_of_all
def _conditions(file: SourceFile) -> tuple[Evidence, ...]:
    """Conditions of pipelines, those apart that look at a mode or a switch."""
    places = file.places_of(GATING_CALLS)
    lines = {e.line for e in places if e.note.endswith(_BRANCHES)}
    texts = [(words_of(t) - NAMELESS, at) for t, at in file.strings if at in lines]
    named = {at for said, at in texts if said}
    deciding = {at for said, at in texts if said & DECIDING}
    return tuple(e for e in places if e.line not in named - deciding)


_BRANCHES = (".Condition", ".If")
"""Ends of the calls that hold any two values against each other."""
