"""Beat goes on where the clock jumps."""

from datetime import timedelta

import pytest
from celery.beat import ScheduleEntry

from diligence.config.celery import NotingScheduler, app

EVERY = timedelta(seconds=max(each["schedule"] for each in app.conf.beat_schedule.values()))
"""The longest interval of the schedule."""


class Beat(NotingScheduler):
    """Writes down what it would ring for."""

    def __init__(self, ran_ago: timedelta) -> None:
        super().__init__(app, lazy=True)
        self.setup_schedule()
        self.rung: list[str] = []
        self.ran(ran_ago)

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        del producer
        self.rung.append(str(entry.task))

    def ran(self, ago: timedelta) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - ago
        self._heap = None

    def rings_for(self) -> set[str]:
        for _ in range(len(self.schedule) + 1):
            self.tick()
        return set(self.rung)


@pytest.fixture
def every_task() -> set[str]:
    return {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_what_has_just_rung_waits() -> None:
    assert Beat(timedelta(0)).rings_for() == set()


def test_a_clock_that_is_set_forward_makes_all_ring(every_task: set[str]) -> None:
    assert Beat(timedelta(days=2)).rings_for() == every_task


def test_a_clock_that_is_set_back_holds_up_nothing_beyond_its_interval(
    every_task: set[str],
) -> None:
    beat = Beat(-timedelta(days=2))
    assert beat.rings_for() == set()
    now = app.now()
    assert all(entry.last_run_at and entry.last_run_at <= now for entry in beat.schedule.values())
    beat.ran(EVERY)
    assert beat.rings_for() == every_task
