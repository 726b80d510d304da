"""Gathers sections of documents that are about data, with what they tell."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from audits.collectors.collecting import Collector
from audits.facts.data_documents import DataDocuments, DataText
from audits.facts.tools.data_words import (
    CONTENT_WORDS,
    FILE_WORDS,
    HOW_TO,
    NOT_ABOUT_DATA,
    PREPOSITIONS,
    SOURCE_WORDS,
    TITLE_WORDS,
)
from audits.facts.tree import File, Role, Tree

LIMIT = 1024 * 1024
_SUFFIXES = (".md", ".markdown", ".rst", ".txt", ".qmd", ".mdx", "")
_WORD = re.compile(r"[^\W\d_]+")
_UNDERLINE = re.compile(r"^[=\-~^]{3,80}\s{0,4}$")
_FIELD = re.compile(r"^\s{0,8}(?:[-*+]\s{1,4}[*`]{1,3}\w[^*`]{0,60}[*`]|\|.{1,200}\|)")
_FEWEST_FIELDS = 3
_LONGEST_TITLE = 80
_LONGEST_ROW = 2_000
_OUTSIDE = Role.TEST | Role.VENDORED | Role.GENERATED
_DATA_FOLDERS = frozenset({"data", "dataset", "datasets"})


def wants(file: File) -> bool:
    """READMEs and other documents by their endings."""
    if file.role & _OUTSIDE or file.suffix not in _SUFFIXES:
        return False
    name = file.name.lower()
    documents = name.startswith("readme") or _is_about(file.path)
    return documents or (file.suffix not in ("", ".txt") and name != "changelog.md")


def _is_about(path: str) -> bool:
    """Whether a whole document is about data, by its name or as the README of a data folder."""
    place = PurePosixPath(path.lower())
    named = any(w in place.name for w in FILE_WORDS) or place.stem == "data"
    return named or (place.name.startswith("readme") and place.parent.name in _DATA_FOLDERS)


def read(path: str, content: bytes) -> tuple[DataText, ...] | None:
    """The sections about data of one document."""
    rows = [r[:_LONGEST_ROW] for r in content.decode("utf-8", "replace").split("\n")]
    return tuple(_sections(path, rows)) or None


def _sections(path: str, rows: Sequence[str]) -> Iterator[DataText]:
    heads = [*_headings(rows)]
    if _is_about(path):
        yield _text(path, rows, (0, len(rows)), path.rsplit("/", 1)[-1])
        return
    for at, (row, level, title) in enumerate(heads):
        if not _names_data(title):
            continue
        later = (r for r, lev, _ in heads[at + 1 :] if lev <= level)
        yield _text(path, rows, (row, next(later, len(rows))), title)


def _headings(rows: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(row, level, title) of headings, and of lines that end in a colon in a plain README."""
    fenced = False
    for at, row in enumerate(rows):
        text = row.strip()
        fenced ^= text.startswith(("```", "~~~"))
        below = rows[at + 1] if at + 1 < len(rows) else ""
        if fenced or not text or len(text) > _LONGEST_TITLE:
            continue
        title = text.lstrip("#")
        if title != text:
            yield at, len(text) - len(title), title.strip()
        elif _UNDERLINE.match(below) and not text.startswith(("|", "-", "*")):
            yield at, 1 if below.startswith("=") else 2, text
        elif text.endswith(":") and row[:1].isalpha() and not (at and rows[at - 1].strip()):
            yield at, 7, text


def _names_data(title: str) -> bool:
    listed = _head([w.lower() for w in _WORD.findall(title.split("<a")[0])])
    words = set(listed)
    if not words & TITLE_WORDS or words & NOT_ABOUT_DATA:
        return False
    return not any(_instructs(w[0]) for p in title.split(":") if (w := _WORD.findall(p.lower())))


def _head(words: list[str]) -> list[str]:
    """A title up to what its data are for: what follows does not say what the title is about."""
    at = next((n for n, w in enumerate(words) if n and w in PREPOSITIONS), len(words))
    return words[:at] if TITLE_WORDS & set(words[:at]) else words


def _instructs(word: str) -> bool:
    """Whether a title opens like an instruction, `Customize` or `Customizing`."""
    stem = word.removesuffix("ing")
    return not HOW_TO.isdisjoint({word, stem, f"{stem}e", stem[:-1]} - {""})


def _text(path: str, rows: Sequence[str], span: tuple[int, int], title: str) -> DataText:
    start, end = span
    source = content = fields = 0
    fenced = False
    for number in range(start + 1, end + 1):
        row = rows[number - 1]
        fenced ^= row.strip().startswith(("```", "~~~"))
        if fenced:
            continue
        low = row.lower()
        source = source or (number if any(w in low for w in SOURCE_WORDS) else 0)
        fields += bool(_FIELD.match(row))
        told = any(w in low for w in CONTENT_WORDS) or fields >= _FEWEST_FIELDS
        content = content or (number if told else 0)
    return DataText(path, start + 1, title, source, content)


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[DataText, ...]]]) -> DataDocuments:  # noqa: ARG001 - the shape of every collector
    """All sections in order of path."""
    return DataDocuments(tuple(t for _, texts in parts for t in texts))


COLLECTOR = Collector(DataDocuments, 2, wants, read, assemble, LIMIT, endings=_SUFFIXES)
