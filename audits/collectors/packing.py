"""Source files as they travel between processes and lie on disk: most of each stays packed.

What every file is asked for (imports, definitions, exports, the names that are called) is unpacked
at once; calls, strings, guards and assignments only when somebody asks for those of this file. The
bytes are MessagePack and can name no class and run nothing.
"""

from collections import deque
from collections.abc import Set as AbstractSet
from typing import Any, Self
from weakref import ReferenceType, ref

import msgspec
import zstandard

from audits.facts.code import Assignment, Call, Constant, Definition, Guard, Import, SourceFile
from audits.facts.lasting import lasting

_Call = tuple[
    int, int, tuple[Constant, ...], tuple[tuple[str, Constant], ...], str, tuple[str, ...], str
]
_Import = tuple[str, int, bool]
_Definition = tuple[str, int, str, tuple[str, ...], tuple[str, ...], str]
_Guard = tuple[int, str, tuple[str, ...], tuple[str, ...], str]
_Assignment = tuple[str, Constant, int, str]
_Head = tuple[
    str, str, tuple[_Import, ...], tuple[_Definition, ...], bool, int, tuple[tuple[str, str], ...],
    tuple[str, ...], tuple[str, ...], bytes, bytes,
]  # fmt: skip
_Rest = tuple[tuple[tuple[str, int], ...], tuple[_Guard, ...], tuple[_Assignment, ...]]

_encode = msgspec.msgpack.Encoder().encode
_head = msgspec.msgpack.Decoder(_Head)
_rows = msgspec.msgpack.Decoder(tuple[_Call, ...])
_texts = msgspec.msgpack.Decoder(_Rest)


MOST_UNPACKED = 12 * 1024 * 1024
"""Bytes that are unpacked at a time; as objects they take about six times as much memory."""

_shut = zstandard.ZstdCompressor(level=1).compress
_opened = zstandard.ZstdDecompressor().decompress


