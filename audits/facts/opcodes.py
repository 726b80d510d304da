"""Walks the opcodes of a pickle and obeys none: which names it would import, and from where.

A pickle is a program for a small stack machine. The walk keeps that machine's stack and memo with
stand-ins for objects, so that a name which is put together from remembered strings is seen as what
it is. Where a stream breaks, what came before it counts: Python would have run it by then.

It is more lenient than Python's own reader on purpose: a stream that merely confuses a scanner is
walked to the end.
"""

from collections.abc import Callable, Hashable
from mmap import mmap
from time import monotonic
from typing import Any, Final

from msgspec import Struct, field

MOST_OPCODES: Final = 4_000_000
LONGEST_NAME: Final = 300
_KEPT_ENTRIES: Final = 64
_LOOK_AT_CLOCK: Final = 0x3FFF
Bytes = bytes | mmap
"""The bytes of a member, or a map of a file."""


class Import(Struct, frozen=True):
    """A name that the pickle imports."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


class Made(Struct):
    """What a call would give: by what, from what, and the state set on it."""

    by: Any
    args: Any = None
    state: Any = None


class Opaque:
    """A value that the walk does not need to know."""


OPAQUE: Final = Opaque()
_MARK: Final = object()


class Broken(Exception):
    """The stream ends, or breaks a rule, here."""


class OutOfBudget(Exception):
    """More opcodes or more time than a file may take."""


class Budget(Struct):
    """What all streams of one file may take together; `until` is on the monotonic clock."""

    until: float
    opcodes: int = MOST_OPCODES

    def spend(self) -> None:
        """Counts one opcode. Raises OutOfBudget."""
        self.opcodes -= 1
        if self.opcodes < 0:
            raise OutOfBudget
        if not self.opcodes & _LOOK_AT_CLOCK:
            self.look()

    def look(self) -> None:
        """Looks at the clock. Raises OutOfBudget."""
        if monotonic() > self.until:
            raise OutOfBudget


class Stream(Struct):
    """What one pickle holds. `end` is the byte after its last; `problem` is why it broke off.

    `is_spent` says that the budget did not last to its end.
    `raw` are the stretches of numbers that joblib writes between opcodes, by start and end.
    """

    start: int
    imports: dict[Import, int] = field(default_factory=dict)
    computed: list[int] = field(default_factory=list)
    extensions: list[int] = field(default_factory=list)
    inner: list[bytes] = field(default_factory=list)
    storages: dict[Hashable, int] = field(default_factory=dict)
    raw: list[tuple[int, int]] = field(default_factory=list)
    first: Any = None
    end: int = 0
    problem: str = ""
    is_spent: bool = False
    opcodes: int = 0

    def add(self, inner: "Stream") -> None:
        """Counts what a pickle within this one holds as its own."""
        self.imports.update(inner.imports)
        self.computed += inner.computed
        self.extensions += inner.extensions
        self.inner += inner.inner
        self.raw += inner.raw
        self.opcodes += inner.opcodes

    @property
    def whole(self) -> bool:
        """Whether it was walked to its end."""
        return not self.problem


def walk(data: Bytes, start: int, budget: Budget, *, follow_arrays: bool = True) -> Stream:
    """Walks one pickle; where it breaks, or the budget ends, is told in its `problem`."""
    machine = _Machine(data, start, budget, follow_arrays=follow_arrays)
    try:
        machine.run()
    except Broken as end:
        machine.stream.problem = str(end)
    except OutOfBudget:
        machine.stream.problem, machine.stream.is_spent = "it is too long", True
    machine.stream.end = machine.at
    return machine.stream


class _Machine:
    """The stack machine; `at` is the next byte."""

    def __init__(self, data: Bytes, start: int, budget: Budget, *, follow_arrays: bool) -> None:
        self.data, self.at, self.size = data, start, len(data)
        self.budget, self.follow_arrays = budget, follow_arrays
        self.stream = Stream(start)
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> None:
        """Until STOP. Raises Broken and OutOfBudget."""
        while True:
            if self.at >= self.size:
                raise Broken("it ends before its last opcode")
            code = self.data[self.at]
            handler = HANDLERS.get(code)
            if handler is None:
                raise Broken(f"byte {code:#04x} at {self.at} is no opcode")
            self.at += 1
            self.stream.opcodes += 1
            self.budget.spend()
            if handler(self):
                return

    # Arguments

    def take(self, length: int) -> bytes:
        """The next bytes."""
        end = self.at + length
        if end > self.size:
            raise Broken("it ends within an opcode")
        found = self.data[self.at : end]
        self.at = end
        return bytes(found)

    def number(self, length: int) -> int:
        """The next little-endian number."""
        return int.from_bytes(self.take(length), "little")

    def line(self) -> bytes:
        """The rest of the line, without its end."""
        end = self.data.find(b"\n", self.at)
        if end < 0:
            raise Broken("it ends within a line")
        found = bytes(self.data[self.at : min(end, self.at + 4_096)])
        self.at = end + 1
        return found

    # The stack

    def push(self, value: Any = OPAQUE) -> None:
        """Puts a value on the stack."""
        self.stack.append(value)

    def pop(self) -> Any:
        """Takes the value on top; an empty stack breaks the stream."""
        if not self.stack:
            raise Broken("it takes from an empty stack")
        return self.stack.pop()

    def top(self) -> Any:
        """The value on top."""
        if not self.stack:
            raise Broken("it looks at an empty stack")
        return self.stack[-1]

    def to_mark(self) -> list[Any]:
        """Everything above the last mark."""
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at] is _MARK:
                items = self.stack[at + 1 :]
                del self.stack[at:]
                return items
        raise Broken("it looks for a mark that is not there")

    def remember(self, key: int) -> None:
        """Keeps the value on top."""
        self.memo[key] = self.top()

    def recall(self, key: int) -> None:
        """Puts a kept value on the stack."""
        if key not in self.memo:
            raise Broken("it recalls what it never kept")
        self.push(self.memo[key])

    # Names

    def imported(self, module: Any, name: Any) -> Any:
        """Notes an import; a name that is not written down is noted as computed."""
        module, name = _text(module), _text(name)
        if module is None or name is None:
            self.stream.computed.append(self.at)
            return OPAQUE
        found = Import(module[:LONGEST_NAME], name[:LONGEST_NAME])
        self.stream.imports.setdefault(found, self.at)
        return found


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else None


HANDLERS: dict[int, Callable[[_Machine], bool | None]] = {}
_Handler = Callable[[_Machine], bool | None]


def _on(*codes: bytes) -> Callable[[_Handler], _Handler]:
    def keep(handler: _Handler) -> _Handler:
        HANDLERS.update((code[0], handler) for code in codes)
        return handler

    return keep


def _pushing(code: bytes, argument: Callable[[_Machine], Any]) -> None:
    HANDLERS[code[0]] = lambda m: m.push(argument(m))


def _line_number(m: _Machine) -> int:
    """A number in text; Python accepts blanks, signs and a long's L."""
    text = m.line().strip().rstrip(b"L")
    try:
        return int(text[:40] or b"0")
    except ValueError:
        raise Broken("a number that is none") from None


