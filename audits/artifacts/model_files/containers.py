"""Archives and compressed files: every member is looked at by what it holds, not by its name."""

import bz2
import io
import json
import lzma
import re
import tarfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol

import zstandard

from audits.artifacts.model_files import keras, pickles, zips
from audits.artifacts.model_files.found import Found
from audits.facts.opcodes import Budget, Bytes

MOST_DEPTH: Final = 3
MOST_UNPACKED: Final = 192 * 1024 * 1024
_CHUNK: Final = 4 * 1024 * 1024
_PEEK: Final = 1024 * 1024
_RISKY = re.compile(r"\.(?:pkl|pickle|p|dill|joblib|pt|pth|bin|ckpt|dat|data|npy|model|sav)$")
_CLOSED = {
    b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"\x04\x22\x4d\x18": "LZ4",
    b"\xed\xab\xee\xdb": "RPM", b"!<arch>\n": "ar",
}  # fmt: skip
"""Containers that are not opened here: never clean."""

_TORN = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, zstandard.ZstdError)
"""What unpackers raise where bytes are no longer what they began as."""

Identify = Callable[[Bytes, str, Found, Budget, int], None]


class _Unpacking(Protocol):
    def decompress(self, data: bytes, /) -> bytes: ...


_PACKED: tuple[tuple[str, Callable[[Bytes], bool], Callable[[], Any]], ...] = (
    ("gzip", lambda d: d[:2] == b"\x1f\x8b", lambda: zlib.decompressobj(31)),
    ("bzip2", lambda d: d[:3] == b"BZh", bz2.BZ2Decompressor),
    ("xz", lambda d: d[:6] == b"\xfd7zXZ\x00", lzma.LZMADecompressor),
    ("lzma", lambda d: d[:3] == b"\x5d\x00\x00", lzma.LZMADecompressor),
    ("zstd", lambda d: d[:4] == b"\x28\xb5\x2f\xfd",
     lambda: zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()),
    ("zlib", lambda d: len(d) > 2 and d[0] == 0x78 and (d[0] * 256 + d[1]) % 31 == 0,
     zlib.decompressobj),
)  # fmt: skip


def is_container(data: Bytes) -> bool:
    """Whether the bytes hold other files."""
    packed = any(is_one(data) for _, is_one, _ in _PACKED)
    return packed or zips.is_zip(data) or _is_tar(data) or bool(_closed(data)) or _is_numpy(data)


def beginning(head: bytes) -> bytes:
    """What the first bytes of a compressed file unpack to; empty where it is none."""
    for _, is_one, make in _PACKED:
        if is_one(head):
            with suppress(*_TORN):
                unpacking: _Unpacking = make()
                return unpacking.decompress(head[:4_096])
    return b""


def look(
    data: Bytes, name: str, found: Found, budget: Budget, depth: int, identify: Identify
) -> None:
    """Looks through all that the container holds. Raises OutOfBudget."""
    if depth >= MOST_DEPTH:
        found.doubt(f"It holds containers more than {MOST_DEPTH} deep.")
    elif closed := _closed(data):
        found.format = found.format or closed
        found.doubt(f"It is a {closed} archive, which is not opened here.")
    elif _is_numpy(data):
        _numpy(data, name, found, budget)
    elif zips.is_zip(data):
        _zip(data, found, budget, depth, identify)
    elif _is_tar(data):
        _tar(data, found, budget, depth, identify)
    else:
        _compressed(data, name, found, budget, depth, identify)


def _closed(data: Bytes) -> str:
    return next((kind for mark, kind in _CLOSED.items() if data[: len(mark)] == mark), "")


def _is_tar(data: Bytes) -> bool:
    return data[257:262] == b"ustar"


def _is_numpy(data: Bytes) -> bool:
    return data[:6] == b"\x93NUMPY"


# Compressed


def _compressed(
    data: Bytes, name: str, found: Found, budget: Budget, depth: int, identify: Identify
) -> None:
    kind, _, make = next(each for each in _PACKED if each[1](data))
    content, whole = _unpacked(data, make(), budget)
    if not content:
        found.doubt(f"It begins as {kind} and cannot be unpacked.")
        return
    if not whole:
        found.doubt(f"It was unpacked only up to {len(content):,} bytes.")
    identify(content, name, found, budget, depth + 1)
    if found.format:
        found.format = f"{found.format} ({kind})"


def _unpacked(data: Bytes, unpacking: _Unpacking, budget: Budget) -> tuple[bytes, bool]:
    """As much as may be taken, and whether that is all."""
    found, total = [], 0
    try:
        for at in range(0, len(data), 64 * 1024):
            part = unpacking.decompress(bytes(data[at : at + 64 * 1024]))
            found.append(part)
            total += len(part)
            budget.look()
            if total > MOST_UNPACKED:
                return b"".join(found), False
            if getattr(unpacking, "eof", False):
                return b"".join(found), at + 64 * 1024 >= len(data)
    except _TORN:
        return b"".join(found), False
    return b"".join(found), True


# NumPy


def _numpy(data: Bytes, name: str, found: Found, budget: Budget) -> None:
    """An array of objects is a pickle behind its header; one of numbers holds nothing else."""
    found.format = found.format or "NumPy array"
    found.framework = found.framework or "NumPy"
    width = 2 if data[6] == 1 else 4
    length = int.from_bytes(data[8 : 8 + width], "little")
    start = 8 + width + length
    if length > 1_000_000 or start > len(data):
        found.doubt("The header of its array is broken.")
    elif re.search(rb"['\"|]O\d?['\"]|object", bytes(data[8:start])):
        pickles.look(bytes(data[start:]), name, found, budget)


