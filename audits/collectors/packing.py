"""Source files as they travel between processes and lie on disk: most of each stays packed.

Imports, definitions and the names that are called are unpacked when somebody first asks for those
of this file, and stay; calls, strings, guards and assignments only as long as there is room. The
bytes are MessagePack and can name no class and run nothing.
"""

import hashlib
from collections import deque
from collections.abc import Set as AbstractSet
from typing import Any, Self
from weakref import ReferenceType, ref

import msgspec
import zstandard

from audits.facts.code import Assignment, Call, Constant, Definition, Guard, Import, SourceFile
from audits.facts.lasting import lasting
from audits.facts.names import last_part

_Call = tuple[
    int, int, tuple[Constant, ...], tuple[tuple[str, Constant], ...], str, tuple[str, ...], str
]
_Import = tuple[str, int, bool]


class _Head(msgspec.Struct, array_like=True, gc=False):
    """What lies in the bytes of a file, in this order."""

    path: str
    language: str
    imports: msgspec.Raw
    definitions: msgspec.Raw
    has_main: bool
    lines: int
    exports: msgspec.Raw
    called: msgspec.Raw
    keywords: msgspec.Raw
    surface: bytes
    calls: memoryview
    """Still compressed, like the rest."""
    rest: memoryview


_Rest = tuple[tuple[tuple[str, int], ...], tuple[Guard, ...], tuple[Assignment, ...]]
Link = tuple[
    tuple[str, ...], tuple[tuple[int, str], ...],
    tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...],
]  # fmt: skip
"""What following its names makes of a file: the path that each import brings in (none at all where
all are somebody else's), the calls that get another name, by number, and the definitions that get
other decorators and bases, by place."""

_encode = msgspec.msgpack.Encoder().encode
_head = msgspec.msgpack.Decoder(_Head)
_imports = msgspec.msgpack.Decoder(tuple[_Import, ...])
_definitions = msgspec.msgpack.Decoder(list[Definition])
_exports = msgspec.msgpack.Decoder(tuple[tuple[str, str], ...])
_words = msgspec.msgpack.Decoder(tuple[str, ...])
_rows = msgspec.msgpack.Decoder(tuple[_Call, ...])
_texts = msgspec.msgpack.Decoder(_Rest)
_link = msgspec.msgpack.Decoder(Link)


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
_FEW = 4
"""Names that are sooner looked for among packed ones than these are unpacked; measured."""
_TIMES = 7
"""How much larger in memory than in bytes that is which is unpacked at once; measured."""
_EVERY = 2_000
"""Bytes that any file takes."""


def link_bytes(link: Link) -> bytes:
    """A link packed, as `PackedFile.linked` takes it."""
    return _encode(link)


class Unpackable(Exception):
    """A file with a value that has no place in MessagePack, such as half of a surrogate pair."""


def _bytes_of(file: SourceFile) -> bytes:
    """The file as bytes, names not followed into other files. Raises Unpackable."""
    numbers: dict[str, int] = {}
    calls = [
        (numbers.setdefault(c.name, len(numbers)), c.line, c.arguments, c.keywords, c.scope,
         c.keyword_names, c.receiver)
        for c in file.calls
    ]  # fmt: skip
    imports = [(i.module, i.line, i.guarded) for i in file.imports]
    try:
        return _encode((
            file.path, file.language, imports, file.definitions, file.has_main, file.lines,
            file.exports, tuple(numbers), sorted(file.keywords), surface_of(file),
            _shut(_encode(calls)), _shut(_encode((file.strings, file.guards, file.assignments))),
        ))  # fmt: skip
    except (UnicodeEncodeError, OverflowError) as error:
        raise Unpackable(file.path) from error


def surface_of(file: SourceFile) -> bytes:
    """A digest of all by which names of other files can lead through this one; no line is in it."""
    if isinstance(file, PackedFile):
        return file.surface
    shown = file.exports, [(d.name, d.kind, d.bases, d.returns) for d in file.definitions]
    return hashlib.sha256(repr(shown).encode("utf-8", "surrogatepass")).digest()


