"""ONNX: a protobuf of operators and numbers, read field by field without its library.

It runs only operators that the runtime knows. What can still do harm: numbers that are to be read
from a path outside the model's folder, and operators that call Python.

Field numbers are those of onnx.proto (ModelProto 7 graph, 14 metadata; GraphProto 1 node,
5 initializer; TensorProto 1 dims, 13 external data; NodeProto 4 operator, 7 domain).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Final

from audits.artifacts.model_files.found import Found
from audits.facts.opcodes import Bytes

MOST_FIELDS: Final = 3_000_000
MOST_DEPTH: Final = 12
_MODEL_FIELDS: Final = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26})
KNOWN_DOMAINS = (
    "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "com.microsoft",
    "com.microsoft.nchwc", "com.ms.internal.nhwc", "ai.onnx.contrib", "ai.onnx.preview",
    "com.microsoft.experimental", "org.pytorch.aten",
)  # fmt: skip
RUNS_PYTHON = frozenset({"PyOp", "PythonOp", "PythonOpGrad", "PyCustomOp"})


@dataclass(frozen=True)
class _Field:
    """One field: its number, and where its bytes lie, or its number's value."""

    number: int
    start: int
    end: int
    value: int = 0


class _Malformed(ValueError):
    """Not a protobuf, or not of this kind."""


class _Counter:
    def __init__(self) -> None:
        self.left = MOST_FIELDS

    def count(self) -> None:
        """Raises _Malformed where there are too many fields."""
        self.left -= 1
        if self.left < 0:
            raise _Malformed("it has too many parts to be examined")


def is_onnx(data: Bytes) -> bool:
    """Whether the bytes are a model: known fields, a version of the format, and one graph."""
    if len(data) < 8 or data[0] != 0x08:
        return False
    try:
        fields = list(_fields(data, 0, len(data), _Counter()))
    except _Malformed:
        return False
    numbers = [f.number for f in fields]
    return set(numbers) <= _MODEL_FIELDS and 7 in numbers and fields[0].value < 100


def onnx(data: Bytes, found: Found) -> None:
    """Producer, numbers, operators and paths."""
    found.format, found.framework = "ONNX", ""
    counter = _Counter()
    try:
        for field in _fields(data, 0, len(data), counter):
            if field.number == 2:
                found.framework = found.told["producer"] = _text(data, field)
            elif field.number == 7:
                found.parameters = _graph(data, field, found, counter, 0)
            elif field.number == 14:
                _metadata(data, field, found, counter)
            elif field.number == 25:
                _function(data, field, found, counter)
    except _Malformed as error:
        found.doubt(f"It is not a whole ONNX model: {error}.")


def _fields(data: Bytes, at: int, end: int, counter: _Counter) -> Iterator[_Field]:
    while at < end:
        counter.count()
        key, at = _varint(data, at, end)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, after = _varint(data, at, end)
            yield _Field(number, at, after, value)
            at = after
            continue
        length, at = _length(data, at, end, kind)
        if at + length > end or number == 0:
            raise _Malformed("a part reaches beyond its end")
        yield _Field(number, at, at + length)
        at += length


def _length(data: Bytes, at: int, end: int, kind: int) -> tuple[int, int]:
    if kind == 2:
        return _varint(data, at, end)
    if kind in (1, 5):
        return (8 if kind == 1 else 4), at
    raise _Malformed("a part of an unknown type")


def _varint(data: Bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise _Malformed("a number without an end")


def _text(data: Bytes, field: _Field, most: int = 300) -> str:
    return bytes(data[field.start : min(field.end, field.start + most)]).decode("utf-8", "replace")


def _graph(data: Bytes, graph: _Field, found: Found, counter: _Counter, depth: int) -> int:
    """Judges a graph and those within its nodes; gives the count of its numbers."""
    if depth > MOST_DEPTH:
        raise _Malformed("graphs nested too deeply")
    total = 0
    for field in _fields(data, graph.start, graph.end, counter):
        if field.number == 1:
            total += _node(data, field, found, counter, depth)
        elif field.number == 5:
            total += _tensor(data, field, found, counter)
    return total


def _node(data: Bytes, node: _Field, found: Found, counter: _Counter, depth: int) -> int:
    operator = domain = ""
    total = 0
    for field in _fields(data, node.start, node.end, counter):
        if field.number == 4:
            operator = _text(data, field)
        elif field.number == 7:
            domain = _text(data, field)
        elif field.number == 5:
            total += _attribute(data, field, found, counter, depth)
    if operator in RUNS_PYTHON:
        found.danger(f"operator {operator}")
    elif domain not in KNOWN_DOMAINS and not domain.startswith("pkg."):
        found.strange(f"operator {domain}.{operator}")
    return total


def _attribute(data: Bytes, attribute: _Field, found: Found, counter: _Counter, depth: int) -> int:
    """Tensors and graphs that stand in an attribute."""
    total = 0
    for field in _fields(data, attribute.start, attribute.end, counter):
        if field.number in (5, 10):
            total += _tensor(data, field, found, counter)
        elif field.number in (6, 11):
            total += _graph(data, field, found, counter, depth + 1)
    return total


def _tensor(data: Bytes, tensor: _Field, found: Found, counter: _Counter) -> int:
    sides: list[int] = []
    for field in _fields(data, tensor.start, tensor.end, counter):
        if field.number == 1:
            sides += [field.value] if field.value else _packed(data, field)
        elif field.number == 13:
            _external(data, field, found, counter)
    return prod(sides) if sides else 1


def _packed(data: Bytes, field: _Field) -> list[int]:
    """Several numbers in one field; a lone zero reads as none."""
    found, at = [], field.start
    while at < field.end:
        value, at = _varint(data, at, field.end)
        found.append(value)
    return found


def _pair(data: Bytes, field: _Field, counter: _Counter) -> tuple[str, str]:
    parts = {
        f.number: _text(data, f, 2_000) for f in _fields(data, field.start, field.end, counter)
    }
    return parts.get(1, ""), parts.get(2, "")


def _external(data: Bytes, field: _Field, found: Found, counter: _Counter) -> None:
    key, value = _pair(data, field, counter)
    parts = value.replace("\\", "/").split("/")
    outside = value.startswith(("/", "\\", "~")) or ".." in parts or ":" in parts[0]
    if key == "location" and outside:
        found.danger(f"external data: {value[:200]}")


def _metadata(data: Bytes, field: _Field, found: Found, counter: _Counter) -> None:
    key, value = _pair(data, field, counter)
    folded = key.lower().replace("-", "_")
    if folded in ("license", "licence"):
        found.licence = value[:300]
    elif folded == "base_model":
        found.base_model = value[:300]


def _function(data: Bytes, function: _Field, found: Found, counter: _Counter) -> None:
    """A function of the model's own: its nodes stand in field 7."""
    for field in _fields(data, function.start, function.end, counter):
        if field.number == 7:
            _node(data, field, found, counter, 1)
