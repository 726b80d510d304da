"""Gathers sections of documents that are about data, with what they tell."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from msgspec.structs import replace

from audits.collectors.collecting import Collector
from audits.collectors.data_statements import (
    counts_content,
    heads_sources,
    names_source,
    paragraphs,
    speaks_of_data,
    tells_extent,
)
from audits.facts.data_documents import DataDocuments, DataText
from audits.facts.tools.data_words import (
    CONTENT_WORDS,
    FIELD_TITLES,
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
_RST_SIGNS = "=-~^#*+'"
_RST_LINE = re.compile(
    rf"^(?:{'|'.join(f'{re.escape(sign)}{{3,80}}' for sign in _RST_SIGNS)})\s{{0,4}}$"
)
_FIELD = re.compile(r"^\s{0,8}(?:[-*+]\s{1,4}[*`]{1,3}\w[^*`]{0,60}[*`]|\|.{1,200}\|)")
_FEWEST_FIELDS = 3
_LONGEST_TITLE = 80
_LONGEST_ROW = 2_000
_OUTSIDE = Role.TEST | Role.VENDORED | Role.GENERATED
_DATA_FOLDERS = frozenset({"data", "dataset", "datasets", "corpus", "corpora", "sample_data"})
_HEAD_IN_HTML = re.compile(r"^<h([1-6])[^>]{0,200}>(.{1,200}?)</h[1-6]>")
_TAG = re.compile(r"<[^>]{0,200}>")
_CODE = re.compile(r"`[^`\n]{0,200}`|\{[^}\n]{0,200}\}|\]\([^)\n]{0,400}\)")
_FROM_A_NAME = re.compile(r"\b[Ff]rom (?:the )?[A-Z]\w")
_LONGEST_LABEL = 5
_NUMBERED = re.compile(
    r"^\W{0,9}(?:q|step|question|part|task|phase|exercise|stage)?[\s\-]{0,3}\d{1,3}\W{1,4}"
)


def wants(file: File) -> bool:
    """READMEs and other documents by their endings."""
    if file.role & _OUTSIDE or file.suffix not in _SUFFIXES or _instructs_machines(file.path):
        return False
    name = file.name.lower()
    documents = name.startswith("readme") or _is_about(file.path)
    return documents or (file.suffix not in ("", ".txt") and name != "changelog.md")


def _instructs_machines(path: str) -> bool:
    """Whether a document is a prompt or a plan for a program that writes code."""
    *folders, name = path.lower().split("/")
    stem = name.rsplit(".", 1)[0]
    words = {w for part in (*folders, stem) for w in re.split(r"[\W_]", part)}
    return bool(words & _PROMPTS) or "plans" in folders or stem in ("agents", "skill", "gemini")


_PROMPTS = frozenset({"prompt", "prompts", "claude", "cursor", "copilot", "agentic"})


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
    heads = [*(_underlined if path.lower().endswith(".rst") else _headings)(rows)]
    if _is_about(path):
        yield _text(path, rows, (0, len(rows)), path.rsplit("/", 1)[-1])
        return
    covered: set[int] = set()
    for at, (row, level, title) in enumerate(heads):
        lists = _lists_fields(title)
        kept = _names_knowledge(title)
        if not (lists or kept or _names_data(title)):
            continue
        end = next((r for r, lev, _ in heads[at + 1 :] if lev <= level), len(rows))
        text = _text(path, rows, (row, end), title)
        if kept and not (text.named and text.content):
            continue
        if not lists:
            covered.update(range(row, end))
            yield text
        elif text.content:
            yield replace(text, source=0, named=0, leaning=True)
    yield from _statements(path, rows, covered)


def _statements(path: str, rows: Sequence[str], covered: set[int]) -> Iterator[DataText]:
    """Paragraphs under any other heading that name a source of data, and what the data hold."""
    blocks = [p for p in paragraphs(rows, 0, len(rows)) if p[0] not in covered]
    for at, block in enumerate(blocks):
        named = next((n + 1 for n in block if names_source(rows[n])), 0)
        if not named or not speaks_of_data([rows[n] for n in block]):
            continue
        near = [n for b in blocks[max(0, at - 1) : at + 2] for n in b]
        content = next((n + 1 for n in near if counts_content(rows[n])), 0)
        title = rows[named - 1].strip(" #*->|")
        yield DataText(path, named, title, named, content, named)


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
        elif html := _HEAD_IN_HTML.match(text):
            yield at, int(html[1]), _TAG.sub("", html[2]).strip()
        elif _UNDERLINE.match(below) and not text.startswith(("|", "-", "*")):
            yield at, 1 if below.startswith("=") else 2, text
        elif _is_label(text) and row[:1].isalpha() and not (at and rows[at - 1].strip()):
            yield at, 7, text


def _underlined(rows: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The same of reStructuredText, where `#` begins an item of a list or a remark in code.

    The signs under the titles stand for levels in the order in which they come.
    """
    signs: list[str] = []
    for at, (row, below) in enumerate(pairwise(rows)):
        text, sign = row.rstrip(), below[:1]
        if text[:1].isalnum() and len(text) <= _LONGEST_TITLE and _RST_LINE.match(below):
            if sign not in signs:
                signs.append(sign)
            yield at, signs.index(sign) + 1, text
        elif _is_label(text) and row[:1].isalpha() and not (at and rows[at - 1].strip()):
            yield at, len(_RST_SIGNS) + 1, text