def _string(m: _Machine) -> str:
    """Protocol 0's quoted string."""
    text = m.line().strip()
    inner = text[1:-1] if len(text) > 1 and text[:1] in b"'\"" else text
    return inner.decode("unicode_escape", "replace") if b"\\" in inner else inner.decode("latin-1")


def _unicode(m: _Machine) -> str:
    return m.line().decode("raw-unicode-escape", "replace")


def _counted(m: _Machine, width: int) -> bytes:
    """Bytes after their length; only short ones and what may be a pickle are looked at."""
    length = m.number(width)
    if m.at + length > m.size:
        raise Broken("it ends within an opcode")
    return m.take(length)


def _decoded(m: _Machine, width: int) -> str:
    return _counted(m, width).decode("utf-8", "replace")


def _held(m: _Machine, width: int) -> bytes:
    """Bytes that may hold a pickle of their own."""
    content = _counted(m, width)
    if len(content) > 2 and content[0] == 0x80 and content[1] <= 5 and content[-1:] == b".":
        m.stream.inner.append(content)
    return content


for _code, _width in ((b"K", 1), (b"M", 2), (b"J", 4)):
    _pushing(_code, lambda m, w=_width: m.number(w))  # type: ignore[misc] # mypy infers no lambda with defaults
for _code in (b"I", b"L"):
    _pushing(_code, _line_number)
