"""Whether this machine can do its work: the database, Redis and a worker on each queue answer."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from diligence.config.celery import HEARTBEAT_KEY, QUEUES


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return True
    except DatabaseError:
        return False


def redis_answers() -> bool:
    try:
        cache.get("healthz")
    except (RedisError, OSError):
        return False
    return True


def worker_answers(queue: str) -> bool:
    try:
        return cache.get(HEARTBEAT_KEY.format(queue=queue)) is not None
    except (RedisError, OSError):
        return False


def parts() -> dict[str, Callable[[], bool]]:
    """What must answer, by the name under which the page reports it."""
    return {
        "database": database_answers,
        "redis": redis_answers,
        **{f"worker-{queue}": lambda queue=queue: worker_answers(queue) for queue in QUEUES},
    }


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all parts answer, else 503; the body says which do not."""
    answers = {name: part() for name, part in parts().items()}
    return JsonResponse(
        {"ok": all(answers.values()), "parts": answers},
        status=200 if all(answers.values()) else 503,
    )
