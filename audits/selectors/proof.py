"""What claims are held against: the newest verdicts on practices and the newest measured facts."""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from audits.engine.inventory import HostedModel, Inventory, NamedModel, Package, Weights
from audits.engine.measured import Facts
from audits.engine.registry import check_of
from audits.engine.report import Artifact, PracticeResult
from audits.engine.types import Effort, Evidence, Grade, Lens, Verdict
from audits.models import AuditRun, Measured, RoomRun
from audits.models import PracticeResult as StoredResult
from audits.selectors.runs import latest_runs, practices_with_evidence
from diligence.models import Deal

log = logging.getLogger(__name__)
_IDENTIFIER = re.compile(r"[a-z_]+")

BEST_FIRST = ("yes", "partly", "no", "unknown", "error", "n/a")
"""Over several repositories the best verdict on a practice speaks."""


@dataclass(frozen=True)
class Proof:
    """All that can decide a claim of a deal, and the newest runs that it comes from."""

    practices: tuple[PracticeResult, ...]
    artifacts: tuple[Artifact, ...]
    inventory: Inventory
    run: AuditRun | None
    room_run: RoomRun | None


def proof_of(deal: Deal) -> Proof:
    """The verdicts and facts of a deal as they stand."""
    runs = latest_runs(deal)
    measured = latest_measurement(deal)
    newest = max(runs, key=lambda run: run.finished_at or run.created_at, default=None)
    return Proof(
        _practices(runs),
        as_artifacts(rows_of(measured)) if measured else (),
        _inventory(runs),
        newest,
        measured,
    )


def _inventory(runs: tuple[AuditRun, ...]) -> Inventory:
    """Packages and models of all repositories; a run of an older engine has fewer stored."""
    stored = [run.inventory for run in runs if run.inventory]
    return Inventory(
        packages=tuple(Package(*p) for each in stored for p in each.get("packages", ())),
        hosted=tuple(HostedModel(**h) for each in stored for h in each.get("hosted", ())),
        models=tuple(NamedModel(**m) for each in stored for m in each.get("models", ())),
        weights=tuple(Weights(**w) for each in stored for w in each.get("weights", ())),
        name=next((each["name"] for each in stored if each.get("name")), ""),
    )


def latest_measurement(deal: Deal) -> RoomRun | None:
    """The newest measurement of the room that ended with a result."""
    rows = deal.room_runs.measurements().succeeded()
    return rows.order_by("-finished_at").first()


def _practices(runs: tuple[AuditRun, ...]) -> tuple[PracticeResult, ...]:
    best: dict[str, StoredResult] = {}
    for run in runs:
        for name, row in practices_with_evidence(run).items():
            known = best.get(name)
            if known is None or _rank(row) < _rank(known):
                best[name] = row
    return tuple(_result(row) for row in best.values() if _is_known(row.practice))


def _rank(row: StoredResult) -> int:
    return BEST_FIRST.index(row.verdict)


def _is_known(practice: str) -> bool:
    """A check that is no longer in the catalogue decides nothing."""
    try:
        check_of(practice)
    except KeyError:
        return False
    return True


def effort_of(check_id: str) -> str:
    """What the remedy takes: low, medium or high; medium where the check is not one of ours."""
    practice = check_id.rpartition("/")[2]
    return check_of(practice).effort.value if _is_known(practice) else Effort.MEDIUM.value


def _result(row: StoredResult) -> PracticeResult:
    check = check_of(row.practice)
    return PracticeResult(
        id=row.practice, check=check.id, title=check.title, lens=Lens(row.lens),
        nature=check.nature, effort=check.effort, verdict=Verdict(row.verdict),
        grade=Grade(row.grade), value=row.value or None, because=row.because,
        evidence=tuple(Evidence(e.path, e.line, e.note) for e in row.evidence.all()),
    )  # fmt: skip


def measured_now(deal: Deal) -> tuple[Measured, ...]:
    """What the newest measurement of the room found, file by file."""
    run = latest_measurement(deal)
    return rows_of(run) if run else ()


def rows_of(run: RoomRun) -> tuple[Measured, ...]:
    """What one measurement found, with the files that it was found on."""
    return tuple(run.measured.select_related("version__blob", "artifact").order_by("path"))


def as_artifacts(rows: Iterable[Measured]) -> tuple[Artifact, ...]:
    """The facts as claims are held against them."""
    return tuple(_artifact(row) for row in rows)


def _artifact(row: Measured) -> Artifact:
    blob = row.version.blob
    columns = {k: v if isinstance(v, str) else tuple(v) for k, v in row.columns.items()}
    return Artifact(
        row.path, row.kind, blob.sha256, blob.size, facts=restored(row), columns=columns,
        problem=row.trouble,
    )  # fmt: skip


def restored(row: Measured) -> Facts | None:
    """The stored facts as they were measured; None where there are none, or of an older form."""
    module, _, name = row.facts_type.partition(".")
    if not row.facts or not _IDENTIFIER.fullmatch(module):
        return None
    try:
        kind = getattr(import_module(f"audits.facts.{module}"), name, None)
        if isinstance(kind, type) and issubclass(kind, Facts):
            return kind.restored(row.facts)
    except (ImportError, ValueError):
        log.warning("The facts on %s are of an older form; measure the room anew", row.path)
    return None
