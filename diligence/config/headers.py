"""What is done to every answer on its way out: the content policy, and pages made small.

Django 5.2 does not send a Content-Security-Policy by itself. A view that needs a stricter one (a
download, a printed page) sets its own; it is left alone.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

GetResponse = Callable[[HttpRequest], HttpResponse]


def content_policy(get_response: GetResponse) -> GetResponse:
    """Let pages load scripts, styles and pictures from this site only."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.PROOFROOM_CONTENT_POLICY)
        return response

    return middleware


class SmallPages(GZipMiddleware):
    """Compresses pages and nothing else; styles and scripts lie compressed on the disk.

    A download keeps its length, and is not worth the processor's time. Against guessing secrets by
    the length of an answer (BREACH), Django adds up to 100 random bytes to each page, and masks the
    token against forged requests anew each time.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The same page in fewer bytes for a browser that takes them."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.streaming or not is_page:
            return response
        return super().process_response(request, response)
