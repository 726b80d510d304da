"""The one way to write a line of the trail as bytes, and the keyed hashes over them.

JSON with sorted names and no blanks, in UTF-8, times in UTC with six digits. Empty fields are left
out, so that a column that is added later changes no mark of before. Numbers that are not whole are
kept as words, because the database writes them in its own way.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

WORDS = (
    "verb", "text", "object_kind", "object_id", "data", "before", "after", "via", "address",
    "agent", "in_room",
)  # fmt: skip
"""The fields that are written as they are; the rest are two keys and the time."""


class Line(Protocol):
    """What a line of the trail has, beside the words."""

    pk: int
    at: datetime
    mark: str


@dataclass(frozen=True)
class Keys:
    """What marks and what signs; `public` is the half that anybody may know, in hex."""

    marking: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)
    public: str

    def mac(self, data: bytes) -> str:
        """The keyed hash (HMAC-SHA-256, RFC 2104) in hex."""
        return hmac.new(self.marking, data, hashlib.sha256).hexdigest()


def new_seed() -> bytes:
    """The 32 random bytes that both keys come from."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def keys_of(seed: bytes) -> Keys:
    """The keys of a seed: it signs itself, and what marks is derived from it."""
    signing = Ed25519PrivateKey.from_private_bytes(seed)
    marking = hmac.new(seed, b"proofroom trail: marks", hashlib.sha256).digest()
    return Keys(marking, signing, signing.public_key().public_bytes_raw().hex())


def canonical(value: object) -> bytes:
    """The one JSON of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def plain(value: Any) -> Any:
    """A value as the trail keeps it: words, whole numbers, yes or no, lists and names of those."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {word(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return word(value)


def word(value: object) -> str:
    """A text that PostgreSQL takes: without NUL and halves of characters."""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()


def line_of(row: Line) -> dict[str, Any]:
    """What of a line is marked: all of it but its number in the table."""
    told = {name: value for name in WORDS if (value := getattr(row, name))}
    told |= {name: str(value) for name in ("actor_id", "deal_id") if (value := getattr(row, name))}
    return told | {"at": row.at.astimezone(UTC).isoformat(timespec="microseconds")}


def mark_of(row: Line, keys: Keys) -> str:
    """The mark that the line should bear."""
    return keys.mac(b"line\n" + canonical(line_of(row)))


def seal_hash(before: str, number: int, row: Line, keys: Keys) -> str:
    """The hash of a place in the chain: over the place before, the number and the line."""
    return keys.mac(f"seal\n{before}\n{number}\n{row.pk}\n{row.mark}".encode())
