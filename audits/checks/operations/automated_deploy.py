"""A pipeline puts a new version of the service, the job or the model into its running place.

Why an investor asks: what is deployed by hand is deployed seldom, by one person, and differently
each time. A pipeline makes a fix cheap, also at night.

How we look: the steps of live workflows are followed through make targets and scripts to commands
and actions that deploy, by platform, to pages that an application is served from, and to manifests
that a platform follows; then to those that only publish, and to files that a platform reads.

Yes: a live workflow deploys on a push, a tag, a release or by dispatch. Partly: CI only publishes a
package or an image, a hosting platform's file implies it, the workflow lies where no system reads
it, or another organisation's workflow does what cannot be seen. No: nothing, or scripts run by
hand. Sites of documents do not count.

What we cannot see: platforms that watch the repository by their own settings.

Remedy (effort: medium): let the workflow that builds the image also roll it out, with a check of
the running service at its end.

False alarms: a command that sets up infrastructure without a program of the company on it.
"""

from collections.abc import Iterable, Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, no, partly, yes
from audits.facts.automation import Automation, Run, imported_from
from audits.facts.code import Call, Code, SourceFile, called_among
from audits.facts.containers import Containers
from audits.facts.deploying import Verbs, deploys, is_verb, spawned
from audits.facts.documents import Documents
from audits.facts.given_out import pages_of, written_back
from audits.facts.readings import reading
from audits.facts.tools.operations_deploy import (
    BUILD_AND_PUSH,
    DEPLOY_ACTIONS,
    DEPLOY_INPUTS,
    DEPLOY_LIBRARIES,
    DEPLOY_METHODS,
    DEPLOY_REUSABLE,
    DEPLOY_VERBS,
    DISPATCHING,
    HOSTING_FILES,
    NOT_SERVICE,
    PUBLISH_ACTIONS,
    PUBLISH_VERBS,
    RELEASED,
    RELEASES,
)
from audits.facts.tree import NOT_PRODUCT, Tree
from audits.facts.workflows import Job, Step, Workflow, Workflows


@check("operations/automated-deploy")
def automated_deploy(
    workflows: Workflows,
    automation: Automation,
    code: Code,
    containers: Containers,
    tree: Tree,
    documents: Documents,
) -> Judgement:
    """Judges whether CI deploys."""
    deployed = [*_run(automation, DEPLOY_VERBS), *_acted(workflows.live, DEPLOY_ACTIONS)]
    deployed += _by_programs(automation, code)
    deployed += [*_handed_over(workflows.live, tree), *_dispatched(workflows.live)]
    deployed += pages_of(workflows.live, automation.runs, tree)
    deployed += written_back(workflows.live, automation.runs, containers)
    if deployed:
        return yes("CI deploys new versions", deployed, grade=Grade.E3)
    published = [*_run(automation, PUBLISH_VERBS), *_acted(workflows.live, PUBLISH_ACTIONS)]
    published = [e for e in published if e not in set(_only_noted(workflows.live, automation))]
    published += _pushed(workflows.live)
    if published:
        because = "CI publishes an artefact and deploys nothing"
        return partly(because, published, grade=Grade.E2)
    hosted = [*_hosting(tree, containers), *_space(documents)]
    if hosted:
        return partly("a hosting platform's configuration implies a deployment", hosted)
    parked = [*_written(workflows.parked), *_acted(workflows.parked, DEPLOY_ACTIONS)]
    if parked:
        return partly("a workflow that deploys lies where no CI system runs it", parked)
    hidden = [
        Evidence(j.path, j.line, f"calls {j.calls}")
        for w in workflows.live
        for j in w.jobs
        if _is_foreign(j) and any(x in j.calls.lower() for x in ("release", "publish", "deploy"))
    ]
    if hidden:
        return partly("what another organisation's workflow releases cannot be seen", hidden)
    return no("no pipeline deploys or publishes anything")


def _run(automation: Automation, table: Verbs) -> Iterator[Evidence]:
    for run in automation.runs:
        known = is_verb(run.command, table) or (table is DEPLOY_VERBS and deploys(run.command))
        if known and not _is_site(run.job, run.step, run.workflow):
            yield from _place(run)


def _by_programs(automation: Automation, code: Code) -> Iterator[Evidence]:
    """Programs of its own that CI starts and that put a model or a stack into service."""
    deploys: dict[str, bool] = {}
    for run in automation.runs:
        file = code.get(run.target) if run.target else None
        if file is None or file.role & NOT_PRODUCT:
            continue
        if file.path not in deploys:
            deploys[file.path] = _comes_to_deploy(file.path, automation, code)
        if deploys[file.path] or (_says_deploy(run) and _spawns(file.path, code)):
            yield from _place(run)


def _comes_to_deploy(path: str, automation: Automation, code: Code) -> bool:
    """Whether a program, or a function of what it imports or submits that is called, deploys."""
    reached = (code.get(p) for p in automation.comes_to(code, [path]))
    files = [f for f in reached if f is not None and not f.role & NOT_PRODUCT]
    calls = [(f.path, c) for f in files for c in _puts_out(f)]
    scopes = [(p, c.scope.rsplit(".", 1)[-1]) for p, c in calls]
    called = called_among(files, {scope for _, scope in scopes} - {""})
    return any(p == path or not scope or scope in called for p, scope in scopes)


