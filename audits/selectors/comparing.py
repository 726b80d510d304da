"""Reads of two runs side by side: what is new, fixed, unchanged and no longer assessable."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from audits.models import AuditRun, Finding
from audits.selectors.runs import comparable_runs, previous_run


@dataclass(frozen=True)
class PracticeChange:
    """A practice whose verdict differs between two runs."""

    practice: str
    lens: str
    before: str
    after: str
    because: str


@dataclass(frozen=True)
class Comparison:
    """What changed from one run to a later one."""

    before: AuditRun
    after: AuditRun
    changed: tuple[PracticeChange, ...]
    unchanged: int
    no_longer_assessable: tuple[PracticeChange, ...]
    new_findings: tuple[Finding, ...]
    fixed_findings: tuple[Finding, ...]
    kept_findings: tuple[Finding, ...]
    unsettled_findings: tuple[Finding, ...]


_WHOLE_TREE = ("…", ".")
_MISSING = "not asked"
_UNASSESSABLE = ("unknown", "error")


def earlier_run(run: AuditRun, wanted: str = "") -> AuditRun | None:
    """The run to compare with: the one whose id is wanted, else the one before."""
    if not wanted:
        return previous_run(run)
    return next((other for other in comparable_runs(run) if str(other.pk) == wanted), None)


def comparison(before: AuditRun, after: AuditRun) -> Comparison:
    """New, fixed, unchanged and no longer assessable; findings are told apart by fingerprint.

    A finding that is gone counts as fixed only where its check could judge again and its file was
    not left out; else it is unsettled: nobody fixes a thing by hiding it behind a limit.
    """
    old = {p.practice: p for p in before.practices.all()}
    new = {p.practice: p for p in after.practices.all()}
    changes = [
        PracticeChange(
            name,
            (new.get(name) or old[name]).lens,
            old[name].verdict if name in old else _MISSING,
            new[name].verdict if name in new else _MISSING,
            new[name].because if name in new else "",
        )
        for name in sorted(old.keys() | new.keys())
    ]
    differing = [c for c in changes if c.before != c.after]
    lost = tuple(c for c in differing if c.after in _UNASSESSABLE or c.after == _MISSING)
    old_findings, new_findings = _by_identity(before), _by_identity(after)
    gone = [f for k, f in old_findings.items() if k not in new_findings]
    settled = _settled_by(after, {n for n, row in new.items() if row.verdict not in _UNASSESSABLE})
    return Comparison(
        before=before,
        after=after,
        changed=tuple(c for c in differing if c not in lost),
        unchanged=len(changes) - len(differing),
        no_longer_assessable=lost,
        new_findings=tuple(f for k, f in new_findings.items() if k not in old_findings),
        fixed_findings=tuple(f for f in gone if settled(f)),
        kept_findings=tuple(f for k, f in new_findings.items() if k in old_findings),
        unsettled_findings=tuple(f for f in gone if not settled(f)),
    )


def _settled_by(run: AuditRun, judged: set[str]) -> Callable[[Finding], bool]:
    """Tells whether a finding that is gone would have been seen again by this run."""
    left_out = {str(each["path"]) for each in run.skipped}
    if left_out.intersection(_WHOLE_TREE):
        return lambda _: False
    if run.origin == AuditRun.Origin.IMPORTED:  # another tool's rules are not practices of ours
        return lambda finding: finding.path not in left_out
    return lambda finding: _practice_of(finding) in judged and finding.path not in left_out


def _by_identity(run: AuditRun) -> dict[tuple[str, int], Finding]:
    """A run's findings by fingerprint; the same line twice in a file is two findings."""
    seen: Counter[str] = Counter()
    found = {}
    for finding in run.findings.all():
        found[finding.fingerprint, seen[finding.fingerprint]] = finding
        seen[finding.fingerprint] += 1
    return found


def _practice_of(finding: Finding) -> str:
    return finding.check_id.rpartition("/")[2]
