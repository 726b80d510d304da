"""Doorbells of the audit. A task may come twice or never: the rows know what is to be done."""

import uuid
from functools import partial

from celery import shared_task
from django.db import transaction

from audits.models import AuditRun
from audits.services import runs
from audits.services.execution import clear_abandoned, execute_run


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


def ring_for(run: AuditRun) -> None:
    """Rings for a queued run as soon as its transaction is committed."""
    transaction.on_commit(partial(run_audit.delay, str(run.pk)))
