"""Doorbells: a word to a worker that a row waits for it, and nothing that anybody depends on."""

import logging
from functools import partial

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring(task: "Task[[str], None]", row: object) -> None:
    """Rings for a row as soon as its transaction is committed."""
    transaction.on_commit(partial(_ring, task, str(row)))


def _ring(task: "Task[[str], None]", row: str) -> None:
    """Where Redis is away the row is there all the same, and the next sweep rings for it."""
    try:
        task.apply_async((row,), retry=False)
    except OperationalError as error:
        logger.warning("No bell was rung for %s: %s", row, error)
