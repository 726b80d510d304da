"""Signs of life of the background processes, kept in Redis, where they fade by themselves.

Read by the health page, by the containers' health checks and by `proofroom up`.
"""

import time
from collections.abc import Iterable
from functools import cache

import redis

WORKERS = {"short": "worker-short", "long": "worker-long"}
BEAT = "beat"
PARTS = (*WORKERS.values(), BEAT)
# Workers give a sign every two seconds; a busy machine may miss some.
FADES_AFTER_SECONDS = 30


@cache
def _connection(address: str) -> "redis.Redis":
    return redis.Redis.from_url(address, socket_timeout=5, socket_connect_timeout=5)


def note(address: str, part: str) -> None:
    """Leave a sign of life. A Redis that is away for a moment must not stop the caller."""
    try:
        _connection(address).set(_key(part), time.time(), ex=FADES_AFTER_SECONDS)
    except redis.RedisError:
        return


def redis_answers(address: str) -> bool:
    try:
        return bool(_connection(address).ping())
    except redis.RedisError:
        return False


def seen(address: str, part: str) -> bool:
    """Whether the part gave a sign of life lately."""
    try:
        return bool(_connection(address).exists(_key(part)))
    except redis.RedisError:
        return False


def waiting(address: str, queues: Iterable[str]) -> int:
    """How many tasks lie in these queues. Raises redis.RedisError."""
    connection = _connection(address)
    return sum(int(connection.llen(queue)) for queue in queues)


def forget(address: str) -> None:
    """Drop all signs, so that a start waits for the processes of now and not of before."""
    _connection(address).delete(*(_key(part) for part in PARTS))


def _key(part: str) -> str:
    return f"heartbeat:{part}"
