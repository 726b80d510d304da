"""Actions that workflows borrow from others are pinned to an exact commit.

Why an investor asks: an action runs with the keys of the build. A tag can be moved to other code by
whoever takes over its author's account, and that has happened; a commit cannot.

How we look: every `uses:` of GitHub Actions that leads outside the repository, in steps and for
whole jobs; pinned is a commit of 40 hexadecimal digits or the digest of an image.

Yes: all are pinned. Partly: some. No: none. n/a: no workflow borrows an action.

What we cannot see: what a pinned action itself borrows.

Remedy (effort: low): pin each action to a commit with its version in a comment, and let a bot raise
them.

False alarms: actions of one's own organisation that are followed by tag on purpose.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Grade, Judgement, no, not_applicable, partly, yes
from audits.facts.workflows import System, Workflow, Workflows

_COMMIT_LENGTH = 40
_HEXADECIMAL = frozenset("0123456789abcdef")


@check("governance/pinned-ci-actions", effort=Effort.LOW)
def pinned_ci_actions(workflows: Workflows) -> Judgement:
    """Judges how many of the borrowed actions are pinned."""
    borrowed = [b for w in workflows.items if _is_read(w) for b in _borrowed(w)]
    if not borrowed:
        return not_applicable("no workflow borrows an action")
    fixed = [Evidence(p, n, f"pins {u}") for u, p, n in borrowed if is_pinned(u)]
    loose = [Evidence(p, n, f"follows {u}") for u, p, n in borrowed if not is_pinned(u)]
    if not loose:
        return yes("every borrowed action is pinned to a commit", fixed, grade=Grade.E2)
    if fixed:
        because = f"{len(fixed)} of {len(borrowed)} borrowed actions are pinned to a commit"
        return partly(because, [*loose, *fixed], grade=Grade.E2)
    return no("no borrowed action is pinned to a commit", evidence=loose)


def is_pinned(uses: str) -> bool:
    """Whether a reference can not come to mean other code."""
    if "@sha256:" in uses:
        return True
    reference = uses.rpartition("@")[2].lower()
    return len(reference) == _COMMIT_LENGTH and set(reference) <= _HEXADECIMAL


def _is_read(workflow: Workflow) -> bool:
    return workflow.system is System.GITHUB and workflow.live


def _borrowed(workflow: Workflow) -> Iterator[tuple[str, str, int]]:
    """(reference, path, line), with switched off jobs and steps: somebody may switch them on."""
    for job in workflow.jobs:
        if job.calls and not job.calls.startswith("./"):
            yield job.calls, job.path, job.line
    for _, step in workflow.steps(idle=True):
        if step.uses and not step.uses.startswith("./"):
            yield step.uses, step.path, step.line
