"""What a preview holds, and how much of a file it shows at most."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEXT_BYTES = 64 * 1024
ROWS = 50
COLUMNS = 40
CELL = 200
"""Characters of a cell that are shown."""
ENTRIES = 500
"""Files of an archive that are listed."""
PAGES = 30
"""Pages of a document that are drawn."""
WIDTH = 1100
"""Pixels across of a page or a picture."""
PIXELS = 80_000_000
"""Pixels of a picture that is opened at all: an A0 poster at 200 dots per inch has 62 million."""


class NotShown(Exception):
    """The file cannot be shown; the text says why, for a person."""


@dataclass(frozen=True)
class Shown:
    """A preview: its kind, texts and numbers for the page, and how many pictures were drawn."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    pictures: int = 0
    note: str = ""


def clipped(value: object) -> str:
    """A cell as text of bounded length, without characters that a database refuses."""
    text = "" if value is None else str(value).replace("\0", "�")
    return text if len(text) <= CELL else f"{text[:CELL]}…"
