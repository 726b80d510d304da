"""The Celery application: two queues, a beat schedule and signs of life.

The database row is the queue and Celery only the doorbell. So nothing is kept as a result, a lost
message costs one sweep, and a task may run twice without harm.
"""

import os
from collections.abc import Mapping
from typing import Any

from celery import Celery
from celery.beat import Scheduler
from celery.signals import heartbeat_sent, task_prerun
from django.conf import settings

from diligence.config import heartbeats
from diligence.config.hearing import leave_if_deaf
from diligence.lib.whence import Whence, set_whence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diligence.config.settings")

SHORT = "short"  # mails and sweeps: answered within seconds
LONG = "long"  # audits and PDFs: minutes of work, never in the way of the others

REMINDS_EVERY = 15 * 60
"""Seconds between two looks at what comes due; a person gets one reminder a day at most."""

UNNAMED_EVERY = 24 * 3600
"""Seconds between two looks at stored files that no row names."""

RETENTION_EVERY = 3600
"""Seconds between looks at what comes due; a deletion has a day, and not an hour."""

ANCHORS_EVERY = 3600
"""Seconds between two looks whether the trail has an anchor of the day: one a day is made."""

STALE_AFTER = max(60, 2 * settings.PROOFROOM_SWEEP_SECONDS)
"""Seconds after which a sweep that nobody came to is forgotten: the next one does its work."""

app = Celery("proofroom")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_connection_retry_on_startup=True,
    # A message that is not acknowledged comes back after this time: longer than any audit may take.
    # Whoever rings while Redis is away is not kept waiting: the next sweep rings for the row.
    broker_transport_options={
        "visibility_timeout": 6 * 3600,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.2,
    },
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    task_default_queue=SHORT,
    task_routes={
        "audits.tasks.sweep_*": {"queue": SHORT},
        "audits.tasks.*": {"queue": LONG},
        "diligence.tasks.keep_*": {"queue": LONG},
        "rubrics.tasks.render_*": {"queue": LONG},
    },
    timezone="UTC",
    enable_utc=True,
    beat_schedule={
        task: {
            "task": task,
            "schedule": settings.PROOFROOM_SWEEP_SECONDS,
            "options": {"expires": STALE_AFTER},
        }
        for task in (
            "diligence.tasks.keep_scanning",
            "diligence.tasks.mail_new_requests",
            "diligence.tasks.seal_trail",
            "diligence.tasks.send_queued_mail",
            "diligence.tasks.send_webhooks",
            "diligence.tasks.sweep_previews",
            "diligence.tasks.sweep_room_exports",
            "diligence.tasks.sweep_uploads",
            "audits.tasks.sweep_runs",
            "audits.tasks.sweep_rooms",
            "rubrics.tasks.sweep_reports",
            "rubrics.tasks.sweep_suggestions",
            "rubrics.tasks.sweep_waivers",
        )
    }
    | {
        "remind": {"task": "diligence.tasks.remind", "schedule": REMINDS_EVERY},
        "retention": {"task": "diligence.tasks.keep_to_terms", "schedule": RETENTION_EVERY},
        "unnamed": {"task": "diligence.tasks.keep_storage_known", "schedule": UNNAMED_EVERY},
        "anchor": {"task": "diligence.tasks.anchor_the_trail", "schedule": ANCHORS_EVERY},
    },
)
app.autodiscover_tasks(["diligence", "audits", "rubrics"])


@heartbeat_sent.connect
def note_worker(**_: object) -> None:
    """A worker gives a sign of life for each queue that it serves."""
    served: Mapping[str, object] = app.amqp.queues.consume_from
    for queue, part in heartbeats.WORKERS.items():
        if queue in served:
            heartbeats.note(settings.REDIS_URL, part)
    leave_if_deaf(settings.REDIS_URL, served)


@task_prerun.connect
def note_whence(sender: Any = None, **_: object) -> None:
    """What a task records came from a worker, and from this task."""
    set_whence(Whence(via="worker", agent=str(getattr(sender, "name", ""))))


class NotingScheduler(Scheduler):
    """Beat that says it lives, and keeps its times in memory: all is due again at a start."""

    max_interval = 5  # seconds between two signs of life at most

    def tick(self, *args: Any, **kwargs: Any) -> float:
        heartbeats.note(settings.REDIS_URL, heartbeats.BEAT)
        self._forget_the_future()
        interval: float = super().tick(*args, **kwargs)
        return min(interval, self.max_interval)

    def _forget_the_future(self) -> None:
        """Where the clock was set back, what ran "later than now" would wait until that time."""
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at is not None and entry.last_run_at > now:
                entry.last_run_at = now
                self._heap = None  # built anew by the next tick
