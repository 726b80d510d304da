"""What people and programs see where there is nothing, or where something broke.

The page for a fault asks neither the database nor the session, which may be what broke.
"""

import logging
from collections.abc import Callable
from traceback import walk_tb

from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import loader
from django.views.defaults import page_not_found

API = "/api/"
UNKEEPABLE = (
    "Something in this holds a sign or a number that cannot be kept, such as an invisible zero "
    "byte or a number of hundreds of digits, or lists within lists without end. Take it out and "
    "send it again; nothing was changed."
)
log = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for people; for programs the same shape as of every other refusal."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "Not found."}, status=404)
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """One page without a request behind it, but with the number that lets its scripts run."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "Something broke on our side."}, status=500)
    page = loader.get_template("500.html")
    nonce = getattr(request, "csp_nonce", "")
    return HttpResponseServerError(page.render({"csp_nonce": nonce}))


def forms_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Says in a page what a browser that opens the address of a form would show as an empty one.

    allauth keeps one waiting form for each session: of two tabs that both ask who one is, the first
    is led back to where its form was going, without the form.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        opened = response.status_code == 405 and request.method == "GET"
        if not opened or response.content or request.path.startswith(API):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


class UnkeepableInput:
    """What the database cannot hold is a mistake in what was sent, and no fault of ours.

    Fields of forms look for it first and say where it is; this is for what has no field: searches,
    pages, single texts. So is JSON that is nested deeper than it can be read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The work is done where a view raises."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """400 with one sentence for what PostgreSQL, or who reads JSON, refuses to take."""
        if not (isinstance(error, DataError) or _is_of_json_too_deep(error)):
            return None
        log.warning("Refused at %s: %s", request.path, type(error.__cause__ or error).__name__)
        if request.path.startswith(API):
            return JsonResponse({"detail": UNKEEPABLE}, status=400)
        return HttpResponse(UNKEEPABLE, status=400, content_type="text/plain; charset=utf-8")


def _is_of_json_too_deep(error: Exception) -> bool:
    """Whether the reader of JSON gave up, and not something of ours that calls itself."""
    if not isinstance(error, RecursionError):
        return False
    frames = [frame.f_globals.get("__name__") for frame, _ in walk_tb(error.__traceback__)]
    return frames[-1:] == ["json.decoder"]
