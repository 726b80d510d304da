"""One examination from a location to a report: the engine behind the command line and the workers.

Knows no framework. As `python -m audits.services.examine` it is the child that a worker starts: a
line with a JSON request on standard input, JSON lines of progress and one of the outcome on
standard output. When standard input ends, so does the child: then the worker is gone.
"""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from msgspec.structs import replace

from audits.collectors.gathering import Gathered, Means, gather, stock
from audits.collectors.keeping import Shelf
from audits.collectors.processes import BrokenOff
from audits.collectors.recalling import Tellings
from audits.collectors.unread import unreadable
from audits.engine.documents import stored
from audits.engine.excerpts import excerpt_of
from audits.engine.inventory import Inventory
from audits.engine.registry import catalogue
from audits.engine.report import AuditReport, Excerpt, PracticeResult, SourceInfo, by_gravity
from audits.engine.runner import CheckOutcome, run_checks
from audits.engine.types import Finding, Verdict
from audits.facts.code import Code
from audits.facts.identity import Identity
from audits.services.allowances import (
    ALONE,
    Resources,
    limits_from_environment,
    resources_from_environment,
)
from audits.services.answering import serve
from audits.services.past import facts_of_the_past
from audits.sources.opening import open_source
from audits.sources.paths import in_order
from audits.sources.snapshot import LIMITS, Limits, Notice, Snapshot, SourceError, silent
from diligence.lib.confinement import shut_network
from diligence.lib.leaving import leave

__all__ = [
    "Limits", "Resources", "SourceError", "examine", "limits_from_environment",
    "resources_from_environment",
]  # fmt: skip

NEVER_SHOWN = frozenset({"governance/secrets-committed", "data/personal-data-in-notebooks"})
"""Checks whose cited lines hold what no report may repeat."""


_last: list[Gathered] = []
"""What the last examination of this process made, until another one begins: most processes end
after one, and to take its millions of objects apart before is work for nothing."""


class Stopwatch:
    """Seconds per stage, in the order in which stages end."""

    def __init__(self) -> None:
        self._since = perf_counter()
        self.laps: tuple[tuple[str, float], ...] = ()

    def lap(self, stage: str) -> None:
        """Ends a stage."""
        now = perf_counter()
        self.laps += ((stage, now - self._since),)
        self._since = now


def examine(  # noqa: PLR0913 - each is a choice of whoever asks
    location: str,
    *,
    rev: str | None = None,
    token: str | None = None,
    limits: Limits = LIMITS,
    progress: Notice = silent,
    excerpts: bool = True,
    resources: Resources = ALONE,
) -> AuditReport:
    """Examines a source and gives the report. Raises SourceError where it cannot be used.

    1. Open the source. 2. Read its blobs once, into facts. 3. Judge every practice. 4. Keep the
    cited lines, unless `excerpts` is off.
    """
    watch = Stopwatch()
    _last.clear()
    progress("Opening the source", 0, 0)
    shelf = _shelf(resources)
    with (
        _no_collecting(),
        open_source(
            location, rev=rev, token=token, limits=limits, notice=progress, memory=shelf
        ) as snapshot,
    ):
        if resources.offline:
            shut_network()
        watch.lap("open")
        gathered = _gathered(snapshot, limits, progress, resources, shelf)
        watch.lap("read")
        gathered = _with_the_past(gathered, snapshot, limits, progress, resources)
        watch.lap("history")
        progress("Judging practices", 0, 0)
        outcomes = _judged(gathered)
        _remember(gathered, shelf)
        _last.append(gathered)
        late = unreadable(code.files) if isinstance(code := gathered.facts.get(Code), Code) else ()
        watch.lap("judge")
        cited = _cited(snapshot, outcomes, limits) if excerpts else {}
        watch.lap("cite")
        return AuditReport(
            source=SourceInfo(
                snapshot.location, snapshot.commit, snapshot.committed_at,
                len(snapshot.tree.files), snapshot.bytes,
            ),
            practices=tuple(_result(o) for o in outcomes),
            findings=_findings(outcomes),
            skipped=in_order((*snapshot.skipped, *gathered.skipped, *late)),
            timings=watch.laps,
            excerpts=cited,
            inventory=_inventory(gathered),
            files=snapshot.tree.files,
        )  # fmt: skip


@contextmanager
def _no_collecting() -> Iterator[None]:
    """No search for cyclic garbage meanwhile: hardly any arises, and millions of facts stay.

    Nor do later searches look through those, until the next examination of the same process.
    """
    was = gc.isenabled()
    gc.disable()
    gc.unfreeze()
    try:
        yield
    finally:
        if was:
            gc.freeze()
            gc.enable()


