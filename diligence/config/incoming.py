"""What is done to every request on its way in: whose it is, and whether it is too large.

Behind a proxy every request comes from the proxy. Where the settings name it, the address that it
tells is put in the place of its own, once, so that throttles, the audit trail and the list of
sessions all count the same client. What others say in these headers is taken out.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from diligence.lib.bodies import announced, largest_for

Network = IPv4Network | IPv6Network
GetResponse = Callable[[HttpRequest], HttpResponseBase]
TOLD_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
READ_TOGETHER = 20
"""Proxies in a row that are looked at; there are two or three."""


def real_client(get_response: GetResponse) -> GetResponse:
    """Put the client's address where the web server put that of the proxy."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        trusted: Sequence[Network] = settings.PROOFROOM_TRUSTED_PROXIES
        if trusted:
            _tell_apart(request.META, trusted)
        return get_response(request)

    return middleware


def _tell_apart(meta: dict[str, Any], trusted: Sequence[Network]) -> None:
    peer = str(meta.get("REMOTE_ADDR", ""))
    if _is_one_of(_address(peer), trusted):
        meta["REMOTE_ADDR"] = client_of(peer, str(meta.get("HTTP_X_FORWARDED_FOR", "")), trusted)
        return
    for name in TOLD_BY_PROXIES:
        meta.pop(name, None)


def client_of(peer: str, told: str, trusted: Sequence[Network]) -> str:
    """The nearest address that is no trusted proxy, read from right to left.

    Each proxy adds on the right whom it saw, so all that stands left of the first stranger may be
    the stranger's own invention.
    """
    nearest = peer
    for part in reversed(told.split(",")[-READ_TOGETHER:]):
        address = _address(part)
        if address is None:
            return nearest
        nearest = str(address)
        if not _is_one_of(address, trusted):
            return nearest
    return nearest


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: bare, with a port, or in brackets."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_one_of(address: IPv4Address | IPv6Address | None, networks: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in networks)


class SmallRequests:
    """Refuses what is larger than its view takes, before a byte of it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The work is done once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_: object
    ) -> HttpResponse | None:
        """413 with one sentence, or nothing."""
        largest = largest_for(request, view)
        if announced(request) <= largest:
            return None
        return HttpResponse(
            f"This is larger than the {largest // 1024**2} MB that this page takes.",
            status=413,
            content_type="text/plain; charset=utf-8",
        )
