"""The processes that make up a running Proofroom: one list for `proofroom up` and for Compose.

A test compares docker-compose.yml with this list, so that the two cannot drift apart.
"""

from dataclasses import dataclass

CELERY = ("celery", "--app", "diligence.config.celery:app")
QUIET = ("--loglevel", "WARNING")


@dataclass(frozen=True)
class Process:
    """One long-running process: `python -m` followed by `module`, and what asks for its health."""

    name: str
    module: tuple[str, ...]
    probe: tuple[str, ...]


def processes(bind: str) -> tuple[Process, ...]:
    """Web, two workers and beat; `bind` is the address that the web server listens on."""
    return (
        Process("web", ("gunicorn", *_web(bind)), _probe("database", "redis")),
        Process("worker-short", (*CELERY, *_worker("short", 1)), _probe("worker-short")),
        Process("worker-long", (*CELERY, *_worker("long", 2)), _probe("worker-long")),
        Process("beat", (*CELERY, *_beat()), _probe("beat")),
    )


def preparation() -> tuple[str, ...]:
    """What runs once before them, as `python -m`: migrations and the content that ships."""
    return ("django", "prepare")


def _web(bind: str) -> tuple[str, ...]:
    # Threads: a slow link would hold a synchronous worker for as long as an upload or a download
    # takes, and the time limit would end it in the middle.
    return (
        "diligence.config.wsgi:application",
        *("--bind", bind, "--workers", "2", "--threads", "8", "--timeout", "120"),
        # Longer than proxies keep theirs: who closes first cuts off what is just being asked.
        *("--keep-alive", "75", "--max-requests", "2000", "--max-requests-jitter", "200"),
        *("--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "warning"),  # noqa: S108 - memory, for gunicorn's heartbeats
        *("--logger-class", "diligence.config.web_log.WebLog"),
        *("--worker-class", "diligence.config.web_worker.WebWorker"),
    )


def _worker(queue: str, concurrency: int) -> tuple[str, ...]:
    return (
        "worker",
        *("--queues", queue, "--hostname", f"{queue}@%h", "--concurrency", str(concurrency)),
        *("--without-gossip", "--without-mingle"),
        *QUIET,
    )


def _beat() -> tuple[str, ...]:
    scheduler = "diligence.config.celery:NotingScheduler"
    # Beat alone writes a pid file, which a hard stop would leave behind.
    return ("beat", "--scheduler", scheduler, "--pidfile", "", *QUIET)


def _probe(*parts: str) -> tuple[str, ...]:
    return ("diligence.config.probe", *parts)