class _Unpacked:
    """What is unpacked at the moment; what was unpacked first goes as soon as it is too much."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[ReferenceType[PackedFile], tuple[str, ...], int]] = deque()
        self._size = 0

    def add(self, file: "PackedFile", names: tuple[str, ...], size: int) -> None:
        """Notes that these parts of a file are there."""
        self._waiting.append((ref(file), names, size))
        self._size += size
        while self._size > MOST_UNPACKED and len(self._waiting) > 1:
            first, gone, freed = self._waiting.popleft()
            self._size -= freed
            other = first()
            for name in gone if other is not None else ():
                vars(other).pop(name, None)


_unpacked = _Unpacked()
_TIMES = 7
"""How much larger in memory than in bytes that is which is unpacked at once; measured."""
_EVERY = 2_000
"""Bytes that any file takes."""


class Unpackable(Exception):
    """A file with a value that has no place in MessagePack, such as half of a surrogate pair."""


def _body_of(file: SourceFile) -> dict[str, Any]:
    """What of a file stays packed, and what it takes to unpack it. Raises Unpackable."""
    numbers: dict[str, int] = {}
    calls = [
        (numbers.setdefault(c.name, len(numbers)), c.line, c.arguments, c.keywords, c.scope,
         c.keyword_names, c.receiver)
        for c in file.calls
    ]  # fmt: skip
    guards = [(g.line, g.effect, g.words, g.strings, g.scope) for g in file.guards]
    assignments = [(a.name, a.value, a.line, a.scope) for a in file.assignments]
    try:
        return {
            "called": tuple(numbers), "keywords": file.keywords,
            "_calls": _shut(_encode(calls)),
            "_rest": _shut(_encode((file.strings, guards, assignments))),
        }  # fmt: skip
    except (UnicodeEncodeError, OverflowError) as error:
        raise Unpackable(file.path) from error


def _bytes_of(file: "PackedFile") -> bytes:
    imports = [(i.module, i.line, i.guarded) for i in file.imports]
    definitions = [
        (d.name, d.line, d.kind, d.decorators, d.bases, d.returns) for d in file.definitions
    ]
    try:
        return _encode((
            file.path, file.language, imports, definitions, file.has_main, file.lines, file.exports,
            file.called, sorted(file.keywords), file._calls, file._rest,
        ))  # fmt: skip
    except (UnicodeEncodeError, OverflowError) as error:
        raise Unpackable(file.path) from error


class PackedFile(SourceFile):
    """A source file that unpacks its calls and its texts when they are first asked for."""

    called: tuple[str, ...]
    """The names of the calls, each once, by the numbers that the packed calls have for them."""
    _calls: bytes
    _rest: bytes
    _rows: tuple[_Call, ...]
    """The calls as they are packed, by the numbers of their names."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError where the bytes are none that `packed` gives."""
        (path, language, imports, definitions, has_main, lines, exports, called, keywords, calls,
         rest) = _head.decode(data)  # fmt: skip
        vars(self).update(
            path=path, language=language, has_main=has_main, lines=lines, exports=exports,
            imports=tuple([Import(*row) for row in imports]),
            definitions=tuple([Definition(*row) for row in definitions]),
            called=called, keywords=frozenset(keywords), _calls=calls, _rest=rest,
        )  # fmt: skip

    @classmethod
    def of(cls, file: SourceFile) -> "PackedFile":
        """The same file packed. Raises Unpackable."""
        made = object.__new__(cls)
        head = {n: v for n, v in vars(file).items() if n in _HEAD}
        vars(made).update(head, **_body_of(file))
        vars(made)["data"] = _bytes_of(made)
        return made

    @lasting
    def data(self) -> bytes:
        """All of it as bytes, names not followed into other files."""
        return _bytes_of(self)

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes as long as nobody asks for what is packed."""
        body = len(self._calls) + len(self._rest)
        return body + _TIMES * (len(self.data) - body) + _EVERY

    def __reduce__(self) -> tuple[type["PackedFile"], tuple[bytes]]:
        return PackedFile, (self.data,)

    def linked(
        self, imports: tuple[Import, ...], definitions: tuple[Definition, ...],
        called: tuple[str, ...],
    ) -> Self:  # fmt: skip
        """The same with other imports and definitions, and other names for what is called."""
        other = object.__new__(type(self))
        kept = {name: getattr(self, name) for name in _KEPT}
        vars(other).update(kept, imports=imports, definitions=definitions, called=called)
        return other

    @lasting
    def names(self) -> frozenset[str]:
        """The names of all calls, without unpacking them."""
        return frozenset(self.called)

    def __getattr__(self, name: str) -> Any:
        """Unpacks what the name is part of; everything else is there."""
        if name == "calls":
            self._unpack_calls()
        elif name == "_rows":
            self._unpack_rows()
        elif name in _TEXTS:
            self._unpack_texts()
        else:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return vars(self)[name]

    def _chosen(
        self, names: AbstractSet[str], keywords: AbstractSet[str] = frozenset()
    ) -> tuple[Call, ...]:
        """As of any file, but no other calls are made into objects for it."""
        if "calls" in vars(self):
            return super()._chosen(names, keywords)
        called = self.called
        numbers = {number for number, name in enumerate(called) if name in names}
        return tuple([
            Call(called[row[0]], *row[1:]) for row in self._rows
            if row[0] in numbers or (keywords and not keywords.isdisjoint(row[5]))
        ])  # fmt: skip

    def _unpack_rows(self) -> None:
        content = _opened(self._calls)
        vars(self)["_rows"] = _rows.decode(content)
        _unpacked.add(self, ("_rows",), len(content))

    def _unpack_calls(self) -> None:
        content = _opened(self._calls)
        called = self.called
        vars(self)["calls"] = tuple([
            Call(called[row[0]], *row[1:]) for row in _rows.decode(content)
        ])  # fmt: skip
        _unpacked.add(self, ("calls",), len(content))

    def _unpack_texts(self) -> None:
        content = _opened(self._rest)
        strings, guards, assignments = _texts.decode(content)
        vars(self).update(
            strings=strings,
            guards=tuple([Guard(*row) for row in guards]),
            assignments=tuple([Assignment(*row) for row in assignments]),
        )
        _unpacked.add(self, _TEXTS, len(content))


_TEXTS = ("strings", "guards", "assignments")


_HEAD = ("path", "language", "imports", "definitions", "has_main", "lines", "exports")
_KEPT = ("path", "language", "has_main", "lines", "exports", "keywords", "_calls", "_rest")