def _names_data(title: str) -> bool:
    said = _CODE.sub("", title.split("<a")[0])  # a setting that is called after data is no datum
    listed = _head([w.lower() for w in _WORD.findall(said)])
    words = set(listed)
    if not words & TITLE_WORDS or words & NOT_ABOUT_DATA:
        return False
    parts = (_WORD.findall(_NUMBERED.sub("", p.lower())) for p in title.split(":"))
    return not any(_instructs(words[0]) for words in parts if words)


def _is_label(text: str) -> bool:
    """Whether a line ends in a colon and is short; a longer one is a sentence."""
    return text.endswith(":") and len(text.split()) < _LONGEST_LABEL


def _names_knowledge(title: str) -> bool:
    """Whether a title is that of what an application searches, which is mostly its users' own."""
    words = {w.lower() for w in _WORD.findall(title)}
    return words >= {"knowledge", "base"} or words >= {"sample", "documents"}


def _lists_fields(title: str) -> bool:
    """Whether a title is that of a list of fields or labels, and of nothing else."""
    words = [w.lower() for w in _WORD.findall(title)]
    others = set(words[:-1])
    return bool(words) and words[-1] in FIELD_TITLES and others <= _OF_DATA


_OF_DATA = frozenset(
    {"data", "dataset", "target", "class", "label", "feature", "column", "the", "of", "list"}
)
"""Words that may stand before the last one of such a title."""


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
    source = content = fields = named = 0
    fenced = False
    for number in range(start + 1, end + 1):
        row = rows[number - 1]
        fenced ^= row.strip().startswith(("```", "~~~"))
        if fenced:
            continue
        low = row.lower()
        if not named and (names_source(row, about_data=True) or heads_sources(row)):
            named = number
        comes = any(w in low for w in SOURCE_WORDS) or _FROM_A_NAME.search(row)
        source = source or (number if comes else 0)
        fields += bool(_FIELD.match(row))
        told = any(w in low for w in CONTENT_WORDS) or fields >= _FEWEST_FIELDS
        content = content or (number if told or tells_extent(row) else 0)
    return DataText(path, start + 1, title, source or named, content, named)


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[DataText, ...]]]) -> DataDocuments:  # noqa: ARG001 - the shape of every collector
    """All sections in order of path."""
    return DataDocuments(tuple(t for _, texts in parts for t in texts))


COLLECTOR = Collector(DataDocuments, 7, wants, read, assemble, LIMIT, endings=_SUFFIXES)
