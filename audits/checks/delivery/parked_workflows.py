"""Workflows lie where no CI system reads them.

Why an investor asks: a file that looks like a pipeline and never runs is easily taken for one, by
the team as well. What it promises (tests, gates, releases) does not happen.

How we look: files of the form of a workflow, outside the folder that their system reads, or with
every job switched off; documentation, examples, tests and templates are left out.

Yes (a hazard): such files, and no workflow runs at all. Partly: such files beside workflows that
run. No: none. n/a: there is no workflow of any kind.

What we cannot see: whether a person copies them into place, or another repository calls them.

Remedy (effort: low): move them to where they run, or delete them.

False alarms: a repository of reusable workflows for others.
"""

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
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
from audits.facts.tree import NOT_PRODUCT, Role, role_of
from audits.facts.workflows import Workflow, Workflows

CHECK = "delivery/parked-workflows"
_FIX = "Move this workflow to where its system reads it, or delete it."
_SIDE = NOT_PRODUCT | Role.EXAMPLE


@check(CHECK, nature=Nature.HAZARD, effort=Effort.LOW)
def parked_workflows(workflows: Workflows) -> Judgement:
    """Judges whether workflows lie idle."""
    parked = [w for w in workflows.parked if _is_whole(w) and not role_of(w.path) & _SIDE]
    if not parked:
        if not workflows.live:
            return not_applicable("there is no workflow of any kind")
        return no("every workflow stands where its system reads it")
    places = [Evidence(w.path, w.line, f"never read by {w.system}") for w in parked]
    findings = tuple(_finding(p) for p in places)
    count = len(parked)
    lie = "1 workflow lies" if count == 1 else f"{count} workflows lie"
    if workflows.live:
        return partly(f"{lie} idle beside those that run", places, findings=findings)
    them = "it" if count == 1 else "them"
    because = f"{lie} where nothing reads {them}, and none runs"
    return yes(because, places, grade=Grade.E1, findings=findings)


def _is_whole(workflow: Workflow) -> bool:
    """A workflow of its own with something that starts it, not a part that others call."""
    return bool(workflow.triggers) and not workflow.events <= {"workflow_call"}


def _finding(place: Evidence) -> Finding:
    title = "A workflow lies where its CI system never reads it"
    return Finding(CHECK, Severity.LOW, title, place.path, place.line, _FIX, place.path)
