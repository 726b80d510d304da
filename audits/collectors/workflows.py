"""Gathers the configuration of CI systems and joins files that refer to each other."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from msgspec import Struct, field
from msgspec.structs import replace

from audits.collectors.ci_systems import azure, github, gitlab, jenkins, more, others
from audits.collectors.ci_systems.draft import Draft, Kind
from audits.collectors.ci_systems.given import Values, handed, handed_on, with_variables
from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.yaml_nodes import document
from audits.facts.tree import NOT_PRODUCT, File, Role, Tree, role_of
from audits.facts.workflows import Job, Step, System, Workflow, Workflows

LIMIT = 512 * 1024
_DEPTH = 5
_NOTHING: Values = {}
MOST_WRITTEN = 50_000
"""Jobs and steps written out from calls; ten files that call each other often would never end."""
_HINTS = (
    b"jobs:",
    b"steps:",
    b"script:",
    b"stages:",
    b"phases:",
    b"runs:",
    b"pipelines:",
    b"tasks:",
    b"pipeline:",
    b"variants:",
    b"platform:",
)
_MORE_HINTS = (b"deploy:", b"variables:", b"install:", b"include:")


def wants(file: File) -> bool:
    """All YAML, as some systems read theirs from any path, and Jenkinsfiles."""
    if file.suffix in (".yml", ".yaml"):
        return True
    return file.name == "Jenkinsfile" or file.name.lower().endswith(".jenkinsfile")


def read(path: str, content: bytes) -> Draft | None:
    """The draft of one file, or None where it is no CI configuration."""
    if not path.endswith((".yml", ".yaml")):
        return jenkins.read(path, content.decode("utf-8", "replace"))
    if not any(h in content for h in (*_HINTS, *_MORE_HINTS)):
        return None
    in_place = path.startswith(".") or b"on:" in content
    if b"{{" in content and b"${{" not in content and not in_place:
        return None
    root = document(content)
    if root.kind != "map":
        return None
    named = others.read(path, root)
    if named is not None:
        return named
    return next((d for r in _READERS if (d := r(path, root)) is not None), None)


_READERS = (
    more.images,
    more.concourse,
    github.read,
    others.by_form,
    azure.read,
    azure.variables,
    gitlab.read,
)


def assemble(tree: Tree, parts: Sequence[tuple[str, Draft]]) -> Workflows:
    """All workflows, with local reusable ones, actions, templates and includes written out."""
    joiner = _Joiner(tree, dict(parts))
    return Workflows(tuple(joiner.joined()))


class _Joiner(Struct, frozen=True):
    tree: Tree
    drafts: Mapping[str, Draft]
    written: Iterator[int] = field(default_factory=count)

    def _count(self) -> None:
        """Raises Unreadable where calls unfold without end."""
        if next(self.written) > MOST_WRITTEN:
            raise Unreadable("workflows that call each other unfold to too many steps")

    def joined(self) -> Iterator[Workflow]:
        called = self._called()
        for path, draft in sorted(self.drafts.items()):
            workflow = draft.workflow
            if draft.kind is not Kind.WORKFLOW or path in called:
                continue
            jobs = [j for job in workflow.jobs for j in self._job(job)]
            settings = list(workflow.settings)
            for target in draft.includes:
                if target in self.drafts:
                    other = self.drafts[target].workflow
                    jobs += [j for job in other.jobs for j in self._job(job)]
                    settings += other.settings
            if workflow.system is System.AZURE:
                jobs = list(with_variables(jobs, {n: v for n, v, _ in settings}))
            live = workflow.live and not _set_aside(path, workflow)
            yield replace(workflow, jobs=tuple(jobs), settings=tuple(settings), live=live)

    def _called(self) -> set[str]:
        """Reusable workflows that nothing but a call starts and that something here calls."""
        only = {
            p for p, d in self.drafts.items() if d.workflow.events == frozenset({"workflow_call"})
        }
        calls = {j.calls.removeprefix("./") for d in self.drafts.values() for j in d.workflow.jobs}
        return only & calls

    def _job(self, job: Job, depth: int = 0, given: Values = _NOTHING) -> Iterator[Job]:
        target = self.drafts.get(job.calls.removeprefix("./")) if job.calls else None
        if target is None or depth > _DEPTH:
            steps = tuple(s for step in job.steps for s in self._steps(step, depth, given))
            yield replace(job, steps=steps)
            return
        given = handed_on(((n, v) for n, v, _ in job.inputs), given)
        for inner in target.workflow.jobs:
            self._count()
            yield from self._job(
                replace(
                    inner,
                    name=f"{job.name} / {inner.name}".strip(" /"),
                    needs=inner.needs or job.needs,
                    forgiven=inner.forgiven or job.forgiven,
                    disabled=inner.disabled or job.disabled,
                ),
                depth + 1,
                given,
            )

    def _steps(self, step: Step, depth: int, given: Values) -> Iterator[Step]:
        target = self._target(step.uses)
        if target is None or depth > _DEPTH:
            yield handed(step, given)
            return
        given = handed_on(step.inputs, given)
        only = given.get(more.VARIANT) if target.kind is Kind.IMAGE else None
        for inner_job in target.workflow.jobs:
            for inner in inner_job.steps if only in (None, inner_job.name) else ():
                self._count()
                changed = replace(
                    inner,
                    forgiven=inner.forgiven or step.forgiven,
                    disabled=inner.disabled or step.disabled,
                )
                yield from self._steps(changed, depth + 1, given)

    def _target(self, uses: str) -> Draft | None:
        if not uses.startswith("./"):
            return None
        base = uses[2:]
        names = (base, f"{base}/action.yml".lstrip("/"), f"{base}/action.yaml".lstrip("/"))
        return next((self.drafts[n] for n in names if n in self.drafts), None)


_ANYWHERE = frozenset(
    {System.AZURE, System.JENKINS, System.CLOUD_BUILD, System.CODEBUILD, System.CONCOURSE}
)
"""Systems that are told the path of their file."""


def _set_aside(path: str, workflow: Workflow) -> bool:
    """Whether a file that may stand anywhere stands where only copies and samples do."""
    if workflow.system in _ANYWHERE:
        aside = (NOT_PRODUCT & ~Role.GENERATED) | Role.EXAMPLE
        return bool(role_of(path) & aside)
    return False


COLLECTOR = Collector(Workflows, 10, wants, read, assemble, LIMIT)
