"""Notices a worker that lives and takes nothing from a queue in which something waits.

Where Redis goes away just when a task ends, Celery writes the failed acknowledgement into the log
and its loop never learns that the connection is gone: the worker comes back deaf. Such a worker
ends itself, and its supervisor starts one that hears.
"""

import logging
import os
import signal
import time
from collections.abc import Iterable, Mapping

import redis
from celery.worker import state

from diligence.config.heartbeats import waiting

DEAF_AFTER_SECONDS = 20
logger = logging.getLogger(__name__)


class Hearing:
    """What a worker has taken, and since when it has taken nothing although something waits."""

    def __init__(self) -> None:
        self._taken: Mapping[str, int] = {}
        self._since: float | None = None

    def is_lost(self, waits: int, taken: Mapping[str, int], in_hand: int, now: float) -> bool:
        """Told at each sign of life; whether nothing was taken for DEAF_AFTER_SECONDS.

        `now` is a time of the clock that never jumps, in seconds.
        """
        idle = waits and not in_hand and taken == self._taken
        self._taken = dict(taken)
        if not idle:
            self._since = None
            return False
        self._since = now if self._since is None else self._since
        return now - self._since >= DEAF_AFTER_SECONDS


_hearing = Hearing()


def leave_if_deaf(address: str, queues: Iterable[str]) -> None:
    """Asks the worker's own process to end in order, where it hears nothing any more."""
    try:
        waits = waiting(address, queues)
    except redis.RedisError:
        return
    in_hand = len(state.active_requests)
    if _hearing.is_lost(waits, state.total_count, in_hand, time.monotonic()):
        logger.error("%d tasks wait and none was heard of; this worker ends to be replaced.", waits)
        os.kill(os.getpid(), signal.SIGTERM)
