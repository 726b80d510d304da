"""The life of any job, told once: whoever holds its lease works on it.

QUEUED -> RUNNING (lease, renewed while the work moves) -> SUCCEEDED | FAILED | CANCELLED. A worker
that dies lets its lease run out; the sweep gives the job back, up to MAX_ATTEMPTS times. What was
found is written by the holder of the lease alone, so that what was done twice is stored once.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from audits.models.job import Job
from diligence.services.leases import lapsed

J = TypeVar("J", bound=Job)
IN_FLIGHT = (Job.State.QUEUED, Job.State.RUNNING)
RUNG_AT_ONCE = 100
"""Doorbells that one sweep rings; the next one rings for the rest."""


def _rows(kind: type[J]) -> QuerySet[J]:
    # An abstract model has no manager; each job that has a table has one.
    return cast("QuerySet[J]", cast("Any", kind)._default_manager.all())


def _length() -> timedelta:
    return timedelta(seconds=settings.PROOFROOM_RUN_LEASE_SECONDS)


def _lease() -> datetime:
    return timezone.now() + _length()


def claim(kind: type[J], pk: uuid.UUID, *, stage: str) -> uuid.UUID | None:
    """Takes a queued job; returns the key of the lease, or None where it is not to be had."""
    holder = uuid.uuid4()
    changed = (
        _rows(kind)
        .filter(pk=pk, state=Job.State.QUEUED)
        .update(
            state=Job.State.RUNNING,
            lease_holder=holder,
            lease_until=_lease(),
            attempts=F("attempts") + 1,
            started_at=timezone.now(),
            stage=stage,
            done=0,
            total=0,
        )
    )
    return holder if changed else None


def held(kind: type[J], pk: uuid.UUID, holder: uuid.UUID) -> QuerySet[J]:
    """The job while it is the holder's, and nothing afterwards."""
    return _rows(kind).filter(pk=pk, state=Job.State.RUNNING, lease_holder=holder)


def renew(mine: QuerySet[J], *, stage: str, done: int, total: int) -> bool:
    """Reports progress and keeps the job; False where it is no longer the holder's."""
    return bool(mine.update(lease_until=_lease(), stage=stage[:60], done=done, total=total))


def fail(mine: QuerySet[J], sentence: str) -> bool:
    """Ends a job with the reason that people will read."""
    return bool(
        mine.update(
            state=Job.State.FAILED,
            failure=sentence[:1000],
            finished_at=timezone.now(),
            lease_until=None,
        )
    )


@dataclass(frozen=True)
class Swept:
    """What a sweep found: jobs whose bell has to be rung, and jobs that were given up."""

    queued: tuple[uuid.UUID, ...]
    given_up: tuple[uuid.UUID, ...]


@transaction.atomic
def sweep(kind: type[J], *, given_up_because: str) -> Swept:
    """Gives back jobs whose holder died and gives up those that killed it too often.

    `{}` in the sentence is the number of attempts.
    """
    running = _rows(kind).filter(state=Job.State.RUNNING)
    late = running.filter(lapsed(_length())).select_for_update(skip_locked=True)
    given_up: list[uuid.UUID] = []
    for job in late:
        if job.attempts >= job.MAX_ATTEMPTS:
            job.state, job.finished_at = Job.State.FAILED, timezone.now()
            job.failure = given_up_because.format(job.attempts)
            given_up.append(job.pk)
        else:
            job.state = Job.State.QUEUED
        job.lease_holder, job.lease_until = None, None
        job.save(update_fields=["state", "failure", "finished_at", "lease_holder", "lease_until"])
    queued = _rows(kind).filter(state=Job.State.QUEUED).order_by("created_at")
    return Swept(tuple(queued.values_list("pk", flat=True)[:RUNG_AT_ONCE]), tuple(given_up))
