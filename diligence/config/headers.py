"""What is done to every answer on its way out: what browsers may do with it, and pages made small.

The headers are those of the OWASP Secure Headers Project; Django's own middleware sends the others.
A view that needs a stricter policy (a download, a printed page) sets its own; it is left alone.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]


UNUSED_ABILITIES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""What no page of ours asks a browser for, so that a script that got in cannot either."""
FOR_EVERYTHING = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED_ABILITIES),
    "X-Permitted-Cross-Domain-Policies": "none",
}
ADMINISTRATION = "/admin/"
"""Django's own pages name their scripts without a nonce; they run from this site's files alone."""
FRAGMENTS = ("HX-Request", "HX-Boosted")
"""What htmx says of a request, by which an address answers with a page or with a part of it."""


def secure_headers(get_response: GetResponse) -> GetResponse:
    """Say of everything, files included, that it is for pages of this site only."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in FOR_EVERYTHING.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def content_policy(get_response: GetResponse) -> GetResponse:
    """Let pages run the scripts that our templates name, and load from this site only.

    A script needs the number that was drawn for this one answer, so that nothing that somebody
    handed in can run, though it comes from the same site.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined] # as Django 6 names it
        response = get_response(request)
        scripts = "'self'" if request.path.startswith(ADMINISTRATION) else f"'nonce-{nonce}'"
        policy = f"{settings.PROOFROOM_CONTENT_POLICY}; script-src {scripts}"
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cache-Control", "private, no-store")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, FRAGMENTS)
        _clear_after_sign_out(request, response)
        return response

    return middleware


def _clear_after_sign_out(request: HttpRequest, response: HttpResponse) -> None:
    """Take away what a browser kept of somebody who left, drafts of answers above all."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    if view == "account_logout" and request.method == "POST":
        response.headers["Clear-Site-Data"] = '"cache", "storage"'


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
