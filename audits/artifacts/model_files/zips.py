"""Reads ZIP archives as a lenient loader would: past wrong checksums, flags and double names.

Scanners were fooled by archives that Python's reader refuses and PyTorch's accepts: a wrong CRC, a
flag that says encrypted, a name in the directory that differs from the one before the data, and
members that the directory does not list. Everything is read here, and each oddity is told.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from audits.facts.opcodes import Bytes

MOST_MEMBERS: Final = 20_000
_END, _END64, _LOCATOR, _ENTRY, _LOCAL = (
    b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x01\x02", b"PK\x03\x04",
)  # fmt: skip
_FULL: Final = 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True)
class Member:
    """One member: where its bytes lie, how many, and how they are packed."""

    name: str
    start: int
    packed: int
    method: int
    crc: int = 0


@dataclass(frozen=True)
class Archive:
    """All members, those that the directory hides too, and what is odd about the archive."""

    members: tuple[Member, ...]
    oddities: tuple[str, ...]


class Unpackable(Exception):
    """The member is packed in a way that is not read here, or too large."""


def is_zip(data: Bytes) -> bool:
    """Whether it begins as an archive or ends as one."""
    return data[:4] == _LOCAL or _end_of(data) is not None


def read_archive(data: Bytes) -> Archive:
    """Members and oddities. Never raises for a broken archive; what is broken is an oddity."""
    oddities: dict[str, None] = {}
    listed: dict[int, Member] = {}
    try:
        for entry in _entries(data):
            member = _located(data, entry, oddities)
            listed.setdefault(member.start, member)
    except (struct.error, ValueError):
        oddities["its directory is broken"] = None
    if len(listed) >= MOST_MEMBERS:
        oddities[f"it has more than {MOST_MEMBERS:,} members"] = None
    for member in _unlisted(data, listed):
        oddities[f"the member {member.name!r} is hidden from its directory"] = None
        listed[member.start] = member
    names = [m.name for m in listed.values()]
    if len(names) != len(set(names)):
        oddities["it has several members of one name"] = None
    return Archive(tuple(listed.values()), tuple(oddities))


def content_of(data: Bytes, member: Member, most: int) -> bytes:
    """The bytes of a member, checksum or not. Raises Unpackable."""
    packed = bytes(data[member.start : member.start + min(member.packed, most)])
    if member.method == _STORED:
        if member.packed > most:
            raise Unpackable("is too large to be examined")
        return packed
    if member.method != _DEFLATED:
        raise Unpackable("is packed in a way that is not read")
    try:
        unpacking = zlib.decompressobj(-15)
        found = unpacking.decompress(packed, most + 1)
    except zlib.error:
        raise Unpackable("cannot be unpacked") from None
    if len(found) > most:
        raise Unpackable("is too large to be examined")
    return found


def has_wrong_sum(member: Member, content: bytes) -> bool:
    """Whether the checksum in the directory differs from the content's."""
    return member.crc != zlib.crc32(content)


@dataclass(frozen=True)
class _Entry:
    """What the directory says of a member."""

    name: bytes
    at: int
    packed: int
    method: int
    flags: int
    crc: int


def _end_of(data: Bytes) -> int | None:
    found = data.rfind(_END, max(0, len(data) - 66_000))
    return found if found >= 0 else None


def _entries(data: Bytes) -> Iterator[_Entry]:
    end = _end_of(data)
    if end is None:
        return
    count, size, offset = struct.unpack_from("<10xHII", data, end)
    tail = end
    if data[end - 20 : end - 16] == _LOCATOR and data.rfind(_END64, 0, end) >= 0:
        tail = data.rfind(_END64, 0, end)
        count, size, offset = struct.unpack_from("<32xQQQ", data, tail)
    first = tail - size
    shift = first - offset
    at = first
    for _ in range(min(count, MOST_MEMBERS)):
        entry, at = _entry(data, at, shift)
        yield entry


def _entry(data: Bytes, at: int, shift: int) -> tuple[_Entry, int]:
    if at < 0 or data[at : at + 4] != _ENTRY:
        raise ValueError("no entry where one should be")
    flags, method, crc, packed, size, name_len, extra_len, note_len, offset = struct.unpack_from(
        "<8xHH4xIIIHHH8xI", data, at
    )
    name = bytes(data[at + 46 : at + 46 + name_len])
    extra = bytes(data[at + 46 + name_len : at + 46 + name_len + extra_len])
    if _FULL in (packed, size, offset):
        packed, offset = _wide(extra, packed, size, offset)
    following = at + 46 + name_len + extra_len + note_len
    return _Entry(name, offset + shift, packed, method, flags, crc), following


def _wide(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int]:
    """Sizes of ZIP64, from the extra field with the number 1."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            at += 4
            if size == _FULL:
                at += 8
            if packed == _FULL:
                (packed,) = struct.unpack_from("<Q", extra, at)
                at += 8
            if offset == _FULL:
                (offset,) = struct.unpack_from("<Q", extra, at)
            return packed, offset
        at += 4 + length
    return packed, offset


def _located(data: Bytes, entry: _Entry, oddities: dict[str, None]) -> Member:
    """The member with the place of its bytes, as the header before them gives it."""
    name = entry.name.decode("utf-8", "replace")
    if data[entry.at : entry.at + 4] != _LOCAL or entry.at < 0:
        raise ValueError("no member where one should be")
    flags, name_len, extra_len = struct.unpack_from("<6xH18xHH", data, entry.at)
    before = bytes(data[entry.at + 30 : entry.at + 30 + name_len])
    if before != entry.name:
        oddities[f"the member {name!r} has two names"] = None
    if (flags | entry.flags) & _ENCRYPTED:
        oddities[f"the member {name!r} is marked as encrypted"] = None
    start = entry.at + 30 + name_len + extra_len
    return Member(name, start, entry.packed, entry.method, entry.crc)


def _unlisted(data: Bytes, listed: dict[int, Member]) -> Iterator[Member]:
    """Members outside every listed one's bytes."""
    spans = sorted((m.start, m.start + m.packed) for m in listed.values())
    at, found = data.find(_LOCAL), 0
    while at >= 0 and found < 100:
        inside = next((end for start, end in spans if start <= at < end), None)
        if inside is not None:
            at = data.find(_LOCAL, inside)
            continue
        member = _loose(data, at)
        if member is not None and member.start not in listed:
            found += 1
            yield member
        at = data.find(_LOCAL, at + 4)


def _loose(data: Bytes, at: int) -> Member | None:
    """A member by the header before it alone."""
    if at + 30 > len(data):
        return None
    flags, method, crc, packed, _, name_len, extra_len = struct.unpack_from(
        "<6xHH4xIIIHH", data, at
    )
    start = at + 30 + name_len + extra_len
    if name_len > 4_096 or start > len(data):
        return None
    if packed in (0, _FULL) or flags & 8:
        packed = len(data) - start
    name = bytes(data[at + 30 : at + 30 + name_len]).decode("utf-8", "replace")
    return Member(name, start, min(packed, len(data) - start), method, crc)
