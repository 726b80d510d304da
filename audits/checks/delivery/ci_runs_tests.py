"""CI runs automated tests of the repository's code.

Why an investor asks: tests that only run when somebody remembers them stop running. A test that CI
runs on every change is the cheapest evidence that the product does today what it did yesterday.

How we look: the steps of live workflows are followed through make targets, shell scripts, package
scripts, tox, nox and submitted job files to the commands that they come to. A command counts if it
is a test runner of any language; the words "test" in a job's or step's name do not.

Yes: a live job runs tests and a failing test fails the job. Partly: failures are tolerated
(`|| true`, continue-on-error, a script that goes on), only collection or a smoke check runs, or the
step that would test is disabled or parked. No: CI runs no test. n/a: there is no CI.

What we cannot see: whether the runs pass, and tests inside a reusable workflow of another
repository unless the job hands it a test folder of this one.

Remedy (effort: low): add a step that runs the test command and let it fail the job.

False alarms: a runner started by a program that we do not follow (a Python driver script).
"""

import re
from collections.abc import Iterable

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Grade,
    Judgement,
    no,
    not_applicable,
    partly,
    yes,
)
from audits.facts.automation import Automation, Run
from audits.facts.shell import Command
from audits.facts.testing import is_test_run
from audits.facts.tools.delivery_ci import SMOKE_FLAGS, TEST_ACTIONS
from audits.facts.tree import NOT_PRODUCT, Role, Tree, role_of
from audits.facts.workflows import Job, Step, Workflow, Workflows


@check("delivery/ci-runs-tests", effort=Effort.LOW)
def ci_runs_tests(workflows: Workflows, automation: Automation, tree: Tree) -> Judgement:
    """Judges whether a test runner runs in CI and can fail it."""
    if not workflows.live:
        parked = _written(workflows.parked)
        if parked:
            return partly("tests are in workflows that no CI system runs", parked)
        return not_applicable("there is no CI")
    runs = [r for r in automation.runs if is_test_run(r.command)]
    strict = [r for r in runs if not r.forgiven and not _collects_only(r.command)]
    if strict:
        return yes(
            "CI runs automated tests and stops on a failure", _places(strict), grade=Grade.E3
        )
    actions = [e for w in workflows.live for j, s in w.steps() if (e := _by_action(s, j))]
    handed = [e for w in workflows.live for j in w.jobs if (e := _handed_over(j, tree))]
    if actions or handed:
        return yes("CI runs automated tests through an action", [*actions, *handed], grade=Grade.E2)
    if runs:
        because = "tests run in CI, but a failing test does not fail the job"
        return partly(because, _places(runs), grade=Grade.E2)
    smoke = [r for r in automation.runs if _is_smoke(r)]
    if smoke:
        return partly(
            "CI only tries the program out in a step that it calls a test", _places(smoke)
        )
    disabled = _disabled(workflows.live)
    if disabled:
        return partly("the step that runs tests is disabled", disabled)
    return no("no step of a live workflow comes to a test runner")


def _is_smoke(run: Run) -> bool:
    """The program itself, or an import of it, in a step, job or workflow named a test."""
    names = " ".join((run.step.name, run.job.name, run.workflow.name)).lower()
    named = set(names.replace("-", " ").replace("_", " ").split()) & {"test", "tests", "smoke"}
    inline = run.command.program == "python" and "-c" in run.command.words
    source = run.target.endswith((".py", ".R", ".jl", ".ts", ".js"))
    return bool(named) and (inline or (source and not role_of(run.target) & NOT_PRODUCT))


def _collects_only(command: Command) -> bool:
    return bool(SMOKE_FLAGS & set(command.words))


def _places(runs: Iterable[Run]) -> list[Evidence]:
    found: list[Evidence] = []
    for run in runs:
        note = f"{run.workflow.system} runs {run.command.text[:60]}"
        found.append(Evidence(run.command.path, run.command.line, note))
        if run.command.path != run.step.path:
            found.append(run.started_at)
    return found


def _by_action(step: Step, job: Job) -> Evidence | None:
    name = step.uses.lower()
    inputs = {v.strip().lower() for _, v in step.inputs}
    by_input = any(k in name for k in ("cargo", "dotnetcore", "maven@", "gradle@", "npm@"))
    tests = any(a in name for a in TEST_ACTIONS) or (by_input and "test" in inputs)
    if tests and not (step.forgiven or job.forgiven):
        return Evidence(step.path, step.line, f"runs {step.uses}")
    return None


def _handed_over(job: Job, tree: Tree) -> Evidence | None:
    """Another repository's workflow that is given the tests, or called by a job named for them."""
    if not job.calls or job.calls.startswith("./") or job.disabled:
        return None
    folders = {f.path.rsplit("/", 1)[0] for f in tree if f.role & Role.TEST and "/" in f.path}
    for name, value, line in job.inputs:
        path = value.strip("./")
        inside = any(f == path or f.startswith(f"{path}/") for f in folders)
        if "test" in name.lower() and path and inside:
            return Evidence(job.path, line, f"hands {value} to {job.calls}")
    named = set(re.findall(r"[a-z]+", job.name.lower())) & {"test", "tests"}
    return Evidence(job.path, job.line, f"tests by {job.calls}") if named and folders else None


def _written(workflows: Iterable[Workflow]) -> list[Evidence]:
    return [
        Evidence(c.path, c.line, "not run by any CI system")
        for w in workflows
        for _, s in w.steps(idle=True)
        for c in s.commands
        if is_test_run(c)
    ]


def _disabled(workflows: Iterable[Workflow]) -> list[Evidence]:
    return [
        Evidence(c.path, c.line, "disabled")
        for w in workflows
        for j, s in w.steps(idle=True)
        if j.disabled or s.disabled
        for c in s.commands
        if is_test_run(c)
    ]
