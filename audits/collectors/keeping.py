"""Keeps what was made of each file on disk, so that an unchanged file is not read again.

An entry is known by the file's path and blob, the collectors that wanted it with their versions,
and the code that makes facts. Its bytes are MessagePack. Whatever is wrong with it only means that
files are read again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from audits.collectors.collecting import Collector
from audits.collectors.entries import MOST_BYTES, Entries, code_digest
from audits.collectors.reading import FileParts, Part
from audits.collectors.storing import (
    Form,
    Unstorable,
    bytes_of,
    dumped,
    form_of_result,
    restored,
    stored_in,
)
from audits.engine.types import Skipped
from audits.facts.tree import File

_FORMAT = "2"


class Shelf:
    """The entries of one folder, for one set of collectors."""

    def __init__(
        self, folder: Path, collectors: Sequence[Collector[Any, Any]], key: bytes = b""
    ) -> None:
        self._entries = Entries(folder, key)
        self._collectors = collectors
        self._forms = [_form(c) for c in collectors]
        self._names = [f"{_name(c)} {c.version}" for c in collectors]
        self._root = code_digest()

    def usable(self) -> bool:
        """Makes the folder and the table; False where that cannot be."""
        return self._entries.usable()

    def _key(self, file: File, numbers: Sequence[int]) -> bytes:
        """The name of what these collectors make of a file."""
        wanting = "\0".join([self._names[n] for n in numbers])
        told = f"{self._root}\0{file.path}\0{file.blob}\0{file.size}\0{wanting}"
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()

    def find(
        self, files: Sequence[File], wanted: Mapping[str, Sequence[int]]
    ) -> Iterator[list[FileParts]]:
        """What is known of these files, a portion at a time."""
        keys = {self._key(f, wanted[f.path]): f for f in files if f.blob}
        for some in self._entries.find(list(keys)):
            entries = (self._restored(keys[k], wanted[keys[k].path], body) for k, body in some)
            yield [entry for entry in entries if entry is not None]

    def keep(self, entries: Iterable[FileParts], wanted: Mapping[str, Sequence[int]]) -> None:
        """Adds entries; nothing happens where the disk will not have them."""
        rows = []
        for entry in entries:
            if entry.lasting and entry.file.blob:
                with suppress(Unstorable, ValueError, OverflowError, RecursionError):
                    key = self._key(entry.file, wanted[entry.file.path])
                    rows.append((key, self._dumped(entry, wanted[entry.file.path])))
        self._entries.keep(rows)

    def recall(self, names: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Entries of any name that are there and whole, with their names."""
        keys = {self._named(name): name for name in names}
        for some in self._entries.find(list(keys)):
            yield from ((keys[key], body) for key, body in some)

    def first_of(self, names: Sequence[bytes]) -> tuple[bytes, bytes] | None:
        """The first of these entries of any name that is there, with its name, if it is whole."""
        place = self._entries.first_of(map(self._named, names))
        return None if place is None else next(self.recall([names[place]]), None)

    def remember(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Keeps entries of any name."""
        rows = [(self._named(name), body) for name, body in entries]
        if rows:
            self._entries.keep(rows)

    def _named(self, name: bytes) -> bytes:
        return hashlib.sha256(self._root.encode() + b"\0" + name).digest()

    def trim(self, most: int = MOST_BYTES) -> None:
        """Takes away the longest unused entries while there are more bytes than allowed."""
        self._entries.trim(most)

    def _dumped(self, entry: FileParts, numbers: Sequence[int]) -> bytes:
        parts = [[numbers.index(p.number), self._into(p)] for p in entry.parts]
        return bytes_of([_FORMAT, parts, [s.reason for s in entry.skipped], entry.weight])

    def _into(self, part: Part) -> Any:
        form = self._forms[part.number]
        if form is None:
            raise Unstorable(f"parts of {self._collectors[part.number].fact.__name__}")
        return dumped(form, part.value)

    def _back(self, number: int, stored: Any) -> Part:
        form = self._forms[number]
        if form is None:
            raise Unstorable("a part that is never kept")
        return Part(number, restored(form, stored))

    def _restored(self, file: File, numbers: Sequence[int], body: bytes) -> FileParts | None:
        """The entry, or None where its bytes are not of its form."""
        try:
            form, parts, reasons, weight = stored_in(body)
            found = tuple(self._back(numbers[place], stored) for place, stored in parts)
        except (ValueError, TypeError, KeyError, IndexError, Unstorable):
            return None
        skipped = tuple(Skipped(file.path, reason) for reason in reasons)
        return FileParts(file, found, skipped, weight) if form == _FORMAT else None


def _name(collector: Collector[Any, Any]) -> str:
    return f"{collector.fact.__module__}.{collector.fact.__qualname__}"


def _form(collector: Collector[Any, Any]) -> Form | None:
    try:
        return form_of_result(collector.read)
    except Unstorable:
        return None
