"""Takes a notebook apart: its cells, their execution counts, and where each stands in the file.

The file is JSON and is read as that. Lines are found by looking for each source line, as it is
written in JSON, from the place of the one before.
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from audits.collectors.collecting import Unreadable
from audits.collectors.parsing import json_of, text_of

MOST_CELLS = 20_000
LARGEST_CODE = 1024 * 1024
NO_NOTEBOOK = "not the JSON of a notebook"
MOST_MISSES = 100
"""Source lines that are looked for in vain before the search stops (each costs a pass)."""


class Cell(Struct, frozen=True):
    """A code cell; `lines` has a line of the file for each line of its source."""

    source: str
    lines: tuple[int, ...]
    count: int | None
    count_line: int


class Opened(Struct, frozen=True):
    """A notebook's code cells in order, and the language that its kernel speaks."""

    language: str
    cells: tuple[Cell, ...]


@lru_cache(maxsize=1)
def open_notebook(content: bytes) -> Opened:
    """The code cells of a notebook. Raises Unreadable where it is none.

    Cached, as several collectors ask.
    """
    text = text_of(content)
    document = json_of(text, NO_NOTEBOOK)
    if not isinstance(document, dict):
        raise Unreadable(NO_NOTEBOOK)
    raw = document.get("cells")
    if raw is None:
        sheets = document.get("worksheets")
        first = sheets[0] if isinstance(sheets, list) and sheets else {}
        raw = first.get("cells") if isinstance(first, dict) else None
    if not isinstance(raw, list):
        raise Unreadable("a notebook without cells")
    finder = _Finder(text)
    return Opened(_language(document), tuple(_cells(_code_cells(raw), finder)))


def _language(document: dict[str, object]) -> str:
    metadata = document.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name]).lower()
    return "python"


def _code_cells(raw: Sequence[object]) -> list[dict[str, object]]:
    """The code cells as JSON gives them. Raises Unreadable where no person wrote so much."""
    found = [c for c in raw[:MOST_CELLS] if isinstance(c, dict) and c.get("cell_type") == "code"]
    if sum(len(line) for c in found for line in _source(c)) > LARGEST_CODE:
        raise Unreadable("a notebook with more than 1 MiB of code was made by a machine")
    return found


def _cells(raw: Sequence[dict[str, object]], finder: "_Finder") -> Iterator[Cell]:
    for cell in raw:
        count = cell.get("execution_count", cell.get("prompt_number"))
        known = count if isinstance(count, int) and not isinstance(count, bool) else None
        key = "execution_count" if "execution_count" in cell else "prompt_number"
        pieces = _source(cell)
        count_line = finder.after(f'"{key}": {known}') if known is not None else finder.line
        lines = tuple(finder.source_line(p) for p in pieces)
        yield Cell("\n".join(p.rstrip("\n") for p in pieces), lines, known, count_line)


def _source(cell: dict[str, object]) -> list[str]:
    value = cell.get("source", cell.get("input", ""))
    if isinstance(value, list):
        value = "".join(v for v in value if isinstance(v, str))
    return value.splitlines() if isinstance(value, str) else []


class _Finder:
    """Finds texts one after the other in the file, and the lines that they stand on."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._misses = 0
        self.line = 1

    def after(self, wanted: str) -> int:
        """The line of the next place of a text; the present line where it is not found."""
        if self._misses > MOST_MISSES:
            return self.line
        found = self._text.find(wanted, self._at)
        if found < 0:
            self._misses += 1
            return self.line
        self.line += self._text.count("\n", self._at, found)
        self._at = found
        return self.line

    def source_line(self, piece: str) -> int:
        """The line of a piece of source as JSON writes it."""
        if not piece.strip():
            return self.line
        plain = json.dumps(piece, ensure_ascii=False)[1:-1]
        line = self.after(
            plain
            if plain in self._text[self._at : self._at + 4 * len(plain) + 4000] or plain.isascii()
            else json.dumps(piece)[1:-1]
        )
        self._at += 1
        return line