def _shelf(resources: Resources) -> Shelf | None:
    """What is kept between audits; all checks are there then, as what they ask files is kept."""
    catalogue()
    if resources.cache is None:
        return None
    shelf = Shelf(resources.cache, stock().collectors, resources.cache_key)
    return shelf if shelf.usable() else None


def _remember(gathered: Gathered, shelf: Shelf | None) -> None:
    """Keeps what was told of the files of source."""
    code = gathered.facts.get(Code)
    if shelf is not None and isinstance(code, Code):
        Tellings(shelf).keep(code.files)


def _gathered(
    snapshot: Snapshot,
    limits: Limits,
    progress: Notice,
    resources: Resources,
    shelf: Shelf | None,
) -> Gathered:
    means = Means(resources.processes, shelf, limits.facts_bytes)
    try:
        found = gather(
            snapshot, stock(), file_bytes=limits.file_bytes, notice=progress, means=means
        )
    except BrokenOff as error:
        raise SourceError(str(error)) from error
    if shelf is not None:
        shelf.trim(resources.cache_bytes)
    return found


def _with_the_past(
    gathered: Gathered, snapshot: Snapshot, limits: Limits, progress: Notice, resources: Resources
) -> Gathered:
    try:
        facts, skipped = facts_of_the_past(snapshot, gathered.facts, limits, progress, resources)
    except BrokenOff as error:
        raise SourceError(str(error)) from error
    return replace(
        gathered, facts={**gathered.facts, **facts}, skipped=(*gathered.skipped, *skipped)
    )


def _judged(gathered: Gathered) -> tuple[CheckOutcome, ...]:
    identity = gathered.facts.get(Identity)
    gate = identity if isinstance(identity, Identity) else None
    if gate and gathered.sights.of([Identity]).is_blind and not (gate.is_ml and gate.trains):
        gate = None  # what could not be read may well train a model
    return run_checks(catalogue(), gathered.facts, gate, gathered.sights)


def _inventory(gathered: Gathered) -> Inventory:
    found = gathered.facts.get(Inventory)
    return found if isinstance(found, Inventory) else Inventory()


def _result(outcome: CheckOutcome) -> PracticeResult:
    check, judged = outcome.check, outcome.judgement
    failed = judged.verdict is Verdict.ERROR
    return PracticeResult(
        id=check.practice,
        check=check.id,
        title=check.title,
        lens=check.lens,
        nature=check.nature,
        effort=check.effort,
        verdict=Verdict.UNKNOWN if failed else judged.verdict,
        grade=judged.grade,
        value=judged.value,
        because=judged.because,
        evidence=judged.evidence,
        seen=outcome.seen,
    )


def _findings(outcomes: Iterable[CheckOutcome]) -> tuple[Finding, ...]:
    """All findings, the gravest first."""
    return by_gravity(f for outcome in outcomes for f in outcome.judgement.findings)


def _cited(
    snapshot: Snapshot, outcomes: Iterable[CheckOutcome], limits: Limits
) -> dict[tuple[str, int], Excerpt]:
    """The lines around every cited place; each cited file is read once more."""
    places: dict[str, set[int]] = defaultdict(set)
    secret: dict[str, set[int]] = defaultdict(set)
    for outcome in outcomes:
        judged = outcome.judgement
        spots = [(e.path, e.line) for e in judged.evidence]
        spots += [(f.path, f.line) for f in judged.findings]
        for path, line in spots:
            places[path].add(line)
            if outcome.check.id in NEVER_SHOWN:
                secret[path].add(line)
    found = [file for path in sorted(places) if (file := snapshot.tree.get(path))]
    readable = [file for file in found if file.size <= limits.file_bytes]
    return {
        (file.path, line): excerpt_of(content, line, secret[file.path])
        for file, content in snapshot.read(readable)
        if isinstance(content, bytes)
        for line in places[file.path]
    }


def _answer(request: Mapping[str, Any], progress: Notice) -> Mapping[str, Any]:
    from audits.claims.practice import that_claims_turn_on

    cache_key = bytes.fromhex(request.get("cache_key") or "")
    report = examine(
        request["location"],
        rev=request.get("rev"),
        token=request.get("token"),
        limits=limits_from_environment(**(request.get("limits") or {})),
        progress=progress,
        resources=resources_from_environment(cache_key=cache_key, offline=True),
    )
    packages = that_claims_turn_on(report.inventory.packages)
    return stored(replace(report, inventory=replace(report.inventory, packages=packages)))


def main() -> int:
    """Answers one request; see the module's words."""
    return serve(_answer)


if __name__ == "__main__":
    leave(main())
