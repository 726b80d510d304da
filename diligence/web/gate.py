"""What is asked of everybody who is signed in, on every request, before any page."""

from collections.abc import Callable
from contextlib import suppress
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from diligence.selectors.sign_ins import seen_key

GetResponse = Callable[[HttpRequest], HttpResponse]


class Gate:
    """Notes when a sign-in was last used."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        _note_use(request)
        return response


def _note_use(request: HttpRequest) -> None:
    """In Redis, where it costs a tenth of a millisecond and no row; without Redis pages go on."""
    session = request.session
    # Asking whether somebody is signed in would load them where no page did.
    if not session.accessed or not session.session_key or "_auth_user_id" not in session:
        return
    with suppress(RedisError):
        cache.set(seen_key(session.session_key), time(), settings.SESSION_COOKIE_AGE)
