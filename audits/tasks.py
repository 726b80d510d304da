"""Doorbells of the audit. A task may come twice or never: the rows know what is to be done."""

import uuid

from celery import shared_task

from audits.services import runs
from audits.services.execution import execute_run


@shared_task(ignore_result=True)
def run_audit(run_id: str) -> None:
    """Examines one run, unless someone else does."""
    execute_run(uuid.UUID(run_id))


@shared_task(ignore_result=True)
def sweep_runs() -> None:
    """Gives back what a dead worker held and rings again for what waits."""
    for run_id in runs.sweep_runs().queued:
        run_audit.delay(str(run_id))
