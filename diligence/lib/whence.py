"""From where something is done: set at each door, read by the trail.

A context variable, because services know no request. Without one it is the command line.
"""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Whence:
    """The door (web, api, worker, command), the address of the network, and the program."""

    via: str = "command"
    address: str | None = None
    agent: str = ""


COMMAND = Whence()
_NOW: ContextVar[Whence] = ContextVar("whence", default=COMMAND)


def whence() -> Whence:
    """From where this runs."""
    return _NOW.get()


@contextmanager
def coming_from(place: Whence) -> Iterator[None]:
    """What is done inside comes from there."""
    token = _NOW.set(place)
    try:
        yield
    finally:
        _NOW.reset(token)


def set_whence(place: Whence) -> None:
    """For callers that begin and end in two places, such as a task's signals."""
    _NOW.set(place)


def readable_agent(text: str) -> str:
    """What a browser says of itself, without signs that cannot be printed, at most 200."""
    return "".join(c for c in text if c.isprintable())[:200]


def readable_address(text: str) -> str | None:
    """The address in its one usual form; None where it is none, as behind a socket."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
