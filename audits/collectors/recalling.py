"""What earlier audits found out about files of source, beyond what stands in each file's bytes.

Where their names lead is kept for all files among the same surroundings together. What readings
told of a file (`audits/facts/readings.py`) is kept under a digest of its bytes, of where its names
lead, and of which readings there are; the code itself is part of every key in the table. Whatever
is not there, or is no good, is worked out again.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

import msgspec
import zstandard

from audits.collectors.collecting import Memory
from audits.collectors.linking import surroundings
from audits.collectors.packing import PackedFile
from audits.collectors.storing import Form, Unstorable, dumped, form_of_result, restored
from audits.facts.code import SourceFile
from audits.facts.readings import READINGS
from audits.facts.told import Late, Told

_Links = dict[bytes, msgspec.Raw]
_Row = tuple[bytes, dict[int, msgspec.Raw]]
_links = msgspec.msgpack.Decoder(_Links)
_row = msgspec.msgpack.Decoder(_Row)
_decode = msgspec.msgpack.decode
_encode = msgspec.msgpack.encode
_LINK_FORM = b"1"


Row = tuple[bytes, bool]
"""What a file told, packed, and whether no memory has it yet."""


class Links:
    """Where the names of files lead among the same surroundings."""

    def __init__(self, memory: Memory | None, files: Iterable[SourceFile]) -> None:
        self._memory = memory
        self._name = b"links" + _LINK_FORM + surroundings(files) if memory else b""
        self._known = self._read()

    def _read(self) -> Mapping[bytes, msgspec.Raw]:
        with suppress(msgspec.MsgspecError, zstandard.ZstdError, ValueError):
            for _, body in self._memory.recall([self._name]) if self._memory else ():
                return _links.decode(zstandard.ZstdDecompressor().decompress(body))
        return {}

    def of(self, file: PackedFile) -> bytes | None:
        """Where the names of a file lead, packed, if that is known."""
        raw = self._known.get(file.digest) if self._known else None
        return None if raw is None else bytes(raw)

    def keep(self, files: Iterable[PackedFile]) -> None:
        """Keeps where the names of these files lead, in place of what was known."""
        if self._memory:
            content = _encode({file.digest: msgspec.Raw(file.followed) for file in files})
            body = zstandard.ZstdCompressor(level=1).compress(content)
            self._memory.remember([(self._name, body)])


class Tellings:
    """What readings told of files; it needs a memory to know more than it is given."""

    def __init__(self, memory: Memory | None) -> None:
        self._memory = memory
        names = sorted(READINGS)
        self._bits = {READINGS[name][0]: place for place, name in enumerate(names)}
        self._forms = [_form(READINGS[name][1]) for name in names]
        self._late = [(READINGS[n][0], _maker(f)) for n, f in zip(names, self._forms, strict=True)]
        self._told_by = hashlib.sha256("\0".join(names).encode()).digest()
        self._asked: dict[bytes, int] = {}

    def recall(self, files: Iterable[PackedFile]) -> None:
        """Gives each file what is known of it."""
        if self._memory:
            named = {self._name(file): file for file in files}
            for name, body in self._memory.recall(list(named)):
                with suppress(msgspec.MsgspecError, ValueError, LookupError):
                    self.give(named[name], (body, False))

    def give(self, file: PackedFile, row: Row) -> None:
        """Gives a file what it told. Raises ValueError or LookupError for what is no row."""
        body, new = row
        told = self._restored(body)
        told.grown = new
        vars(file)["told"] = told

    def row_of(self, file: PackedFile) -> Row:
        """What a file told so far."""
        told = file.told or Told()
        return self._dumped(told), told.grown

    def keep(self, files: Iterable[SourceFile]) -> None:
        """Keeps what was told of the files and is not kept yet."""
        rows = []
        for file in files:
            told = vars(file).get("told")
            if isinstance(file, PackedFile) and told is not None and told.grown:
                rows.append((self._name(file), self._dumped(told)))
        if self._memory:
            self._memory.remember(rows)

    def _name(self, file: PackedFile) -> bytes:
        return b"told" + hashlib.sha256(self._told_by + file.digest + file.followed).digest()

    def _restored(self, body: bytes) -> Told:
        asked, found = _row.decode(body)
        made = {}
        for place, raw in found.items():
            bit, make = self._late[place]
            made[bit] = Late(make, raw)
        return Told(self._bits_of(asked), made)

    def _bits_of(self, asked: bytes) -> int:
        """The bits of this process for the places in a stored mask."""
        if asked not in self._asked:
            mask = int.from_bytes(asked, "big")
            self._asked[asked] = sum(b for b, place in self._bits.items() if mask >> place & 1)
        return self._asked[asked]

    def _dumped(self, told: Told) -> bytes:
        """All that has a form; the rest is asked again."""
        mask, found = 0, {}
        for bit, place in self._bits.items():
            if told.asked & bit:
                with suppress(Unstorable, ValueError, OverflowError):
                    if bit in told.found:
                        found[place] = self._stored(place, told.found[bit])
                    mask |= 1 << place
        return _encode((mask.to_bytes((mask.bit_length() + 7) // 8, "big"), found))

    def _stored(self, place: int, value: Any) -> msgspec.Raw:
        if type(value) is Late:
            return value.stored  # type: ignore[no-any-return]  # as it lay there
        form = self._forms[place]
        if form is None:
            raise Unstorable(place)
        return msgspec.Raw(_encode(dumped(form, value)))


def _maker(form: Form | None) -> Callable[[msgspec.Raw], Any]:
    return lambda raw: restored(form or Form(), _decode(raw))


def _form(find: Callable[[SourceFile], Any]) -> Form | None:
    try:
        return form_of_result(find)
    except Unstorable:
        return None
