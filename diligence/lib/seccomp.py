"""A filter in the kernel through which no socket can be made: seccomp, as containers use it.

It needs no privilege, holds for every thread and for every program that is started from then on,
and cannot be taken away again. Pairs of connected sockets stay allowed: they lead nowhere.
Numbers are those of Linux (`include/uapi/linux/{seccomp,audit,filter}.h` and its tables of calls).
"""

import ctypes
import errno
import platform
import struct

from msgspec import Struct

_NO_NEW_PRIVILEGES = 38
_SET_MODE_FILTER = 1
_ALL_THREADS = 1
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EACCES, 0x80000000
_FOREIGN_NUMBERS = 0x40000000
"""From here on the numbers of x86-64 are those of another way of calling, x32."""


class _Machine(Struct, frozen=True):
    """The numbers of a kind of machine: its own, and those of three calls."""

    name: int
    socket: int
    io_uring_setup: int
    seccomp: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 41, 425, 317),
    "aarch64": _Machine(0xC00000B7, 198, 425, 277),
}


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def forbid_sockets(*, deadly: bool = False) -> bool:
    """Refuses every new socket from now on; False where this system or machine cannot.

    `deadly` kills whoever asks for one instead, by which a test sees that nobody does.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = _program(machine, _KILL if deadly else _REFUSE)
    instructions = ctypes.create_string_buffer(program, len(program))
    given = _Filter(len(program) // 8, ctypes.addressof(instructions))
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            return False
        done = system.syscall(machine.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(given))
    except (OSError, AttributeError):
        return False
    return bool(done == 0)


def _program(machine: _Machine, verdict: int) -> bytes:
    """What the kernel runs at each call: jumps are counted in instructions from the next one.

    Calls by the ways of another machine are refused whole, because their numbers mean other things;
    a ring of io_uring is refused because it makes sockets without the call.
    """
    return b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (_LOAD, 0, 0, _MACHINE_AT),
            (_JUMP_IF_EQUAL, 0, 4, machine.name),
            (_LOAD, 0, 0, _NUMBER_AT),
            (_JUMP_IF_AT_LEAST, 2, 0, _FOREIGN_NUMBERS),
            (_JUMP_IF_EQUAL, 1, 0, machine.socket),
            (_JUMP_IF_EQUAL, 0, 1, machine.io_uring_setup),
            (_RETURN, 0, 0, verdict),
            (_RETURN, 0, 0, _ALLOW),
        )
    )
