"""A workflow lets strangers in, hands out more than it needs, or lets its one model step fail.

Why an investor asks: a workflow runs with the keys of the company. One that pastes the title of a
pull request into a script, or runs a stranger's code with those keys, is a way into everything that
they open; this is how packages and training pipelines have been taken over.

How we look: workflows that GitHub reads: a checkout of a pull request's own code under
`pull_request_target` or `workflow_run`; fields that strangers write (titles, bodies, comments,
branch names) pasted into a script; `permissions: write-all`; pull requests on self-hosted machines;
secrets that are printed or handed out all at once. In every CI system: programs fetched from the
network and piped into a shell; on Azure the macros for a commit's message and a branch; on Jenkins
a pull request's title or branch in a string that Groovy fills; on GitLab such a variable within
what `eval` or `sh -c` reads; and a step that is the only one to train or evaluate a model and may
fail unnoticed.

Yes (a hazard): strangers can run code or choose its text where keys are at hand, and no condition
keeps them out. Partly: one of the others. No: none. n/a: there is no CI.

What we cannot see: settings of the forge (who may start runs, the token's default rights), remote
reusable workflows, whether a condition that lets some in is the right one.

Remedy (effort: low): hand the text over as an environment variable, check out the base branch, give
the token only the rights that the job needs, and approve runs of strangers by hand.

False alarms: a private repository, where everybody who can open a pull request is trusted.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Finding,
    Grade,
    Judgement,
    Nature,
    Severity,
    no,
    not_applicable,
    partly,
    yes,
)
from audits.facts.automation import Automation
from audits.facts.evaluation import Evaluation
from audits.facts.learning import Learning
from audits.facts.tools import delivery_hazards as hazards
from audits.facts.workflow_hazards import WorkflowHazard, WorkflowHazards
from audits.facts.workflows import Step, System, Workflows

CHECK = "delivery/workflow-hazards"
_FIX = (
    "Hand text over as an environment variable, run no stranger's code where keys are at hand, and "
    "give the job only the rights that it needs."
)
_FIX_FETCHED = "Fetch the program at a fixed version, hold it against its digest, and then run it."
_FIX_FORGIVEN = "Let the step fail the run, so that somebody sees when the model gets worse."
_FETCHED = "pipes a program from the network into a shell"


@check(CHECK, nature=Nature.HAZARD, effort=Effort.LOW)
def workflow_hazards(
    told: WorkflowHazards,
    workflows: Workflows,
    automation: Automation,
    learning: Learning,
    evaluation: Evaluation,
) -> Judgement:
    """Judges by the gravest hazard."""
    if not workflows.live:
        return not_applicable("there is no CI")
    found = [*told.items, *_in_scripts(workflows), *_forgiven(automation, learning, evaluation)]
    if not found:
        return no("no workflow has a form that is known to be dangerous")
    found.sort(key=lambda h: (h.severity.rank, h))
    findings = tuple(_finding(h) for h in found)
    places = [h.place for h in found]
    grave = sum(h.severity is Severity.HIGH for h in found)
    if grave:
        because = (
            f"{grave} {'place' if grave == 1 else 'places'} where strangers can reach the keys"
        )
        return yes(because, places, grade=Grade.E2, findings=findings)
    because = f"{len(found)} {'place' if len(found) == 1 else 'places'} to tighten, none wide open"
    return partly(because, places, findings=findings)


def _in_scripts(workflows: Workflows) -> Iterator[WorkflowHazard]:
    """What the lines of scripts show in every CI system."""
    for workflow in workflows.live:
        for _, step in workflow.steps():
            for text, line in step.script:
                if hazards.PIPED_INTO_A_SHELL.search(text):
                    open_to_all = hazards.UNENCRYPTED.search(text)
                    severity = Severity.MEDIUM if open_to_all else Severity.LOW
                    yield WorkflowHazard(step.path, line, _FETCHED, severity)
                if pasted := _pasted(workflow.system, step, text):
                    what = f"pastes “{pasted}”, which whoever commits writes, into a script"
                    yield WorkflowHazard(step.path, line, what, Severity.MEDIUM)


def _pasted(system: System, step: Step, text: str) -> str:
    """What strangers write and a shell would read as commands, in systems other than GitHub's."""
    if system is System.AZURE:
        found = hazards.CHOSEN_BY_STRANGERS_ON_AZURE.search(text)
        return found[0] if found else ""
    if system is System.JENKINS:
        found = hazards.CHOSEN_BY_STRANGERS_ON_JENKINS.search(text) if step.filled else None
        return found[0] if found else ""
    if system is System.GITLAB:
        found = hazards.CHOSEN_BY_STRANGERS_ON_GITLAB.search(text)
        return found[1] if found else ""
    return ""


def _forgiven(
    automation: Automation, learning: Learning, evaluation: Evaluation
) -> Iterator[WorkflowHazard]:
    """The only steps that train or evaluate, where none of them can fail a run."""
    about_models = {u.path for u in learning.training} | {m.path for m in evaluation.measures}
    runs = [r for r in automation.runs if r.target in about_models]
    if runs and all(r.forgiven for r in runs):
        what = "the only step that trains or evaluates a model may fail unnoticed"
        yield WorkflowHazard(runs[0].place.path, runs[0].place.line, what, Severity.LOW)


def _finding(hazard: WorkflowHazard) -> Finding:
    fix = _FIX
    if hazard.what == _FETCHED:
        fix = _FIX_FETCHED
    elif "fail unnoticed" in hazard.what:
        fix = _FIX_FORGIVEN
    title = hazard.what[0].upper() + hazard.what[1:]
    return Finding(CHECK, hazard.severity, title, hazard.path, hazard.line, fix, title)
