"""The Celery application: two queues, a beat schedule and the workers' sign of life.

The database row is the queue and Celery only the doorbell. So nothing is kept as a result, a lost
message costs one sweep, and a task may run twice without harm.
"""

import os
import time

from celery import Celery
from celery.signals import heartbeat_sent
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "diligence.config.settings")

SHORT = "short"  # mails and sweeps: answered within seconds
LONG = "long"  # audits and PDFs: minutes of work, never in the way of the others
QUEUES = (SHORT, LONG)
HEARTBEAT_KEY = "worker-heartbeat:{queue}"
HEARTBEAT_SECONDS = 20  # workers beat every two seconds; a busy machine may miss some

app = Celery("proofroom")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_connection_retry_on_startup=True,
    # A message that is not acknowledged comes back after this time: longer than any audit may take.
    broker_transport_options={"visibility_timeout": 6 * 3600},
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_default_queue=SHORT,
    task_routes={
        "audits.tasks.sweep_*": {"queue": SHORT},
        "audits.tasks.*": {"queue": LONG},
        "rubrics.tasks.render_*": {"queue": LONG},
    },
    timezone="UTC",
    enable_utc=True,
    worker_hijack_root_logger=False,
    beat_schedule={
        task: {"task": task, "schedule": settings.PROOFROOM_SWEEP_SECONDS}
        for task in (
            "diligence.tasks.send_queued_mail",
            "audits.tasks.sweep_runs",
            "rubrics.tasks.sweep_reports",
        )
    },
)
app.autodiscover_tasks(["diligence", "audits", "rubrics"])


@heartbeat_sent.connect
def note_heartbeat(sender: object, **_: object) -> None:
    """Leave a sign of life for each queue that this worker serves; it fades by itself."""
    from django.core.cache import cache

    for queue in _queues_of(sender):
        cache.set(HEARTBEAT_KEY.format(queue=queue), time.time(), HEARTBEAT_SECONDS)


def _queues_of(sender: object) -> tuple[str, ...]:
    eventer = getattr(sender, "eventer", None)
    queues = getattr(getattr(eventer, "app", app), "amqp", app.amqp).queues.consume_from
    return tuple(name for name in QUEUES if name in queues)
