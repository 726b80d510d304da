"""Notes for each request from where it comes, for the trail."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from diligence.lib.whence import Whence, coming_from, readable_address, readable_agent

GetResponse = Callable[[HttpRequest], HttpResponse]


def note_whence(get_response: GetResponse) -> GetResponse:
    """What a request does is recorded with its address and program."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with coming_from(whence_of(request)):
            return get_response(request)

    return middleware


def whence_of(request: HttpRequest) -> Whence:
    """The door, the address (what `real_client` found out) and the program of a request."""
    return Whence(
        via="api" if request.path.startswith("/api/") else "web",
        address=readable_address(str(request.META.get("REMOTE_ADDR", ""))),
        agent=readable_agent(request.headers.get("User-Agent", "")),
    )
