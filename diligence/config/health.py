"""Whether this machine can do its work: the database, Redis, the workers and beat answer."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from diligence.config import heartbeats


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return True
    except DatabaseError:
        return False


def answers() -> dict[str, bool]:
    """Which parts answer, by the names that the page and the health checks use."""
    return {
        "database": database_answers(),
        "redis": heartbeats.redis_answers(settings.REDIS_URL),
        **{part: heartbeats.seen(settings.REDIS_URL, part) for part in heartbeats.PARTS},
    }


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 the shape of a view
    """200 when all parts answer, else 503; the body says which do not."""
    parts = answers()
    well = all(parts.values())
    return JsonResponse({"ok": well, "parts": parts}, status=200 if well else 503)
