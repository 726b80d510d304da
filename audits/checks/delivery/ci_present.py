"""A CI system builds, tests, lints, trains or deploys this repository.

Why an investor asks: work that nobody repeats by hand is work that is done. Without CI every
release depends on the memory of one engineer, and other delivery practices have nothing to stand
on.

How we look: the configuration of two dozen CI systems is parsed where each system reads it. A job
counts if one of its commands or actions builds, tests, lints, trains or deploys.

Yes: at least one live job does such work; the systems are named. Partly: only housekeeping (stale
issues, labels, link checks), or workflows that lie where no system reads them or are switched off.
No: none found.

What we cannot see: pipelines kept in a vendor's console, and whether the jobs that exist succeed.

Remedy (effort: low): add a workflow that installs, lints and tests on every push.

False alarms: a system that is told its path in its own settings (a Jenkinsfile under another name)
is not found.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Grade, Judgement, no, partly, yes
from audits.facts.automation import Automation, Run
from audits.facts.tools.delivery_ci import (
    HOUSEKEEPING_ACTIONS,
    TEST_PROGRAMS,
    WORKING_ACTIONS,
    WORKING_PROGRAMS,
)
from audits.facts.workflows import Job, Step, Workflow, Workflows


@check("delivery/ci-present", effort=Effort.LOW)
def ci_present(workflows: Workflows, automation: Automation) -> Judgement:
    """Judges whether a live job does the work of CI."""
    working = list(_working(workflows, automation))
    if working:
        systems = ", ".join(dict.fromkeys(w.system.value for w, _ in working))
        because = f"{systems} runs jobs that build, test, lint, train or deploy"
        return yes(because, [e for _, e in working], grade=Grade.E3, value=systems)
    live = [Evidence(w.path, w.line, f"{w.system} housekeeping") for w in workflows.live]
    if live:
        systems = ", ".join(dict.fromkeys(w.system.value for w in workflows.live))
        return partly(
            "the only workflows keep house (labels, links, stale issues)", live, value=systems
        )
    parked = [Evidence(w.path, w.line, "no system reads it here") for w in workflows.parked]
    if parked:
        return partly("workflows exist, but where no CI system reads them or switched off", parked)
    return no("no configuration of a CI system was found")


def _working(workflows: Workflows, automation: Automation) -> Iterator[tuple[Workflow, Evidence]]:
    """The first job of each live workflow that does such work."""
    by_step: dict[tuple[str, int], list[Run]] = {}
    for run in automation.runs:
        by_step.setdefault((run.step.path, run.step.line), []).append(run)
    for workflow in workflows.live:
        for job, step in workflow.steps():
            runs = by_step.get((step.path, step.line), [])
            if _works(step) or any(_is_work(r) for r in runs):
                note = (
                    f"{workflow.system}: job {job.name}" if job.name else f"{workflow.system} job"
                )
                yield workflow, Evidence(step.path, step.line, note)
                break
        else:
            remote = next((j for j in workflow.jobs if _called_work(j)), None)
            if remote:
                note = f"{workflow.system}: calls {remote.calls}"
                yield workflow, Evidence(remote.path, remote.line, note)


def _works(step: Step) -> bool:
    name = step.uses.split("@")[0].lower()
    if not name or any(h in name for h in HOUSEKEEPING_ACTIONS):
        return False
    return any(w in name for w in WORKING_ACTIONS)


def _called_work(job: Job) -> bool:
    """Whether a job hands over to a reusable workflow, which does more than keep house."""
    name = job.calls.lower()
    return bool(name) and not job.disabled and not any(h in name for h in HOUSEKEEPING_ACTIONS)


def _is_work(run: Run) -> bool:
    named = {run.command.tool, run.command.program}
    return bool(named & (WORKING_PROGRAMS | TEST_PROGRAMS)) or bool(run.target)
