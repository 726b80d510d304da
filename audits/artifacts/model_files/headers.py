"""Headers of safetensors and GGUF: they tell the most, and can run nothing."""

import json
import re
import struct
from collections.abc import Iterator, Mapping
from math import prod
from typing import Any, Final

from audits.artifacts.model_files.found import Found
from audits.facts.opcodes import Bytes

LONGEST_HEADER: Final = 100 * 1024 * 1024
"""What the safetensors library itself accepts."""

MOST_KEYS, MOST_TENSORS, MOST_ITEMS, LONGEST_TEXT = 10_000, 200_000, 20_000_000, 4 * 1024 * 1024
_STRING, _ARRAY = 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_UNSAFE_TEMPLATE = re.compile(
    r"__\w+__|\bmro\s*\(|\|\s*attr\b|\blipsum\b|\bcycler\b|\bjoiner\b|_TemplateReference__\w+"
    r"|\bself\s*\._|\bos\s*\.\s*(?:popen|system)|\bsubprocess\b|\\x5f\\x5f|\\u005f"
)
"""How templates of Jinja2 are led out of their sandbox (CVE-2024-34359 and what followed)."""


def is_safetensors(data: Bytes) -> bool:
    """Whether a header of JSON follows a length that fits."""
    if len(data) < 10:
        return False
    (length,) = struct.unpack_from("<Q", data)
    return 2 <= length <= min(LONGEST_HEADER, len(data) - 8) and data[8:9] == b"{"


def safetensors(data: Bytes, found: Found) -> None:
    """The header: names and shapes of all numbers, and what the writer added."""
    found.format, found.framework = "safetensors", ""
    (length,) = struct.unpack_from("<Q", data)
    try:
        header = json.loads(bytes(data[8 : 8 + length]))
    except (ValueError, RecursionError):
        found.doubt("Its header is not valid JSON.")
        return
    if not isinstance(header, dict):
        found.doubt("Its header is no object.")
        return
    meta = header.pop("__metadata__", None)
    told: Mapping[str, Any] = meta if isinstance(meta, dict) else {}
    found.parameters = sum(_elements(v) for v in header.values())
    found.licence = _word(told.get("modelspec.license") or told.get("license"))
    found.base_model = _word(told.get("base_model") or told.get("ss_base_model_version"))
    found.framework = {"pt": "PyTorch", "tf": "TensorFlow", "flax": "Flax", "mlx": "MLX"}.get(
        _word(told.get("format")), ""
    )
    if 8 + length + _last_byte(header) != len(data):
        found.doubt("Its header does not account for all bytes of the file.")


def _elements(tensor: object) -> int:
    shape = tensor.get("shape") if isinstance(tensor, dict) else None
    if not isinstance(shape, list) or not all(isinstance(n, int) and n >= 0 for n in shape):
        return 0
    return prod(shape) if len(shape) <= 8 else 0


def _last_byte(header: Mapping[str, Any]) -> int:
    ends = [
        v["data_offsets"][1]
        for v in header.values()
        if isinstance(v, dict) and isinstance(v.get("data_offsets"), list)
        and len(v["data_offsets"]) == 2 and isinstance(v["data_offsets"][1], int)
    ]  # fmt: skip
    return max(ends, default=0)


def _word(value: object) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= 300 else ""


def gguf(data: Bytes, found: Found) -> None:
    """The keys and the list of tensors; a chat template is looked through, because it is run."""
    found.format, found.framework = "GGUF", "llama.cpp"
    reader = _Reader(data)
    try:
        version, tensors, keys = struct.unpack_from("<IQQ", data, 4)
        told = dict(reader.pairs(min(keys, MOST_KEYS)))
        found.parameters = sum(reader.shapes(min(tensors, MOST_TENSORS))) if version > 1 else None
    except (struct.error, ValueError) as error:
        found.doubt(f"Its header cannot be read: {error}.")
        return
    found.licence = told.get("general.license", "")[:300]
    found.base_model = _base(told)
    for key in ("general.name", "general.architecture"):
        if told.get(key):
            found.told[key.partition(".")[2]] = told[key][:300]
    for key, text in told.items():
        if "chat_template" in key:
            template(text, found)


def template(text: str, found: Found) -> None:
    """A chat template: what leaves the sandbox of templates is dangerous."""
    marks = sorted({m.group().strip() for m in _UNSAFE_TEMPLATE.finditer(text[:LONGEST_TEXT])})
    found.danger(*(f"chat template: {mark}" for mark in marks))


def _base(told: Mapping[str, str]) -> str:
    """The base that is named: an address of a hub before a plain name."""
    for stem in ("general.base_model.0", "general.source"):
        for key in ("repo_url", "url", "huggingface.repository"):
            if name := told.get(f"{stem}.{key}"):
                return "/".join(name.rstrip("/").split("/")[-2:]) if "://" in name else name[:300]
    owner = told.get("general.base_model.0.organization", "")
    name = told.get("general.base_model.0.name", "")
    return f"{owner}/{name}" if owner and name else name


class _Reader:
    """Reads on from behind the fixed part of the header."""

    def __init__(self, data: Bytes) -> None:
        self.data, self.at = data, 24

    def _take(self, form: str) -> Any:
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def _text(self) -> str:
        length = self._take("<Q")
        if length > len(self.data) - self.at:
            raise ValueError("it ends within a string")
        kept = bytes(self.data[self.at : self.at + min(length, LONGEST_TEXT)])
        self.at += length
        return kept.decode("utf-8", "replace")

    def pairs(self, count: int) -> Iterator[tuple[str, str]]:
        """The keys whose values are text, with these."""
        for _ in range(count):
            key, kind = self._text(), self._take("<I")
            if kind == _STRING:
                yield key, self._text()
            else:
                self._skip(kind)

    def _skip(self, kind: int) -> None:
        if kind != _ARRAY:
            self.at += self._size(kind)
            return
        inner, count = self._take("<I"), self._take("<Q")
        if count > MOST_ITEMS:
            raise ValueError("an array too long to be one")
        if inner != _STRING:
            self.at += count * self._size(inner)
            return
        for _ in range(count):
            self.at += 8 + struct.unpack_from("<Q", self.data, self.at)[0]
            if self.at > len(self.data):
                raise ValueError("it ends within an array")

    def _size(self, kind: int) -> int:
        if kind not in _SIZES:
            raise ValueError("it holds an unknown type")
        return _SIZES[kind]

    def shapes(self, count: int) -> Iterator[int]:
        """How many numbers each tensor has."""
        for _ in range(count):
            self._text()
            sides = self._take("<I")
            if sides > 8:
                raise ValueError("a tensor of more than eight sides")
            yield prod(self._take("<Q") for _ in range(sides))
            self.at += 12
