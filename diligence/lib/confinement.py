"""Confines a process that reads what was given to us: memory, processor time, and no network.

What is shut stays shut until the process ends, for all that it starts as well.
"""

import ctypes
import resource
import sys
from contextlib import suppress
from functools import cache

from diligence.lib.seccomp import forbid_sockets

_NEW_NETWORK = 0x40000000
_GRACE_SECONDS = 5


class NetworkShut(OSError):
    """Something wanted the network after it was shut."""


def confine(memory_bytes: int, cpu_seconds: int) -> None:
    """Bounds this process and each that it starts; where one already has less, it keeps that."""
    _bound(resource.RLIMIT_AS, memory_bytes, memory_bytes)
    _bound(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + _GRACE_SECONDS)
    _bound(resource.RLIMIT_CORE, 0, 0)


def _bound(which: int, soft: int, hard: int) -> None:
    _, allowed = resource.getrlimit(which)
    if allowed != resource.RLIM_INFINITY:
        soft, hard = min(soft, allowed), min(hard, allowed)
    with suppress(ValueError, OSError):
        resource.setrlimit(which, (soft, hard))


def shut_network() -> bool:
    """Lets this process reach no network any more; whether the system itself sees to it.

    The kernel refuses sockets to it and to programs that it starts; where it may, the process also
    moves to a network without any way out. In any case Python refuses to make a socket from now on.
    """
    _hook_in()
    moved = _leave_network()
    return forbid_sockets() or moved


def _leave_network() -> bool:
    """Moves to an empty network, for which a process needs to be privileged."""
    try:
        return bool(ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK) == 0)
    except (OSError, AttributeError):
        return False


@cache
def _hook_in() -> None:
    """An audit hook cannot be taken away, so it goes in once."""
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        raise NetworkShut("the network is shut while a source is examined")
