"""Two fingerprints of a file, taken in one reading.

The plain SHA-256 names evidence. The tree fingerprint is what a browser can take of a large file:
SHA-256 of each leaf of 8 MiB, then SHA-256 of all those digests in order. It only serves to compare
what was sent with what arrived.
"""

import hashlib
from dataclasses import dataclass
from typing import IO

LEAF = 8 * 1024 * 1024


@dataclass(frozen=True)
class Fingerprints:
    """Both in hexadecimal, and how many bytes they are of."""

    sha256: str
    tree: str
    size: int


def fingerprint_of(file: IO[bytes]) -> Fingerprints:
    """Reads from where the file stands to its end."""
    whole, tree, size = hashlib.sha256(), hashlib.sha256(), 0
    buffer = bytearray(LEAF)
    while leaf := _filled(file, buffer):
        whole.update(leaf)
        tree.update(hashlib.sha256(leaf).digest())
        size += len(leaf)
    return Fingerprints(whole.hexdigest(), tree.hexdigest(), size)


def _filled(file: IO[bytes], buffer: bytearray) -> memoryview:
    """As much as there is, up to a leaf; a reader over a network may give less at a time."""
    view, at = memoryview(buffer), 0
    while at < len(buffer):
        piece = file.read(len(buffer) - at)
        if not piece:
            break
        view[at : at + len(piece)] = piece
        at += len(piece)
    return view[:at]
