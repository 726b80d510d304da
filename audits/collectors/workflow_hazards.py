"""Gathers hazards from the workflows of GitHub Actions, one file at a time.

Only files that the system reads count, and only what is dangerous by its form: a checkout of a
stranger's code in a run that has keys, text that strangers write pasted into a script.
"""

import re
from collections.abc import Iterator, Sequence

from audits.collectors.ci_systems.draft import is_never
from audits.collectors.ci_systems.github import FOLDER
from audits.collectors.collecting import Collector
from audits.collectors.yaml_nodes import Node, document
from audits.engine.types import Severity
from audits.facts.tools import delivery_hazards as hazards
from audits.facts.tree import File, Tree
from audits.facts.workflow_hazards import WorkflowHazard, WorkflowHazards

_EXPRESSION = re.compile(r"\$\{\{([^}]{1,400})\}\}")
_WRAPPED = re.compile(r"\A(?:toJSON|format)\((.*)\)\Z", re.IGNORECASE)
_PRINTED_SECRET = re.compile(r"\becho\b[^|>]{0,200}\$\{\{\s*secrets\.\w+\s*\}\}[^|>]{0,200}\Z")


def wants(file: File) -> bool:
    """Workflows where GitHub reads them."""
    rest = file.path.removeprefix(FOLDER)
    return rest != file.path and "/" not in rest and file.suffix in (".yml", ".yaml")


def read(path: str, content: bytes) -> tuple[WorkflowHazard, ...] | None:
    """The hazards of one workflow. Raises Unreadable."""
    root = document(content)
    if not root.get("jobs"):
        return None
    found = [WorkflowHazard(path, line, what, severity) for line, what, severity in _of(root)]
    return tuple(sorted(set(found))) or None


_Hazard = tuple[int, str, Severity]


def _of(root: Node) -> Iterator[_Hazard]:
    events = frozenset(root.get("on").keys() or root.get("on").words())
    yield from _rights(root)
    for _, job in root.get("jobs").entries:
        if job.kind != "map" or is_never(job.get("if")):
            continue
        yield from _rights(job)
        yield from _own_machine(job, events)
        yield from _checkout(job, events)
        for step in job.get("steps").items:
            if step.kind == "map" and not is_never(step.get("if")):
                yield from _pasted(step, job, events)
                yield from _secrets(step)


def _rights(node: Node) -> Iterator[_Hazard]:
    if node.get("permissions").text == "write-all":
        line = node.line_of("permissions")
        yield line, "gives its token every right (`permissions: write-all`)", Severity.MEDIUM


def _own_machine(job: Node, events: frozenset[str]) -> Iterator[_Hazard]:
    """A runner of one's own that takes pull requests, unless a condition keeps forks out."""
    runners = job.get("runs-on")
    labels = runners.get("labels").words() or runners.words()
    strangers = events & {"pull_request", "pull_request_target"}
    if "self-hosted" in labels and strangers and not hazards.GUARDS.search(job.get("if").text):
        what = (
            "runs pull requests on a machine of its own: in a public repository any stranger's "
            "code would run there"
        )
        yield job.line_of("runs-on"), what, Severity.MEDIUM


def _checkout(job: Node, events: frozenset[str]) -> Iterator[_Hazard]:
    """A stranger's code fetched, and something of it run, where the keys are at hand."""
    trigger = sorted(events & {"pull_request_target", "workflow_run"})
    if not trigger:
        return
    steps = [s for s in job.get("steps").items if s.kind == "map"]
    for number, step in enumerate(steps):
        fetched = step.get("with", "ref")
        if not step.get("uses").text.startswith("actions/checkout@"):
            continue
        if not hazards.HEAD_OF_A_STRANGER.search(fetched.text):
            continue
        guarded = any(
            hazards.GUARDS.search(n.get("if").text) for n in (job, *steps[: number + 1])
        ) or bool(job.get("environment"))
        run = any(_runs_what_was_fetched(s) for s in steps[number + 1 :])
        severity = Severity.HIGH if run and not guarded else Severity.MEDIUM
        what = (
            f"fetches the code of a pull request in a run that has the repository's keys "
            f"(`{trigger[0]}`)" + (", and runs what lies there" if run else "")
        )
        yield fetched.line, what, severity


def _runs_what_was_fetched(step: Node) -> bool:
    if step.get("uses").text.startswith("./"):
        return True
    return any(hazards.RUNS_WHAT_LIES_THERE.search(text) for text, _ in step.get("run").lines())


def _pasted(step: Node, job: Node, events: frozenset[str]) -> Iterator[_Hazard]:
    """Text that strangers write, pasted into a script before a shell reads it."""
    for script in _scripts(step):
        for text, line in script.lines():
            for context in _pasted_contexts(text):
                severity = _danger(events, guarded=_is_guarded(step, job))
                if severity is not None:
                    what = f"pastes `{context}`, which strangers write, into a script"
                    yield line, what, severity


def _scripts(step: Node) -> Iterator[Node]:
    if step.get("run"):
        yield step.get("run")
    if step.get("uses").text.startswith(hazards.SCRIPT_ACTIONS):
        yield step.get("with", "script")


def _pasted_contexts(text: str) -> Iterator[str]:
    """Contexts that an expression gives back as text; a comparison gives only true or false."""
    for expression in _EXPRESSION.findall(text):
        for part in expression.split("||"):
            plain = part.strip()
            wrapped = _WRAPPED.match(plain)
            inner = wrapped[1].split(",") if wrapped else [plain]
            yield from (i.strip() for i in inner if _is_foreign(i.strip()))


def _is_foreign(text: str) -> bool:
    return bool(hazards.WRITTEN_BY_STRANGERS.fullmatch(text))


def _is_guarded(step: Node, job: Node) -> bool:
    return any(hazards.GUARDS.search(n.get("if").text) for n in (step, job))


def _danger(events: frozenset[str], *, guarded: bool) -> Severity | None:
    if events & hazards.PRIVILEGED:
        return Severity.MEDIUM if guarded else Severity.HIGH
    return Severity.MEDIUM if events & hazards.WITHOUT_KEYS else None


def _secrets(step: Node) -> Iterator[_Hazard]:
    for script in _scripts(step):
        for text, line in script.lines():
            if _PRINTED_SECRET.search(text) and "::add-mask" not in text:
                yield (
                    line,
                    "prints a secret into the log, which masks only its exact form",
                    (Severity.LOW),
                )
    for node in (step.get("run"), *(v for _, v in step.get("env").entries)):
        if "toJSON(secrets)" in node.text.replace(" ", ""):
            yield node.line, "hands every secret to one step", Severity.MEDIUM


def assemble(
    tree: Tree,  # noqa: ARG001 - all collectors get it
    parts: Sequence[tuple[str, tuple[WorkflowHazard, ...]]],
) -> WorkflowHazards:
    """All of them in order of path."""
    return WorkflowHazards(tuple(h for _, found in parts for h in found))


COLLECTOR = Collector(WorkflowHazards, 1, wants, read, assemble, endings=(".yml", ".yaml"))
