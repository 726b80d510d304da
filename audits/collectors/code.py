"""Source code of every language that can be read, notebooks' cells included."""

from collections.abc import Sequence
from contextlib import suppress

from audits.collectors.collecting import ALONE, Aids, Collector
from audits.collectors.following import followed
from audits.collectors.languages.scripts import LANGUAGES
from audits.collectors.packing import PackedFile
from audits.collectors.source_files import (
    LARGEST_SOURCE,
    MARKDOWN,
    NOTEBOOK,
    PYTHON,
    read_source,
)
from audits.collectors.unread import UnreadFile, can_wait, packed
from audits.facts.code import Code, SourceFile
from audits.facts.tree import FOREIGN, File, Role, Tree

_READABLE = frozenset((*PYTHON, NOTEBOOK, *MARKDOWN, *LANGUAGES))
LARGEST_NOTEBOOK = 32 * 1024 * 1024
UNREAD = {
    ".cpp": "C++",
    ".cc": "C++",
    ".cu": "CUDA",
    ".swift": "Swift",
    ".m": "MATLAB or Objective-C",
    ".sas": "SAS",
    ".ex": "Elixir",
    ".lua": "Lua",
    ".clj": "Clojure",
    ".dart": "Dart",
    ".hs": "Haskell",
}
"""Languages in which a practice may hide that no reader here understands."""


def wants(file: File) -> bool:
    """Code outside vendored and generated folders, and notebooks."""
    return file.suffix in _READABLE and not file.role & FOREIGN


def certain(file: File) -> bool:
    """Python of ordinary size: what its parser does not take is still read line by line."""
    return file.suffix in PYTHON and file.size <= LARGEST_SOURCE


def read(path: str, content: bytes) -> UnreadFile | PackedFile | SourceFile | None:
    """The facts of one file, names not yet followed into other files. Raises Unreadable."""
    if can_wait(path, content):
        with suppress(UnicodeEncodeError):
            return UnreadFile.of(path, content)
    return packed(read_source(path, content))


def assemble(tree: Tree, parts: Sequence[tuple[str, SourceFile]], aids: Aids = ALONE) -> Code:
    """All files, with names followed across them."""
    return Code(followed([part for _, part in parts], aids), _unread_languages(tree))


def _unread_languages(tree: Tree) -> tuple[str, ...]:
    unread = {UNREAD[f.suffix] for f in tree.ending(UNREAD) if not f.role & Role.VENDORED}
    return tuple(sorted(unread))


COLLECTOR = Collector(
    Code, 10, wants, read, assemble, LARGEST_NOTEBOOK, endings=_READABLE,
    assemble_by=assemble, certain=certain,
)  # fmt: skip
