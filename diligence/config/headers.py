"""The Content-Security-Policy header, which Django 5.2 does not send by itself.

A view that needs a stricter policy (a download, a printed page) sets its own; it is left alone.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def content_policy(get_response: GetResponse) -> GetResponse:
    """Let pages load scripts, styles and pictures from this site only."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.PROOFROOM_CONTENT_POLICY)
        return response

    return middleware
