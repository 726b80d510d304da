"""Gathers documents in Markdown, reStructuredText and plain text by their headings."""

import re
from collections.abc import Sequence

from msgspec import Struct, field

from audits.collectors.collecting import Collector
from audits.facts.documents import Document, Documents, Section
from audits.facts.tools.governance_documents import CARD_SENTENCES
from audits.facts.tree import FOREIGN, File, Tree

LIMIT = 1024 * 1024
_SUFFIXES = (".md", ".markdown", ".rst", ".txt", ".qmd", ".mdx")
_PLAIN = ("model", "data", "license", "security", "card", "sheet")
_PLACEHOLDERS = (
    "more information needed", "todo", "tbd", "{{", "xxx", "lorem ipsum", "to be filled",
    "fill in", "[insert", "your model here", "coming soon",
)  # fmt: skip
_UNDERLINE = re.compile(r"^([=\-~^\"'`#*+]){3,}$")
_BOLD = re.compile(r"^[\-*+ \t]{0,8}\*\*([^*\n]{3,80})\*\*")
_TOPICS = tuple((topic, re.compile(said)) for topic, said in CARD_SENTENCES.items())
_NUMBER = re.compile(r"\d[.,]\d|\d{2,3}\s?%")


def wants(file: File) -> bool:
    """Documents by their ending; plain text only under a telling name."""
    if file.suffix not in _SUFFIXES or file.role & FOREIGN:
        return False
    return file.suffix != ".txt" or any(w in file.name.lower() for w in _PLAIN)


class _Writing(Struct):
    title: str = ""
    level: int = 0
    line: int = 1
    characters: int = 0
    placeholders: int = 0
    has_table: bool = False
    has_numbers: bool = False
    bold: list[tuple[str, int]] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, number: int, *, tells: bool) -> None:
        low = text.strip().lower()
        if any(p in low for p in _PLACEHOLDERS):
            self.placeholders += 1
            return
        self.characters += len(low)
        self.has_table = self.has_table or low.startswith("|")
        self.has_numbers = self.has_numbers or bool(_NUMBER.search(text[:500]))
        if found := _BOLD.match(text[:200]):
            self.bold.append((found[1].strip(" :"), number))
        for topic, said in _TOPICS if tells else ():
            if topic not in self.said and said.search(low[:1000]):
                self.said[topic] = number

    def done(self) -> Section:
        return Section(
            self.title,
            self.level,
            self.line,
            self.characters,
            self.placeholders,
            self.has_table,
            self.has_numbers,
            tuple(self.bold[:40]),
            tuple(self.said.items()),
        )


def read(path: str, content: bytes) -> Document | None:
    """The sections of one document; fenced code and comments are no text."""
    rows = content.decode("utf-8", "replace").split("\n")
    head, start = _head(rows)
    sections: list[Section] = []
    writing = _Writing()
    hidden = ""
    tells = Document(path).may_tell_of_a_model
    for at in range(start, len(rows)):
        text = rows[at].rstrip()
        hidden, passed = _hidden(text, hidden)
        if passed:
            continue
        title = _heading(rows, at)
        if title:
            sections.append(writing.done())
            writing = _Writing(title[0], title[1], at + 1)
        elif text and not _UNDERLINE.match(text[:200]):
            writing.add(text, at + 1, tells=tells)
    sections.append(writing.done())
    return Document(path, tuple(s for s in sections if s.title or s.characters), head)


def _hidden(text: str, inside: str) -> tuple[str, bool]:
    """(what is open after this line, whether the line is passed over)."""
    stripped = text.strip()
    if inside == "```":
        return ("" if stripped.startswith(("```", "~~~")) else inside), True
    if inside == "-->":
        return ("" if "-->" in stripped else inside), True
    if stripped.startswith(("```", "~~~")):
        return "```", True
    if stripped.startswith("<!--"):
        return ("" if "-->" in stripped else "-->"), True
    return "", False


def _heading(rows: list[str], at: int) -> tuple[str, int] | None:
    text = rows[at].strip()
    if text.startswith("#"):
        title = text.lstrip("#")
        level = len(text) - len(title)
        return (title.strip(" #*_"), level) if title[:1] == " " and level < 7 else None
    below = rows[at + 1].rstrip() if at + 1 < len(rows) else ""
    if text and len(text) < 120 and _UNDERLINE.match(below[:200]) and len(below) >= len(text) - 2:
        return (text, 1 if below[0] in "=#" else 2) if below[0] in '=-~^"#*' else None
    return None


def _head(rows: list[str]) -> tuple[tuple[tuple[str, int], ...], int]:
    """The keys of a YAML head and the row after it."""
    if not rows or rows[0].strip() != "---":
        return (), 0
    end = next((n for n in range(1, min(len(rows), 200)) if rows[n].strip() == "---"), 0)
    keys = [
        (row.partition(":")[0], n + 1)
        for n, row in enumerate(rows[1:end], 1)
        if ":" in row and row[:1].isalpha()
    ]
    return tuple(keys), end + 1 if end else 0


def assemble(tree: Tree, parts: Sequence[tuple[str, Document]]) -> Documents:  # noqa: ARG001 - the shape of every collector
    """All documents in order of path."""
    return Documents(tuple(d for _, d in parts))


COLLECTOR = Collector(Documents, 2, wants, read, assemble, LIMIT, endings=_SUFFIXES)