_pushing(b"F", lambda m: (m.line(), OPAQUE)[1])
_pushing(b"G", lambda m: (m.take(8), OPAQUE)[1])
for _code, _width in ((b"\x8a", 1), (b"\x8b", 4)):
    _pushing(_code, lambda m, w=_width: int.from_bytes(m.take(m.number(w))[:64], "little"))  # type: ignore[misc] # mypy infers no lambda with defaults
_pushing(b"N", lambda _: None)
_pushing(b"\x88", lambda _: True)
_pushing(b"\x89", lambda _: False)
_pushing(b"S", _string)
_pushing(b"V", _unicode)
for _code, _width in ((b"U", 1), (b"T", 4)):
    _pushing(_code, lambda m, w=_width: _counted(m, w).decode("latin-1"))  # type: ignore[misc] # mypy infers no lambda with defaults
for _code, _width in ((b"\x8c", 1), (b"X", 4), (b"\x8d", 8)):
    _pushing(_code, lambda m, w=_width: _decoded(m, w))  # type: ignore[misc] # mypy infers no lambda with defaults
for _code, _width in ((b"C", 1), (b"B", 4), (b"\x8e", 8), (b"\x96", 8)):
    _pushing(_code, lambda m, w=_width: _held(m, w))  # type: ignore[misc] # mypy infers no lambda with defaults
_pushing(b"\x97", lambda _: OPAQUE)
_pushing(b"]", lambda _: OPAQUE)
_pushing(b"\x8f", lambda _: OPAQUE)
_pushing(b")", lambda _: ())
_pushing(b"}", lambda _: {})
_pushing(b"(", lambda _: _MARK)
_pushing(b"2", lambda m: m.top())
_pushing(b"l", lambda m: (m.to_mark(), OPAQUE)[1])
_pushing(b"\x91", lambda m: (m.to_mark(), OPAQUE)[1])
_pushing(b"t", lambda m: tuple(m.to_mark()))
_pushing(b"\x85", lambda m: (m.pop(),))
_pushing(b"\x86", lambda m: (m.pop(), m.pop())[::-1])
_pushing(b"\x87", lambda m: (m.pop(), m.pop(), m.pop())[::-1])
_pushing(b"d", lambda m: _pairs(m.to_mark()))


def _pairs(items: list[Any]) -> dict[Any, Any]:
    kept = items[: 2 * _KEPT_ENTRIES]
    return {k: v for k, v in zip(kept[::2], kept[1::2], strict=False) if isinstance(k, str)}


@_on(b"\x80")
def _protocol(m: _Machine) -> None:
    m.take(1)


@_on(b"\x95")
def _frame(m: _Machine) -> None:
    m.take(8)


@_on(b"\x98")
def _read_only(m: _Machine) -> None:
    m.top()


@_on(b".")
def _stop(m: _Machine) -> bool:
    m.stream.first = m.pop()
    return True


@_on(b"0")
def _pop(m: _Machine) -> None:
    m.pop()


@_on(b"1", b"e", b"\x90")
def _drop_to_mark(m: _Machine) -> None:
    m.to_mark()


@_on(b"a")
def _append(m: _Machine) -> None:
    m.pop()


@_on(b"s", b"u")
def _set_items(m: _Machine) -> None:
    one = m.data[m.at - 1] == ord("s")
    items = [m.pop(), m.pop()][::-1] if one else m.to_mark()
    target = m.top()
    if isinstance(target, dict) and len(target) < _KEPT_ENTRIES:
        target.update(_pairs(items))


@_on(b"p")
def _put(m: _Machine) -> None:
    m.remember(_line_number(m))


@_on(b"q", b"r")
def _binary_put(m: _Machine) -> None:
    m.remember(m.number(1 if m.data[m.at - 1] == ord("q") else 4))


