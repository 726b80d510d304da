"""JavaScript among tests, which is read when somebody first asks what is in it.

Few practices are looked for in tests, and a browser's or a language's suite can have fifty thousand
of them. So such a file travels and lies in the cache as it is, compressed, with those of the words
that checks ask tests for which stand in it. What is called stands in the text of its own file or is
imported there, so a file without such a word has no such call. Any other question reads the file:
what is judged cannot differ. Python is never left unread, since its names lead from file to file.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

import hyperscan
import msgspec
import zstandard

from audits.collectors.collecting import Unreadable
from audits.collectors.languages.scripts import LANGUAGES
from audits.collectors.packing import PackedFile, Unpackable
from audits.collectors.source_files import LARGEST_SOURCE, read_source, suffix_of
from audits.engine.types import Skipped
from audits.facts.code import Call, SourceFile
from audits.facts.lasting import lasting
from audits.facts.names import roots_of
from audits.facts.tools.data import READS, VALIDATORS
from audits.facts.tools.data_pipelines import SCHEDULE_KEYWORDS, SCHEDULE_METHODS
from audits.facts.tools.delivery_tests import TEST_CALLS
from audits.facts.tools.experimentation import LLM_EVALUATORS
from audits.facts.tree import Role, role_of

Finish = Callable[[SourceFile], SourceFile]
Calls = tuple[Call, ...]

METHODS = frozenset({
    *READS, *TEST_CALLS, *SCHEDULE_METHODS, *(verb for _, verbs in VALIDATORS.values()
                                              for verb in verbs),
})  # fmt: skip
"""What checks ask tests for by the last part of a name; another word only means to read more."""

ROOTS = roots_of((*sorted(LLM_EVALUATORS), *sorted(SCHEDULE_KEYWORDS)))
"""The same for how names begin."""

_SCRIPTED = frozenset({"javascript", "typescript"})
_RENAMES = r"\b(?:from|require|import)\s*(?:\(\s*)?[\"'`/]"
"""Any import, before whose string a comment may stand: a method may have another name here.

What it names begins as the module does, which stands in the text."""

_PARTS = r"[\w$]/\*"
"""A comment in a word, which it parts."""

_ANY_METHOD = "*"
"""Stands for all methods among the words of a file that imports."""

_OPENS = r"\s*[(<!.{/]"
"""What follows a word that is called, or of which something is made that is called later."""

_NONE: frozenset[str] = frozenset()
_OVERHEAD = 2_000
"""Bytes of memory that such a file takes beside its content."""

_shut = zstandard.ZstdCompressor(level=1).compress
_opened = zstandard.ZstdDecompressor().decompress
_fields = msgspec.msgpack.Decoder(tuple[str, str, int, tuple[str, ...] | None, bytes])


def can_wait(path: str, content: bytes) -> bool:
    """Whether a file is JavaScript among tests, and nothing that reads as what it is not."""
    language = LANGUAGES.get(suffix_of(path))
    if language is None or language.name not in _SCRIPTED or not role_of(path) & Role.TEST:
        return False
    return len(content) <= LARGEST_SOURCE and b"\0" not in content


@cache
def _watched() -> tuple[tuple[str, ...], hyperscan.Database]:
    """The words by the numbers of their patterns, and the automaton; the last number parts."""
    words = (*sorted(METHODS), *sorted(ROOTS), _ANY_METHOD)
    called = [rf"{_edge(w)}{re.escape(w)}{_OPENS}" for w in sorted(METHODS)]
    roots = [rf"\b{re.escape(w)}\b" for w in sorted(ROOTS)]
    patterns = [*called, *roots, _RENAMES, _PARTS]
    database = hyperscan.Database()
    database.compile(
        expressions=[p.encode() for p in patterns], ids=list(range(len(patterns))),
        elements=len(patterns), flags=hyperscan.HS_FLAG_SINGLEMATCH,
    )  # fmt: skip
    return words, database


def _edge(word: str) -> str:
    return r"\b" if word[:1].isalnum() else ""


def _words_in(content: bytes) -> tuple[str, ...] | None:
    """The watched words that may be called in a text, or None where any may be."""
    words, database = _watched()
    found: set[int] = set()

    def note(number: int, start: int, end: int, flags: int, context: object) -> None:
        del start, end, flags, context
        found.add(number)

    database.scan(content, match_event_handler=note)
    return None if len(words) in found else tuple(words[number] for number in sorted(found))


class _Waiting:
    """The content of a file, and what was read of it once somebody asked."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.path, self.language, self.lines, words, self._shut = _fields.decode(data)
        self.words = None if words is None else frozenset(words)
        self.reason = ""

    @property
    def content(self) -> bytes:
        return _opened(self._shut)

    @lasting
    def file(self) -> SourceFile:
        """All that it holds; nothing but its lines where it cannot be read."""
        try:
            return packed(read_source(self.path, self.content))
        except Unreadable as error:
            self.reason = str(error)
            return SourceFile(self.path, self.language, lines=self.lines)


