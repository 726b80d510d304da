"""A lease ends by its time, and where a clock that was set back would make it too long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import AuditRun
from audits.services import jobs
from diligence.models import RoomExport
from diligence.services.leases import free, lapsed
from diligence.services.room_exports import request_export, sweep_exports
from tests.audits.building import a_repository
from tests.cast import Cast

MINUTE = timedelta(minutes=1)
LONGEST = 10 * MINUTE
NO_LEASE = None


def running(cast: Cast, until: timedelta | None) -> AuditRun:
    return AuditRun.objects.create(
        deal=cast.deal, repository=a_repository(cast.deal, cast.analyst),
        requested_by=cast.analyst, state=AuditRun.State.RUNNING, attempts=1,
        lease_until=None if until is None else timezone.now() + until,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("until", "is_over", "is_free"),
    [
        (NO_LEASE, False, True),
        (MINUTE, False, False),
        (LONGEST, False, False),
        (LONGEST + 2 * MINUTE, True, True),
        (timedelta(days=365), True, True),
        (-MINUTE, True, True),
    ],
)
def test_who_holds_a_row(
    cast: Cast, until: timedelta | None, *, is_over: bool, is_free: bool
) -> None:
    running(cast, until)
    assert AuditRun.objects.filter(lapsed(LONGEST)).exists() is is_over
    assert AuditRun.objects.filter(free(LONGEST)).exists() is is_free


@pytest.mark.parametrize("jump", [-timedelta(days=2), timedelta(days=2)])
def test_a_run_of_a_dead_worker_comes_back_when_the_clock_jumps(
    cast: Cast, jump: timedelta
) -> None:
    run = running(cast, -jump)
    assert jobs.sweep(AuditRun, given_up_because="{}").queued == (run.pk,)
    run.refresh_from_db()
    assert run.state == AuditRun.State.QUEUED


def test_an_archive_of_a_dead_worker_comes_back_when_the_clock_was_set_back(cast: Cast) -> None:
    export = request_export(actor=cast.analyst, deal=cast.deal)
    ahead = timezone.now() + timedelta(days=2)
    RoomExport.objects.filter(pk=export.pk).update(state="running", attempts=1, lease_until=ahead)
    assert sweep_exports() == [export.pk]
