"""What a file is by its first bytes. Its name and the type that a browser claims are never asked.

Formats of machine learning come first, because general libraries do not know them; then text,
because magic numbers of two letters (BM, MZ) also begin words; then the general library.
"""

import puremagic

UNKNOWN = "application/octet-stream"

_STARTS = (
    (b"# v2 git bundle\n", "application/x-git-bundle"),
    (b"# v3 git bundle\n", "application/x-git-bundle"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"ARROW1\0\0", "application/vnd.apache.arrow.file"),
    (b"GGUF", "application/x-gguf"),
    (b"\x93NUMPY", "application/x-npy"),
    (b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (b"\x80\x04\x95", "application/x-python-pickle"),
    (b"\x80\x05\x95", "application/x-python-pickle"),
    (b"\x80\x02", "application/x-python-pickle"),
    (b"\x80\x03", "application/x-python-pickle"),
)
_ZIP = b"PK\x03\x04"
_IN_ZIP = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"/data.pkl", "application/x-pytorch"),
    (b".npy", "application/x-npz"),
)
_TEXTS = (
    ("<!doctype html", "text/html"),
    ("<html", "text/html"),
    ("<svg", "image/svg+xml"),
    ("<?xml", "application/xml"),
    ("%pdf-", "application/pdf"),
    ("{\\rtf", "application/rtf"),
)
_LARGEST_HEADER = 100_000_000
"""Bytes: what safetensors allows for its header."""


def sniffed_type(head: bytes) -> str:
    """The media type that the first bytes of a file show, at best 64 kB of them."""
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head.startswith(_ZIP):
        return next((found for name, found in _IN_ZIP if name in head), "application/zip")
    if _is_safetensors(head):
        return "application/x-safetensors"
    text = _text_of(head)
    return _type_of_text(text) if text is not None else _type_of_binary(head)


def _is_safetensors(head: bytes) -> bool:
    """Eight bytes of length, then a JSON object of that length."""
    return len(head) > 10 and head[8:10] == b'{"' and 2 <= _length(head) <= _LARGEST_HEADER


def _length(head: bytes) -> int:
    return int.from_bytes(head[:8], "little")


def _text_of(head: bytes) -> str | None:
    """The head as text, or None. Its last character may be cut in the middle."""
    for end in range(len(head), max(len(head) - 4, 0), -1):
        try:
            text = head[:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return None if any(c < " " and c not in "\t\n\r\f\x1b" for c in text) else text
    return None


def _type_of_text(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")[:64].casefold()
    for beginning, found in _TEXTS:
        if start.startswith(beginning):
            return found
    if start.startswith(("{", "[")):
        return (
            "application/x-ipynb+json" if '"nbformat"' in text or _has_cells(text) else _json(start)
        )
    return "text/plain"


def _has_cells(text: str) -> bool:
    """The format's version stands at the end of a notebook, often beyond the head."""
    return '"cells"' in text[:200] and '"cell_type"' in text


def _json(start: str) -> str:
    """Braces open many things; JSON only where what follows can stand there."""
    after = start[1:].lstrip()
    possible = '"}' if start[0] == "{" else '"{[]-0123456789tfn'
    return "application/json" if not after or after[0] in possible else "text/plain"


def _type_of_binary(head: bytes) -> str:
    try:
        return str(puremagic.from_string(head, mime=True)) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return UNKNOWN