class UnreadFile(SourceFile):
    """A file whose facts are read when they are first asked for."""

    _waiting: _Waiting
    _finish: Finish
    told = None

    def __init__(self, waiting: _Waiting, finish: Finish) -> None:
        vars(self).update(
            path=waiting.path, language=waiting.language, lines=waiting.lines,
            _waiting=waiting, _finish=finish,
        )  # fmt: skip

    @classmethod
    def of(cls, path: str, content: bytes) -> "UnreadFile":
        """A file with this content. Raises UnicodeEncodeError for a path with no place in bytes."""
        language, lines = LANGUAGES[suffix_of(path)].name, content.count(b"\n") + 1
        row = (path, language, lines, _words_in(content), _shut(content))
        return cls.restored(msgspec.msgpack.encode(row))

    @classmethod
    def restored(cls, data: bytes) -> "UnreadFile":
        """The file from its bytes. Raises ValueError where they are none."""
        return cls(_Waiting(data), _as_it_is)

    def followed(self, link: Finish) -> "UnreadFile":
        """The same, whose imports are followed into other files once it is read."""
        return UnreadFile(self._waiting, link)

    @property
    def data(self) -> bytes:
        """What it can be made from again; nothing in it names a class or runs anything."""
        return self._waiting.data

    @property
    def reason(self) -> str:
        """Why it could not be read, where that was tried in vain."""
        return self._waiting.reason

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.data) + _OVERHEAD

    def __reduce__(self) -> tuple[Callable[[bytes], "UnreadFile"], tuple[bytes]]:
        return UnreadFile.restored, (self.data,)

    @lasting
    def _read(self) -> SourceFile:
        return self._finish(self._waiting.file)

    def __getattr__(self, name: str) -> Any:
        """Reads the file for any of its facts."""
        if name not in _FACTS:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return getattr(self._read, name)

    @lasting
    def names(self) -> frozenset[str]:
        """The names of all calls."""
        return self._read.names

    @lasting
    def keywords(self) -> frozenset[str]:
        """The names of all keywords."""
        return self._read.keywords

    def _chosen(self, names: AbstractSet[str], keywords: AbstractSet[str] = _NONE) -> Calls:
        return self._read._chosen(names, keywords)

    def names_of(self, methods: AbstractSet[str]) -> Iterator[str]:
        """As of any file; it is not read where no such method can be called."""
        return super().names_of(methods) if self._may_have(methods, METHODS) else iter(())

    def calls_any(self, methods: AbstractSet[str]) -> bool:
        """As of any file; it is not read where no such method can be called."""
        return self._may_have(methods, METHODS) and super().calls_any(methods)

    def calls_of(
        self,
        *,
        names: AbstractSet[str] = _NONE,
        methods: AbstractSet[str] = _NONE,
        modules: Sequence[str] = (),
        keywords: AbstractSet[str] = _NONE,
    ) -> Calls:
        """As of any file; it is not read where it cannot have such calls."""
        begun = roots_of((*sorted(names), *modules) if names else tuple(modules))
        if keywords or self._may_have(begun, ROOTS) or self._may_have(methods, METHODS):
            return super().calls_of(
                names=names, methods=methods, modules=modules, keywords=keywords
            )
        return ()

    def _may_have(self, words: AbstractSet[str], known: frozenset[str]) -> bool:
        """Whether one of these words may be what is asked for; only the known were looked for."""
        there = self._waiting.words
        if not words or there is None or not words <= known:
            return bool(words)
        return not there.isdisjoint(words) or (known is METHODS and _ANY_METHOD in there)


def _as_it_is(file: SourceFile) -> SourceFile:
    return file


def packed(file: SourceFile) -> SourceFile:
    """The file packed, or as it is where it has a value that cannot be."""
    try:
        return PackedFile.of(file)
    except Unpackable:
        return file


def unreadable(files: Iterable[SourceFile]) -> tuple[Skipped, ...]:
    """Those of the files that were asked for something and could not be read."""
    return tuple(Skipped(f.path, f.reason) for f in files if isinstance(f, UnreadFile) and f.reason)


_FACTS = frozenset({
    "imports", "definitions", "exports", "has_main", "calls", "strings", "guards", "assignments",
})  # fmt: skip
