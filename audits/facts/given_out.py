"""Deployments that are no command of their own: pages of applications, manifests written back.

A browser application is in service once its built files lie where pages are served from. A platform
that follows the repository, such as Argo CD or Flux, starts whatever CI writes into its manifests.
"""

from collections.abc import Iterable, Iterator

from audits.engine.types import Evidence
from audits.facts.automation import Run
from audits.facts.containers import Containers
from audits.facts.shell import Command
from audits.facts.tools.operations_deploy import (
    BUILDERS_OF_PAGES,
    BUILDERS_OF_SITES,
    COMMITTING_ACTIONS,
    PAGES_ACTIONS,
    REWRITERS,
    SITE_WORDS,
    VERSION_WORDS,
)
from audits.facts.tree import NOT_PRODUCT, File, Role, Tree
from audits.facts.workflows import Job, Workflow

_MAKE_PAGES = ("next.config.", "nuxt.config.", "angular.json")
_RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})


def pages_of(workflows: Iterable[Workflow], runs: Iterable[Run], tree: Tree) -> Iterator[Evidence]:
    """Steps that put an application that runs in the browser where its pages are served from."""
    found = list(_published(workflows, runs))
    if found and any(map(_is_page, tree)):
        yield from found


def _published(workflows: Iterable[Workflow], runs: Iterable[Run]) -> Iterator[Evidence]:
    """Steps that put somewhere what a workflow builds as the pages of an application."""
    commands: dict[str, list[Command]] = {}
    for run in runs:
        commands.setdefault(run.workflow.path, []).append(run.command)
    for workflow in workflows:
        ran = commands.get(workflow.path, [])
        if not any(map(_builds_pages, ran)) or any(c.program in BUILDERS_OF_SITES for c in ran):
            continue
        for job, step in workflow.steps():
            acts = any(a in step.uses.lower() for a in PAGES_ACTIONS)
            if acts and not _speaks_of_documents(f"{job.name} {step.name} {workflow.name}"):
                yield Evidence(step.path, step.line, f"runs {step.uses}")


def _is_page(file: File) -> bool:
    """Whether a file is the page of an application, or what makes its pages."""
    makes = file.name == "index.html" or file.name.startswith(_MAKE_PAGES)
    return makes and not file.role & (NOT_PRODUCT | Role.EXAMPLE) and file.path.count("/") <= 2


def _builds_pages(command: Command) -> bool:
    words = command.operands
    if command.program in _RUNNERS:
        return words[:2] == ("run", "build") or words[:1] == ("build",)
    wanted = BUILDERS_OF_PAGES.get(command.tool or command.program)
    return wanted is not None and words[: len(wanted)] == wanted


def _speaks_of_documents(text: str) -> bool:
    words = text.lower().replace("-", " ").replace("_", " ").split()
    return not SITE_WORDS.isdisjoint(words)


def written_back(
    workflows: Iterable[Workflow], runs: Iterable[Run], containers: Containers
) -> Iterator[Evidence]:
    """Jobs that write the new version into the manifests that a platform follows, and push that."""
    followed = [Evidence(p, line, "is kept in step with the repository")
                for p, line in containers.followed]  # fmt: skip
    if not followed:
        return
    rewritten: dict[Job, Evidence] = {}
    pushed = {
        job for w in workflows for job, step in w.steps()
        if any(a in step.uses.lower() for a in COMMITTING_ACTIONS)
    }  # fmt: skip
    for run in runs:
        if _rewrites(run.command):
            rewritten.setdefault(run.job, run.place)
        if run.command.program == "git" and run.command.operands[:1] == ("push",):
            pushed.add(run.job)
    for job, place in rewritten.items():
        if job in pushed:
            yield place
            yield from followed[:1]


def _rewrites(command: Command) -> bool:
    """Whether a command changes the version of an image in a file."""
    if command.program == "kustomize":
        return command.operands[:3] == ("edit", "set", "image")
    text = command.text.lower()
    return command.program in REWRITERS and any(w in text for w in VERSION_WORDS)
