"""Where Proofroom may connect to: the one guard of whatever is fetched by an address of somebody.

An address that a founder or an analyst typed must not make the server ask a neighbour of its own:
a database, the metadata service of a cloud, a router. So a name is resolved once, all that it
resolves to must be open internet, and the connection goes to exactly these addresses: a name that
means something else a moment later (DNS rebinding) makes no difference. Hosts of the firm's own
network are let in by name, with PROOFROOM_PRIVATE_HOSTS; link-local addresses and the metadata
services of clouds never are.

Behind a proxy (HTTPS_PROXY) it is the proxy that resolves, and its rules that hold.
"""

import ipaddress
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import requests

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
VARIABLE = "PROOFROOM_PRIVATE_HOSTS"
SECONDS = 10
"""How long a server may take to be connected to, and how long it may be silent."""
_GATEWAYS = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254")))
"""Of Alibaba's and Amazon's clouds; that of the others is link-local."""


class UnresolvedError(OSError):
    """The host does not resolve."""


class PrivateNetworkError(OSError):
    """The host lies where no stranger's address may lead."""


class PrivateHosts(Struct, frozen=True):
    """Which hosts of a private network may be connected to: those named, or all."""

    names: frozenset[str] = frozenset()
    every: bool = False

    @classmethod
    def of(cls, text: str) -> "PrivateHosts":
        """From a list of names; 1 means every host, 0 and nothing none."""
        words = {word.lower().rstrip(".") for word in text.replace(",", " ").split()}
        return cls(frozenset(words - {"0", "1"}), every="1" in words)

    @classmethod
    def from_environment(cls) -> "PrivateHosts":
        """As whoever runs Proofroom allows."""
        return cls.of(os.environ.get(VARIABLE, ""))

    def __contains__(self, host: str) -> bool:
        return self.every or host.lower().strip("[]").rstrip(".") in self.names


NONE = PrivateHosts()
EVERY = PrivateHosts(every=True)


def addresses_of(host: str, port: int, allowed: PrivateHosts = NONE) -> tuple[str, ...]:
    """What a host resolves to, once, where all of it may be connected to."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnresolvedError(f"The host {host} does not resolve.") from None
    numbers = tuple(sorted({str(entry[4][0]) for entry in found}))
    may = _is_reachable if host in allowed else is_public
    if not all(may(number) for number in numbers):
        raise PrivateNetworkError(
            f"The host {host} lies in a private network, which is not connected to."
        )
    return numbers


def is_public(number: str) -> bool:
    """Whether it is an address of the open internet, and so is one that it stands for."""
    return all(each.is_global and not each.is_multicast for each in _meant(number))


def _is_reachable(number: str) -> bool:
    """Whether somebody may allow it at all."""
    return not any(
        each.is_link_local or each.is_multicast or each.is_unspecified or each in _METADATA
        for each in _meant(number)
    )


def _meant(number: str) -> list[Address]:
    parsed = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv4Address):
        return [parsed]
    itself = () if parsed.ipv4_mapped else (parsed,)
    return [*itself, *_embedded(parsed)]


def _embedded(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Addresses of the old kind that a gateway would make of it: mapped, 6to4, Teredo, NAT64."""
    told = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    yield from (each for each in told if each is not None)
    if int(address) > 1 and any(address in network for network in _GATEWAYS):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


# Requests over HTTPS ---------------------------------------------------------------------------


def guarded_session(
    allowed: PrivateHosts | None = None, *, within: float | None = None
) -> "requests.Session":
    """A session of `requests` whose every connection, those of redirects too, passes the guard.

    Plain http:// is refused. A refusal reaches the caller as `requests.ConnectionError`. `within`
    so many seconds a connection is over, however little by little the server goes on to speak.
    """
    import requests
    from requests.adapters import HTTPAdapter
    from requests.exceptions import InvalidSchema

    hosts = PrivateHosts.from_environment() if allowed is None else allowed

    class Guarded(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"https": _pool_class(hosts, within)}

        def send(self, *args: Any, **kwargs: Any) -> requests.Response:
            kwargs["timeout"] = kwargs.get("timeout") or SECONDS
            return super().send(*args, **kwargs)

    class OnlyHttps(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            raise InvalidSchema(f"Only https:// addresses are asked, not {request.url}.")

    session = requests.Session()
    session.mount("https://", Guarded())
    session.mount("http://", OnlyHttps())
    session.max_redirects = 3
    return session


def _pool_class(hosts: PrivateHosts, within: float | None) -> Any:
    """Connections of urllib3 that connect to what was checked; the certificate is the name's."""
    from urllib3.connection import HTTPSConnection
    from urllib3.connectionpool import HTTPSConnectionPool
    from urllib3.exceptions import NewConnectionError

    class Connection(HTTPSConnection):
        _end: threading.Timer | None = None

        def _new_conn(self) -> socket.socket:
            try:
                return _connected(self.host, self.port or 443, self.timeout, hosts)
            except OSError as error:
                raise NewConnectionError(self, str(error)) from error

        def connect(self) -> None:
            began = time.monotonic()
            super().connect()
            if within is not None:
                left = max(0.0, within - (time.monotonic() - began))
                self._end = threading.Timer(left, _cut, (self.sock,))
                self._end.daemon = True
                self._end.start()

        def close(self) -> None:
            if self._end is not None:
                self._end.cancel()
            super().close()

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


def _cut(connection: socket.socket) -> None:
    """Ends a connection under whoever still waits on it; below TLS, whose state is theirs."""
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _connected(host: str, port: int, timeout: Any, hosts: PrivateHosts) -> socket.socket:
    """A connection to the first of the checked addresses that answers."""
    fault: OSError | None = None
    seconds = timeout if isinstance(timeout, int | float) else SECONDS
    for number in addresses_of(host, port, hosts):
        try:
            return socket.create_connection((number, port), timeout=seconds)
        except OSError as error:
            fault = error
    raise fault or UnresolvedError(f"The host {host} does not resolve.")