@_on(b"\x94")
def _memoize(m: _Machine) -> None:
    m.remember(len(m.memo))


@_on(b"g")
def _get(m: _Machine) -> None:
    m.recall(_line_number(m))


@_on(b"h", b"j")
def _binary_get(m: _Machine) -> None:
    m.recall(m.number(1 if m.data[m.at - 1] == ord("h") else 4))


@_on(b"c")
def _global(m: _Machine) -> None:
    m.push(m.imported(m.line(), m.line()))


@_on(b"\x93")
def _stack_global(m: _Machine) -> None:
    name, module = m.pop(), m.pop()
    m.push(m.imported(module, name))


@_on(b"i")
def _instance(m: _Machine) -> None:
    found = m.imported(m.line(), m.line())
    m.push(Made(found, tuple(m.to_mark())))


@_on(b"o")
def _object(m: _Machine) -> None:
    items = m.to_mark()
    if not items:
        raise Broken("it makes an object of nothing")
    m.push(Made(items[0], tuple(items[1:])))


@_on(b"R", b"\x81")
def _call(m: _Machine) -> None:
    args, by = m.pop(), m.pop()
    m.push(Made(by, args))


@_on(b"\x92")
def _call_with_names(m: _Machine) -> None:
    m.pop()
    args, by = m.pop(), m.pop()
    m.push(Made(by, args))


@_on(b"\x82", b"\x83", b"\x84")
def _extension(m: _Machine) -> None:
    m.stream.extensions.append(m.number(1 << (m.data[m.at - 1] - 0x82)))
    m.push()


@_on(b"P")
def _persistent_line(m: _Machine) -> None:
    m.line()
    m.push()


@_on(b"Q")
def _persistent(m: _Machine) -> None:
    """PyTorch names the stored numbers so: ("storage", its type, its key, a device, how many)."""
    told = m.pop()
    match told:
        case ("storage" | b"storage", _, str(key), _, int(count), *_):
            m.stream.storages[key] = count
    m.push()


@_on(b"b")
def _build(m: _Machine) -> None:
    state, target = m.pop(), m.top()
    if not isinstance(target, Made):
        return
    target.state = state
    wrapper = isinstance(target.by, Import) and target.by.name == "NumpyArrayWrapper"
    if wrapper and m.follow_arrays and isinstance(state, dict):
        _skip_array(m, state)


def _skip_array(m: _Machine, state: dict[Any, Any]) -> None:
    """Past the numbers that joblib writes right behind the description of an array.

    An array of objects stands there as a pickle of its own.
    """
    if _kind_of(state).startswith("O"):
        _walk_within(m)
        return
    length = _array_bytes(state)
    if length is None:
        raise Broken("an array whose size is not told")
    start = m.at
    if state.get("numpy_array_alignment_bytes") is not None:
        length += 1 + m.data[start] if start < m.size else 0
    if start + length > m.size:
        raise Broken("it ends within an array")
    m.at = start + length
    m.stream.raw.append((start, m.at))


def _walk_within(m: _Machine) -> None:
    inner = walk(m.data, m.at, m.budget)
    m.stream.add(inner)
    m.at = inner.end
    if inner.problem:
        raise Broken(inner.problem)


def _kind_of(state: dict[Any, Any]) -> str:
    """The letter and width of an array's numbers, such as f8; empty where it is not told."""
    dtype = state.get("dtype")
    args = dtype.args if isinstance(dtype, Made) else None
    code = args[0] if isinstance(args, tuple) and args else ""
    return code if isinstance(code, str) else ""


def _array_bytes(state: dict[Any, Any]) -> int | None:
    """How many bytes an array of numbers takes; None where that is not told."""
    shape, code = state.get("shape"), _kind_of(state)
    if not isinstance(shape, tuple) or not code[1:].isdecimal() or len(code) > 9:
        return None
    if code[0] not in "biufcmMSVU" or not all(isinstance(n, int) and n >= 0 for n in shape):
        return None
    total = int(code[1:]) * (4 if code[0] == "U" else 1)
    for side in shape:
        total *= side
    return total
