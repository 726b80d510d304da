"""Celery workers and beat as real processes, on the database and the Redis of a test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis
from django.conf import settings

from diligence.config.processes import CELERY, QUIET

PATIENCE_SECONDS = 180
"""What is waited for takes a few seconds of an idle machine, most of them to start processes."""
EXAMINATION = "audits.services.examine"


def wait_for(what: Callable[[], bool], why: str = "") -> None:
    """Comes back once it is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, why or what
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether the process is there and more than a zombie."""
    with suppress(OSError, IndexError):
        return _stat(pid)[0] != "Z"
    return False


def _stat(pid: int) -> list[str]:
    """State, parent and so on of a process."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def children_of(parent: int) -> Iterator[int]:
    """The direct children of a process."""
    for entry in Path("/proc").iterdir():
        with suppress(OSError, IndexError, ValueError):
            if int(_stat(int(entry.name))[1]) == parent:
                yield int(entry.name)


@dataclass
class Worker:
    """A Celery process in a process group of its own."""

    process: "subprocess.Popen[bytes]"

    @property
    def pool(self) -> list[int]:
        """The processes that carry out tasks."""
        return list(children_of(self.process.pid))

    def examinations(self) -> list[int]:
        """The examinations that its pool has started."""
        grandchildren = [g for child in self.pool for g in children_of(child)]
        return [pid for pid in grandchildren if EXAMINATION in words_of(pid)]

    def kill(self) -> None:
        """SIGKILL to all of it at once, like a power cut; examinations are groups of their own."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def words_of(pid: int) -> str:
    """The command line of a process; empty where it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


@dataclass
class Workshop:
    """Starts workers and beat for one test and ends what is left of them."""

    environment: Mapping[str, str]
    log: Path
    started: list[Worker] = field(default_factory=list)

    def worker(self) -> Worker:
        """A worker with two places that serves all queues."""
        name = f"w{len(self.started)}@%h"
        options = ("--queues", "short,long", "--hostname", name, "--concurrency", "2")
        return self._start("worker", *options, "--without-gossip", "--without-mingle", *QUIET)

    def beat(self) -> Worker:
        """The clock that makes the sweeps."""
        scheduler = ("--scheduler", "diligence.config.celery:NotingScheduler", "--pidfile", "")
        return self._start("beat", *scheduler, *QUIET)

    def _start(self, *arguments: str) -> Worker:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *CELERY, *arguments],
                stdout=log, stderr=log, env=dict(self.environment), start_new_session=True,
            )  # fmt: skip
        self.started.append(Worker(process))
        return self.started[-1]

    def close(self) -> None:
        """Ends all that is left."""
        for worker in self.started:
            left = worker.examinations()
            worker.kill()
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def forget_bells() -> None:
    """Empties the queues of Celery, as a Redis that lost its memory."""
    with redis.Redis.from_url(settings.REDIS_URL) as connection:
        for key in connection.scan_iter("*"):
            if not key.startswith(settings.CACHES["default"]["KEY_PREFIX"].encode()):
                connection.delete(key)
