"""CI checks real data against what is expected of them.

Why an investor asks: tests of code say nothing about data, and it is the data that change without
anybody's doing. A check that stops the pipeline is worth more than one that somebody may run.

How we look: what live workflows start is followed to the places where code holds data against
expectations, also through test runners where a suite reads a data set.

Yes: such a check runs on real data and can stop the job. Partly: on a committed sample, or its
failure is forgiven. No: none; made-up fixtures in tests do not count. n/a: there is no CI.

What we cannot see: whether what a path leads to is the real data.

Remedy (effort: medium): run the expectation suite on the data of the day in the pipeline that
trains, and let it fail.

False alarms: a suite that reads a small file fetched from elsewhere.
"""

from collections.abc import Iterable, Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, Needs, no, not_applicable, partly, yes
from audits.facts.automation import Automation, Run
from audits.facts.code import Code, SourceFile, called_among
from audits.facts.data_files import DataFiles
from audits.facts.identity import Identity
from audits.facts.testing import is_test_run
from audits.facts.tools.data import READS
from audits.facts.tools.delivery_tests import MAKING
from audits.facts.tree import Role, role_of
from audits.facts.validation import Expectation, Validation
from audits.facts.workflows import Workflows


@check("delivery/data-tests-in-ci", needs=Needs.ML)
def data_tests_in_ci(
    workflows: Workflows,
    automation: Automation,
    validation: Validation,
    code: Code,
    identity: Identity,
    data: DataFiles,
) -> Judgement:
    """Judges whether CI comes to a check of data."""
    if not workflows.live:
        return not_applicable("there is no CI")
    known = [e for e in validation.expectations if identity.counts(e.path) and not e.standing]
    full = [e for e in known if e.strength == "full" and not role_of(e.path) & Role.TEST]
    runs = [r for r in automation.runs if not (r.serves or is_test_run(r.command))]
    reached = {t: list(_reached(t, full, code, automation)) for t in {r.target for r in runs}}
    found = [(r, e) for r in runs for e in reached[r.target]]
    strict = [p for r, e in found if not r.forgiven for p in (r.started_at, e)]
    if strict and not data.product():
        return yes("CI holds data against expectations", strict, grade=Grade.E3)
    suites = [e for e in known if e.strength != "weak" and _is_suite(e, code)]
    tested = [(r, e.evidence) for r in automation.runs for e in suites if _collects(r, e)]
    weaker = [p for r, e in (*found, *tested) for p in (r.started_at, e)]
    if weaker:
        because = "checks of data run in CI on a sample, or their failure is forgiven"
        return partly(because, weaker, grade=Grade.E2)
    return no("nothing that CI starts holds data against expectations")


def _reached(
    target: str, wanted: Iterable[Expectation], code: Code, automation: Automation
) -> Iterator[Evidence]:
    """The checks of data that a file which CI starts really comes to."""
    if not target or role_of(target) & Role.TEST:
        return
    files = {p: f for p in automation.comes_to(code, [target]) if (f := code.get(p))}
    near = [(e, _scope_of(e, files[e.path])) for e in wanted if e.path in files]
    called = called_among(files.values(), {scope for _, scope in near} - {""})
    yield from (e.evidence for e, scope in near if not scope or scope in called)


def _scope_of(item: Expectation, file: SourceFile) -> str:
    """The function that a check of data stands in, "" at the level of the module."""
    standing = [g.scope for g in file.guards if g.line == item.line]
    standing += [c.scope for c in file.calls if c.line == item.line]
    return standing[0].rsplit(".", 1)[-1] if standing else ""


_TABLES = (".csv", ".parquet", ".json", ".tsv", ".feather", ".jsonl")


def _is_suite(item: Expectation, code: Code) -> bool:
    """Whether a test holds files that are really read, not made up in the test."""
    if not role_of(item.path) & Role.TEST:
        return False
    own = code.get(item.path)
    tables = [t for t, _ in own.strings if t.endswith(_TABLES)] if own else []
    if tables and all(role_of(t) & Role.TEST for t in tables):
        return False
    if own and not own.methods.isdisjoint(MAKING):
        return False
    folder = item.path.rpartition("/")[0]
    near = [own, code.get(f"{folder}/conftest.py".lstrip("/"))]
    return any(f and not f.methods.isdisjoint(READS) for f in near)


def _collects(run: Run, item: Expectation) -> bool:
    """Whether a test run comes to a suite: it names it, a folder above it, or nothing."""
    if not is_test_run(run.command):
        return False
    named = [w.strip("./") for w in run.command.operands if "/" in w or w.endswith(".py")]
    named = [w for w in named if "$" not in w]
    above = any(item.path == n or item.path.startswith(f"{n}/") for n in named)
    return above or (not named and item.path.startswith(run.command.folder))
