"""The words of the tus protocol 1.0: resumable uploads over plain HTTP (https://tus.io/protocols).

Of its extensions we speak creation, termination, expiration and checksum.
"""

import base64
import binascii
from collections.abc import Mapping

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
CHECKSUMS = "sha256"
CONTENT_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
"""The protocol's own status: the piece was damaged on its way and was thrown away."""


class Malformed(ValueError):
    """A header that is not as the protocol has it; the text says which."""


def number_in(headers: Mapping[str, str], name: str) -> int:
    """A header that is a whole number of bytes."""
    value = headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise Malformed(f"{name} should be a whole number of bytes.")
    return int(value)


def metadata_in(headers: Mapping[str, str]) -> dict[str, str]:
    """What is said of the file: pairs of a name and a text in base64, separated by commas."""
    found = {}
    for pair in filter(None, headers.get("Upload-Metadata", "").split(",")):
        name, _, value = pair.strip().partition(" ")
        found[name] = _text(value.strip())
    return found


def _text(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Malformed("Upload-Metadata should be names with texts in base64.") from None


def sha256_in(headers: Mapping[str, str]) -> bytes | None:
    """The SHA-256 of the piece, where the sender gives one."""
    header = headers.get("Upload-Checksum", "")
    if not header:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        digest = b""
    if algorithm != "sha256" or len(digest) != 32:
        raise Malformed("Upload-Checksum should be sha256 and the digest in base64.")
    return digest