def _says_deploy(run: Run) -> bool:
    """Whether the command itself is called so, by the program's name or by its verb."""
    return any("deploy" in word.lower() for word in run.command.operands)


def _spawns(path: str, code: Code) -> bool:
    """Whether a program, or what it imports, starts a command that deploys."""
    files = (code.get(p) for p in imported_from(code, [path]))
    return any(f is not None and spawned(f, DEPLOY_VERBS) for f in files)


def _deploys(name: str) -> bool:
    return name.startswith(DEPLOY_LIBRARIES) and name.rsplit(".", 1)[-1] in DEPLOY_METHODS


@reading
def _puts_out(file: SourceFile) -> tuple[Call, ...]:
    return file.calls_where(_deploys)


def _place(run: Run) -> Iterator[Evidence]:
    note = f"{run.workflow.system} runs {run.command.text[:60]}"
    yield Evidence(run.command.path, run.command.line, note)
    if run.command.path != run.step.path:
        yield run.started_at


def _acted(workflows: Iterable[Workflow], actions: tuple[str, ...]) -> Iterator[Evidence]:
    for workflow in workflows:
        for job, step in workflow.steps():
            name = step.uses.lower()
            if any(a in name for a in actions) and not _is_site(job, step, workflow):
                yield Evidence(step.path, step.line, f"runs {step.uses}")


def _only_noted(workflows: Iterable[Workflow], automation: Automation) -> Iterator[Evidence]:
    """Releases that give nothing out but their notes."""
    for workflow in workflows:
        for _, step in workflow.steps():
            named = any(r in step.uses.lower() for r in RELEASES)
            if named and not any(step.input(name) for name in RELEASED):
                yield Evidence(step.path, step.line, f"runs {step.uses}")
    for run in automation.runs:
        words = run.command.operands
        if run.command.program == "gh" and words[:2] == ("release", "create") and not words[3:]:
            yield from _place(run)


def _pushed(workflows: Iterable[Workflow]) -> Iterator[Evidence]:
    """Images that an action builds and also pushes."""
    for workflow in workflows:
        for _, step in workflow.steps():
            if not any(a in step.uses.lower() for a in BUILD_AND_PUSH):
                continue
            push = step.input("push").lower()
            command = step.input("command").lower()
            outputs = step.input("outputs").lower()
            if push not in ("", "false") or "push" in command or "push=true" in outputs:
                yield Evidence(step.path, step.line, f"pushes by {step.uses}")


def _handed_over(workflows: Iterable[Workflow], tree: Tree) -> Iterator[Evidence]:
    """A deploying workflow of another repository that is given files or told where to deploy."""
    for workflow in workflows:
        for job in workflow.jobs:
            called = job.calls.rsplit("/", 1)[-1].lower()
            named = any(w in called for w in DEPLOY_REUSABLE)
            given = any(
                value.strip("./") in tree or name.lower() in DEPLOY_INPUTS
                for name, value, _ in job.inputs
            )
            if _is_foreign(job) and named and given:
                yield Evidence(job.path, job.line, f"calls {job.calls}")


def _dispatched(workflows: Iterable[Workflow]) -> Iterator[Evidence]:
    """Jobs that are there to deploy and tell another repository to do it."""
    for workflow in workflows:
        for job, step in workflow.steps():
            told = DISPATCHING in step.uses.lower() and "deploy" in job.name.lower()
            if told and not _is_site(job, step, workflow):
                yield Evidence(step.path, step.line, f"runs {step.uses}")


def _is_foreign(job: Job) -> bool:
    return bool(job.calls) and not job.calls.startswith("./") and not job.disabled


def _written(workflows: Iterable[Workflow]) -> Iterator[Evidence]:
    for workflow in workflows:
        for _, step in workflow.steps(idle=True):
            for command in step.commands:
                if is_verb(command, DEPLOY_VERBS):
                    yield Evidence(command.path, command.line, "not run by any CI system")


def _is_site(job: Job, step: Step, workflow: Workflow) -> bool:
    """Whether what is put out is a site of documents."""
    text = f"{job.name} {step.name} {workflow.name} {workflow.path.rsplit('/', 1)[-1]}".lower()
    for mark in "-_./":
        text = text.replace(mark, " ")
    return bool(set(text.split()) & set(NOT_SERVICE))


def _hosting(tree: Tree, containers: Containers) -> Iterator[Evidence]:
    for file in tree.named(*HOSTING_FILES):
        if not file.role & NOT_PRODUCT and file.path not in containers.objects:
            yield Evidence(file.path, 1, "read by a hosting platform")


def _space(documents: Documents) -> Iterator[Evidence]:
    """The head of a README by which a model hub starts an application."""
    for document in documents.items:
        line = dict(document.head).get("sdk")
        if line and document.path.lower() == "readme.md":
            yield Evidence(document.path, line, "starts the application on a hub")
