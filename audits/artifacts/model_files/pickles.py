"""Pickles in a file or a member: all of them, also those behind the first and within strings."""

from typing import Final

from audits.artifacts.model_files.found import Found
from audits.facts.opcodes import Budget, Bytes, Stream, walk

__all__ = ["has_protocol", "is_one", "look", "may_hide", "walk"]

MOST_STREAMS: Final = 200
MOST_DEPTH: Final = 3
_TORCH_MAGIC: Final = 0x1950A86A20F9469CFC6C
_LEGACY_PICKLES: Final = 5
RISK = "A pickle runs code of whoever wrote it when it is loaded; safetensors or ONNX cannot."


def has_protocol(data: Bytes, at: int = 0) -> bool:
    """Whether a pickle of protocol 2 or later begins here."""
    return len(data) > at + 2 and data[at] == 0x80 and data[at + 1] <= 5


def look(data: Bytes, name: str, found: Found, budget: Budget) -> Stream:
    """Judges every pickle from the start of `data` on; gives the first. Raises OutOfBudget."""
    first = _walked(data, 0, name, found, budget)
    found.risk(RISK)
    if first.first == _TORCH_MAGIC:
        _legacy(data, first, name, found, budget)
    elif first.problem:
        found.doubt(f"The pickle {_of(name)}breaks off: {first.problem}.")
    else:
        _behind(data, first.end, name, found, budget)
    return first


def is_one(data: Bytes, budget: Budget) -> bool:
    """Whether bytes without a protocol's mark make a whole pickle that is more than a number."""
    stream = walk(data, 0, budget)
    return stream.whole and stream.opcodes > 2 and stream.end >= len(data) - 2


def may_hide(data: Bytes, name: str, found: Found, budget: Budget) -> None:
    """Looks at bytes that are probably no pickle, and speaks only of what is dangerous."""
    stream = walk(data, 0, budget)
    if stream.whole and has_protocol(data):
        _walked(data, 0, name, found, budget)
        return
    found.judge(stream, only_dangers=True)


def _walked(data: Bytes, start: int, name: str, found: Found, budget: Budget) -> Stream:
    stream = walk(data, start, budget)
    found.judge(stream)
    found.keep(name, data, stream)
    if stream.raw:
        _as_plain_pickle(data, stream, found, budget)
    if stream.storages:
        found.parameters = (found.parameters or 0) + sum(stream.storages.values())
    for content in stream.inner[:MOST_STREAMS]:
        _within(content, name, found, budget, 1)
    return stream


def _as_plain_pickle(data: Bytes, stream: Stream, found: Found, budget: Budget) -> None:
    """The same bytes as a plain unpickler reads them, who takes an array's numbers for opcodes."""
    found.judge(walk(data, stream.start, budget, follow_arrays=False), only_dangers=True)


def _within(content: bytes, name: str, found: Found, budget: Budget, depth: int) -> None:
    """A pickle within a string of bytes; one that does not hold together is just bytes."""
    stream = walk(content, 0, budget)
    if not stream.whole:
        found.judge(stream, only_dangers=True)
        return
    found.judge(stream)
    found.keep(f"{name} (within)", content, stream)
    if depth < MOST_DEPTH:
        for inner in stream.inner[:MOST_STREAMS]:
            _within(inner, name, found, budget, depth + 1)
    elif stream.inner:
        found.doubt(f"Pickles {_of(name)}lie within each other more than {MOST_DEPTH} deep.")


def _legacy(data: Bytes, first: Stream, name: str, found: Found, budget: Budget) -> None:
    """PyTorch's old form: five pickles, then numbers that are never unpickled."""
    found.format, found.framework = "PyTorch (legacy)", "PyTorch"
    at = first.end
    for _ in range(_LEGACY_PICKLES - 1):
        stream = _walked(data, at, name, found, budget)
        if stream.problem:
            found.doubt(f"The pickle {_of(name)}breaks off: {stream.problem}.")
            return
        at = stream.end


def _behind(data: Bytes, at: int, name: str, found: Found, budget: Budget) -> None:
    """What follows the first pickle: more pickles are judged, anything else is a doubt."""
    for _ in range(MOST_STREAMS):
        rest = bytes(data[at : at + 64])
        if not rest.strip(b"\0\n\r "):
            if len(data) - at > 64 and bytes(data[at:]).strip(b"\0"):
                break
            return
        stream = _walked(data, at, name, found, budget)
        if stream.problem:
            break
        at = stream.end
    found.doubt(f"{len(data) - at:,} bytes {_of(name)}lie behind the pickle and are none.")


def _of(name: str) -> str:
    return f"in {name} " if name else ""