# ZIP


def _zip(data: Bytes, found: Found, budget: Budget, depth: int, identify: Identify) -> None:
    archive = zips.read_archive(data)
    for oddity in archive.oddities:
        found.doubt(f"The archive is odd: {oddity}.")
    names = [m.name for m in archive.members]
    found.format = found.format or _kind_of(names)
    found.framework = found.framework or _framework_of(found.format)
    for member in archive.members:
        _member(data, member, found, budget, depth, identify)
    if data[:4] != b"PK\x03\x04" and data[:2] != b"PK":
        found.doubt("The archive begins behind other bytes.")
        pickles.may_hide(data, "the bytes before the archive", found, budget)


def _kind_of(names: Sequence[str]) -> str:
    files = {n.rsplit("/", 1)[-1] for n in names}
    if "data.pkl" in files:
        return "TorchScript" if any("/code/" in f"/{n}" for n in names) else "PyTorch"
    if "config.json" in files and "model.weights.h5" in files:
        return "Keras"
    if "schema.json" in files:
        return "skops"
    if files and all(f.endswith(".npy") for f in files):
        return "NumPy arrays"
    return "ZIP"


def _framework_of(kind: str) -> str:
    return {
        "TorchScript": "PyTorch", "PyTorch": "PyTorch", "Keras": "Keras", "NumPy arrays": "NumPy",
        "skops": "scikit-learn",
    }.get(kind, "")  # fmt: skip


def _member(
    data: Bytes, member: zips.Member, found: Found, budget: Budget, depth: int, identify: Identify
) -> None:
    budget.look()
    name = member.name
    numbers = found.format in ("PyTorch", "TorchScript") and not _RISKY.search(name.lower())
    try:
        most = _PEEK if numbers and member.packed > _PEEK else MOST_UNPACKED
        content = _content(data, member, most)
    except zips.Unpackable as reason:
        if not numbers or member.method != 0:
            found.doubt(f"The member {name!r} {reason}.")
        return
    if _RISKY.search(name.lower()) and zips.has_wrong_sum(member, content):
        found.doubt(f"The checksum of {name!r} is wrong.")
    _inside(content, name, found, budget, depth, identify)


def _content(data: Bytes, member: zips.Member, most: int) -> bytes:
    """A member's bytes; of numbers as they are stored, the beginning is enough."""
    if member.method == 0 and member.packed > most == _PEEK:
        return bytes(data[member.start : member.start + most])
    return zips.content_of(data, member, most)


def _inside(
    content: bytes, name: str, found: Found, budget: Budget, depth: int, identify: Identify
) -> None:
    file = name.rsplit("/", 1)[-1]
    if pickles.has_protocol(content) and file.endswith((".pkl", ".pickle")):
        pickles.look(content, name, found, budget)
    elif file == "config.json" and found.format == "Keras":
        _keras(content, found)
    elif file == "schema.json" and found.format == "skops":
        _skops(content, found)
    elif keras.is_hdf5(content):
        keras.hdf5(content, found, budget)
    elif is_container(content) and not _numbers_only(content, name):
        look(content, name, found, budget, depth + 1, identify)
    elif pickles.has_protocol(content) or _RISKY.search(file.lower()):
        _suspect(content, name, found, budget)
    else:
        pickles.may_hide(content[:_PEEK], name, found, Budget(budget.until, 100_000))


def _numbers_only(content: bytes, name: str) -> bool:
    """Stored numbers may begin like a compressed file by chance."""
    return "/data/" in f"/{name}" and not zips.is_zip(content) and not _is_numpy(content)


def _suspect(content: bytes, name: str, found: Found, budget: Budget) -> None:
    """Named or begun like a pickle: judged where it is one, searched for dangers otherwise."""
    if pickles.is_one(content, Budget(budget.until, budget.opcodes)):
        pickles.look(content, name, found, budget)
        return
    pickles.may_hide(content, name, found, budget)
    if name.lower().endswith((".pkl", ".pickle", ".joblib", ".dill")):
        pickles.look(content, name, found, budget)


def _keras(content: bytes, found: Found) -> None:
    try:
        keras.configuration(json.loads(content), found)
    except (ValueError, RecursionError):
        found.doubt("Its configuration is not valid JSON.")


def _skops(content: bytes, found: Found) -> None:
    """skops names the class of every object and makes only those that it is told to trust."""
    try:
        waiting: list[object] = [json.loads(content)]
    except (ValueError, RecursionError):
        found.doubt("Its schema is not valid JSON.")
        return
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            module, name = part.get("__module__"), part.get("__class__")
            if isinstance(module, str) and isinstance(name, str):
                found.name(module, name)
            waiting += part.values()


# tar


def _tar(data: Bytes, found: Found, budget: Budget, depth: int, identify: Identify) -> None:
    found.format = found.format or "tar"
    try:
        with tarfile.open(fileobj=io.BytesIO(bytes(data[:MOST_UNPACKED])), mode="r:") as archive:
            for number, item in enumerate(archive):
                budget.look()
                if number > zips.MOST_MEMBERS:
                    found.doubt("It has too many members.")
                    return
                if item.isfile() and (stream := archive.extractfile(item)):
                    _inside(stream.read(MOST_UNPACKED), item.name, found, budget, depth, identify)
                elif not item.isdir():
                    found.doubt(f"The member {item.name!r} is no plain file.")
    except (tarfile.TarError, OSError, ValueError):
        found.doubt("The tar archive is broken.")
    if len(data) > MOST_UNPACKED:
        found.doubt("The tar archive is too large to be examined.")
