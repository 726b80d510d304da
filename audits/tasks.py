"""Doorbells of the audit. A task may come twice or never: the rows know what is to be done."""

import uuid

from celery import shared_task

from audits.models import AuditRun, RoomRun
from audits.services import runs
from audits.services.artifacts import consider_evidence, unconsidered
from audits.services.execution import clear_abandoned, execute_run
from audits.services.measuring import execute_room_run, sweep_room_runs
from diligence.services.bells import ring


@shared_task(ignore_result=True)
def run_audit(run_id: str) -> None:
    """Examines one run, unless someone else does."""
    execute_run(uuid.UUID(run_id))


@shared_task(ignore_result=True)
def sweep_runs() -> None:
    """Gives back what a dead worker held and rings again for what waits."""
    for run_id in runs.sweep_runs().queued:
        run_audit.delay(str(run_id))
    clear_abandoned()


@shared_task(ignore_result=True)
def work_room(run_id: str) -> None:
    """Looks at a file of a data room or measures the room, unless someone else does."""
    execute_room_run(uuid.UUID(run_id))


@shared_task(ignore_result=True)
def sweep_rooms() -> None:
    """As for runs, and takes up evidence whose arrival nobody heard of."""
    for item in unconsidered():
        consider_evidence(item=item)
    for run_id in sweep_room_runs().queued:
        work_room.delay(str(run_id))


def ring_for_room(run: RoomRun | None) -> None:
    """Rings for work on a data room as soon as its transaction is committed."""
    if run is not None:
        ring(work_room, run.pk)


def ring_for(run: AuditRun) -> None:
    """Rings for a queued run as soon as its transaction is committed."""
    ring(run_audit, run.pk)
