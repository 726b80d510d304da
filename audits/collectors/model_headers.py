"""Reads the headers of weights: what is told about a model before its numbers begin.

Only lengths that lie within the bytes at hand are believed, and nothing is unpickled.
"""

import struct
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from msgspec import Struct

from audits.collectors.parsing import json_of

LONGEST_HEADER = 8 * 1024 * 1024
MOST_KEYS = 4_000
MOST_ITEMS = 2_000_000
LONGEST_WORD = 300
_STRING, _ARRAY, _SIZES = (
    8,
    9,
    {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8},
)
"""GGUF's types: their numbers, and the bytes of those that have a fixed size."""


class Header(Struct, frozen=True):
    """What a header tells; "" and 0 where it does not."""

    name: str = ""
    architecture: str = ""
    licence: str = ""
    base: str = ""
    parameters: int = 0


def safetensors(content: bytes) -> Header:
    """The header of a safetensors file. Raises ValueError where it is none."""
    if len(content) < 8:
        raise ValueError("too short")
    (length,) = struct.unpack_from("<Q", content)
    if length > min(LONGEST_HEADER, len(content) - 8):
        raise ValueError("a header longer than the file")
    data = json_of(content[8 : 8 + length])
    if not isinstance(data, dict):
        raise ValueError("a header that is no object")
    meta = data.get("__metadata__")
    told: Mapping[str, Any] = meta if isinstance(meta, dict) else {}
    count = sum(_elements(v) for k, v in data.items() if k != "__metadata__")
    return Header(
        name=_word(told.get("modelspec.title")),
        architecture=_word(told.get("modelspec.architecture")),
        licence=_word(told.get("modelspec.license")) or _word(told.get("license")),
        base=_word(told.get("base_model")) or _word(told.get("ss_base_model_version")),
        parameters=count,
    )


def _elements(tensor: object) -> int:
    shape = tensor.get("shape") if isinstance(tensor, dict) else None
    if not isinstance(shape, list) or not all(isinstance(n, int) and n >= 0 for n in shape):
        return 0
    return prod(shape) if len(shape) <= 8 else 0


def _word(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST_WORD else ""


def gguf(content: bytes) -> Header:
    """The header of a GGUF file. Raises ValueError where it is none."""
    if content[:4] != b"GGUF" or len(content) < 24:
        raise ValueError("not GGUF")
    (count,) = struct.unpack_from("<Q", content, 16)
    told: dict[str, str] = {}
    try:
        for key, value in _pairs(content, 24, min(count, MOST_KEYS)):
            told[key] = value
    except struct.error as error:
        raise ValueError("it ends within its header") from error
    return Header(
        name=told.get("general.name", ""),
        architecture=told.get("general.architecture", ""),
        licence=told.get("general.license", ""),
        base=_repository(told.get("general.base_model.0.repo_url", ""))
        or told.get("general.base_model.0.name", ""),
    )


def _repository(url: str) -> str:
    """`organisation/name` of an address of the hub."""
    return "/".join(url.rstrip("/").split("/")[-2:]) if "://" in url else url


def _pairs(content: bytes, at: int, count: int) -> Iterator[tuple[str, str]]:
    for _ in range(count):
        key, at = _text(content, at)
        (kind,) = struct.unpack_from("<I", content, at)
        at += 4
        if kind == _STRING:
            value, at = _text(content, at)
            if key.startswith("general.") and len(value) <= LONGEST_WORD:
                yield key, value
        else:
            at = _after(content, at, kind)


def _text(content: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<Q", content, at)
    start, end = at + 8, at + 8 + length
    if end > len(content):
        raise ValueError("it ends within a string")
    return content[start : min(end, start + LONGEST_WORD + 1)].decode("utf-8", "replace"), end


def _after(content: bytes, at: int, kind: int) -> int:
    """Where the next pair begins."""
    if kind != _ARRAY:
        return at + _size_of(kind)
    inner, count = struct.unpack_from("<IQ", content, at)
    at += 12
    if count > MOST_ITEMS:
        raise ValueError("an array too long to be one")
    if inner != _STRING:
        return at + int(count) * _size_of(inner)
    for _ in range(count):
        (length,) = struct.unpack_from("<Q", content, at)
        at += 8 + length
        if at > len(content):
            raise ValueError("it ends within an array")
    return at


def _size_of(kind: int) -> int:
    if kind not in _SIZES:
        raise ValueError("an unknown type")
    return _SIZES[kind]