class PackedFile(SourceFile):
    """A source file that unpacks each kind of facts when it is first asked for."""

    data: bytes
    """All of it, names not followed into other files."""
    surface: bytes
    """A digest of all by which names of other files can lead through this one."""
    followed: bytes
    """Where its names lead, packed; nothing as long as they are not followed."""
    called: tuple[str, ...]
    """The names of the calls, each once, by the numbers that the packed calls have for them."""
    _rows: tuple[_Call, ...]
    """The calls as they are packed, by the numbers of their names."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError where the bytes are none that `packed` gives."""
        head = _head.decode(data)
        vars(self).update(
            data=data, path=head.path, language=head.language, has_main=head.has_main,
            lines=head.lines, surface=head.surface, followed=b"",
        )  # fmt: skip

    @property
    def _head(self) -> "_Head":
        """What it is made of, still packed; not kept, as that would take a kilobyte a file."""
        return _head.decode(self.data)

    @classmethod
    def of(cls, file: SourceFile) -> "PackedFile":
        """The same file packed. Raises Unpackable."""
        return cls(_bytes_of(file))

    @lasting
    def digest(self) -> bytes:
        """By which files with the same facts are known again."""
        return hashlib.sha256(self.data).digest()

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes as long as nobody asks for what is packed."""
        head = self._head
        body = len(head.calls) + len(head.rest)
        return body + _TIMES * (len(self.data) - body) + _EVERY

    def __reduce__(self) -> tuple[type["PackedFile"], tuple[bytes]]:
        return PackedFile, (self.data,)

    def linked(self, link: bytes) -> Self:
        """The same with its names followed as a packed `Link` says; this one is done with."""
        for name in ("imports", "called"):
            vars(self).pop(name, None)
        other = object.__new__(type(self))
        kept = {name: vars(self)[name] for name in _KEPT if name in vars(self)}
        vars(other).update(kept, followed=link)
        return other

    @property
    def _link(self) -> Link:
        return _link.decode(self.followed) if self.followed else ((), (), ())

    @lasting
    def targets(self) -> tuple[str, ...]:
        """The files that it imports, without unpacking its imports."""
        return tuple(dict.fromkeys(filter(None, self._link[0])))

    @lasting
    def keywords(self) -> frozenset[str]:
        """The names of all keywords that any call is given."""
        return frozenset(_words.decode(self._head.keywords))

    @lasting
    def names(self) -> frozenset[str]:
        """The names of all calls, without unpacking them."""
        return frozenset(self.called)

    def __getattr__(self, name: str) -> Any:
        """Unpacks what the name is part of; everything else is there."""
        if name in _HEADS:
            vars(self)[name] = getattr(self, f"_its_{name}")()
        elif name == "calls":
            self._unpack_calls()
        elif name == "_rows":
            self._unpack_rows()
        elif name in _TEXTS:
            self._unpack_texts()
        else:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return vars(self)[name]

    def _its_imports(self) -> tuple[Import, ...]:
        rows = _imports.decode(self._head.imports)
        targets = self._link[0]
        if not targets:
            return tuple([Import(*row) for row in rows])
        return tuple([Import(*row, to) for row, to in zip(rows, targets, strict=True)])

    def _its_definitions(self) -> tuple[Definition, ...]:
        made = _definitions.decode(self._head.definitions)
        for place, decorators, bases in self._link[2]:
            was = made[place]
            made[place] = Definition(was.name, was.line, was.kind, decorators, bases, was.returns)
        return tuple(made)

    def _its_exports(self) -> tuple[tuple[str, str], ...]:
        return _exports.decode(self._head.exports)

    def _its_called(self) -> tuple[str, ...]:
        names = _words.decode(self._head.called)
        if not self._link[1]:
            return names
        other = list(names)
        for number, name in self._link[1]:
            other[number] = name
        return tuple(other)

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

    def methods_among(self, some: AbstractSet[str]) -> AbstractSet[str]:
        """As of any file, but nothing is kept unpacked for it."""
        if "_by_method" in vars(self):
            return super().methods_among(some)
        if len(some) <= _FEW:
            packed = bytes(self._head.called) + self.followed
            if not any(name.encode("utf-8", "surrogatepass") in packed for name in some):
                return frozenset()
        return some & set(map(last_part, self._its_called()))

    def _unpack_rows(self) -> None:
        content = _opened(self._head.calls)
        vars(self)["_rows"] = _rows.decode(content)
        _unpacked.add(self, ("_rows",), len(content))

    def _unpack_calls(self) -> None:
        content = _opened(self._head.calls)
        called = self.called
        vars(self)["calls"] = tuple([
            Call(called[row[0]], *row[1:]) for row in _rows.decode(content)
        ])  # fmt: skip
        _unpacked.add(self, ("calls",), len(content))

    def _unpack_texts(self) -> None:
        content = _opened(self._head.rest)
        strings, guards, assignments = _texts.decode(content)
        vars(self).update(strings=strings, guards=guards, assignments=assignments)
        _unpacked.add(self, _TEXTS, len(content))


_TEXTS = ("strings", "guards", "assignments")


_HEADS = ("imports", "definitions", "exports", "called")
_KEPT = ("data", "path", "language", "has_main", "lines", "surface", "digest")
