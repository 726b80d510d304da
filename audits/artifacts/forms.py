"""The form of a file, told by its first bytes and never by its name."""

import os
from pathlib import Path

from audits.artifacts.errors import ArtifactError

HEAD = 256 * 1024
UNREADABLE = "{} cannot be read ({}); hand it in again."
REFUSED = {
    "excel": "{} is an Excel workbook; save the sheet as CSV and hand that in.",
    "zip": "{} is a zip archive, not a table; unpack it and hand in the file that is in it.",
    "gzip": "{} is compressed; unpack it and hand in the file that is in it.",
    "empty": "{} is empty; hand in the file with its rows.",
    "binary": "{} is neither text nor Parquet; hand in CSV, JSON Lines or Parquet.",
}
"""What a file is that cannot be a table, and what to hand in instead."""

_STARTS = (
    (b"PAR1", "parquet"), (b"\xd0\xcf\x11\xe0", "excel"), (b"\x1f\x8b", "gzip"),
    (b"BZh", "gzip"), (b"\xfd7zXZ", "gzip"), (b"\x28\xb5\x2f\xfd", "gzip"),
)  # fmt: skip
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def head_of(path: Path, name: str, most: int = HEAD) -> bytes:
    """The first bytes of a regular file; a link, a pipe or a device is refused without waiting."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise ArtifactError(UNREADABLE.format(name, error.strerror)) from None


def form_of(head: bytes) -> str:
    """`parquet`, `json`, `text`, or one of the forms that are refused."""
    if not head.strip():
        return "empty"
    for start, form in _STARTS:
        if head.startswith(start):
            return form
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "excel" if b"xl/" in head or b"[Content_Types].xml" in head[:2048] else "zip"
    if encoding_of(head) == "binary":
        return "binary"
    return "json" if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "text"


def encoding_of(head: bytes) -> str:
    """The encoding by its mark, by the place of zero bytes, or by whether it is valid UTF-8.

    Text that is neither UTF-8 nor UTF-16 is taken as Windows-1252, the superset of Latin-1 that
    spreadsheets write.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return _without_mark(head)
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The head may end within a character.
        return "utf-8" if error.start >= len(head) - 3 else "cp1252"
    return "utf-8"


def _without_mark(head: bytes) -> str:
    even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
    half = max(1, min(len(head), 2000) // 2)
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return "binary"
