"""Asking a ClamAV daemon about a stream of bytes, by its own protocol (clamd, INSTREAM)."""

import socket
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 120
"""Silence after which the daemon is thought gone."""
MOST = 4096
"""Bytes of an answer that are read."""


class ScannerGone(OSError):
    """The daemon cannot be reached or does not answer; ask again later."""


@dataclass(frozen=True)
class Answer:
    """`found` names the malware; `unable` says why nothing could be said. Both empty: clean."""

    found: str = ""
    unable: str = ""


def scanned(address: str, pieces: Iterable[bytes]) -> Answer:
    """What the daemon at `tcp://host:port` or `unix:///path` says of the bytes."""
    try:
        with closing(_connected(address)) as daemon:
            daemon.settimeout(SECONDS)
            return _read(_asked(daemon, pieces))
    except OSError as error:
        raise ScannerGone(str(error)) from error


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        local = socket.socket(socket.AF_UNIX)
        local.settimeout(SECONDS)
        local.connect(parts.path)
        return local
    return socket.create_connection((parts.hostname or "", parts.port or 3310), SECONDS)


def _asked(daemon: socket.socket, pieces: Iterable[bytes]) -> str:
    """Each piece after its length in four bytes; a length of nothing ends it."""
    daemon.sendall(b"zINSTREAM\0")
    try:
        for piece in pieces:
            daemon.sendall(len(piece).to_bytes(4, "big") + piece)
        daemon.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it closes on a stream that is too long, after saying so
    answer = b""
    while len(answer) < MOST and not answer.endswith(b"\0"):
        part = daemon.recv(MOST)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _read(answer: str) -> Answer:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Answer()
    if said.endswith(" FOUND"):
        return Answer(found=said.removesuffix(" FOUND"))
    if "size limit exceeded" in said:
        return Answer(unable="larger than the scanner takes")
    if not said:
        raise ScannerGone("the daemon closed without a word")
    return Answer(unable=said.removesuffix(" ERROR")[:200])
