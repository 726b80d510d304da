"""Texts, tables in text, notebooks: read as text, shown as text."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

from diligence.lib.previewing.shown import (
    CELL,
    COLUMNS,
    ROWS,
    TEXT_BYTES,
    NotShown,
    Shown,
    clipped,
)

NOTEBOOK_BYTES = 20 * 1024 * 1024
CELLS = 100
SOURCE = 4000
"""Characters of a notebook's cell, or of an output, that are shown."""
DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 20
"""Lines that must have the same number of columns for a text to be a table."""


def head_of(path: Path) -> tuple[str, bool]:
    """The beginning of a text, and whether there is more."""
    with path.open("rb") as file:
        head = file.read(TEXT_BYTES + 1)
    return head[:TEXT_BYTES].decode("utf-8", errors="replace").replace("\0", "�"), len(
        head
    ) > TEXT_BYTES


def text(path: Path) -> Shown:
    """A table where it is one, else the beginning as it stands."""
    head, more = head_of(path)
    return _table(head, more=more) or Shown("text", {"text": head, "more": more})


def _table(head: str, *, more: bool) -> Shown | None:
    lines = head.splitlines()[: -1 if more else None]
    for delimiter in DELIMITERS:
        try:
            rows = list(csv.reader(StringIO("\n".join(lines[: ROWS + 1])), delimiter=delimiter))
        except csv.Error:
            continue
        widths = {len(row) for row in rows[:SAMPLE]}
        if len(rows) > 1 and len(widths) == 1 and widths.pop() > 1:
            return table(rows[0], rows[1:], more=more or len(lines) > ROWS + 1)
    return None


def table(columns: list[Any], rows: list[Any], *, more: bool, note: str = "") -> Shown:
    """Rows under their columns, each cell as text."""
    shown = [[clipped(cell) for cell in row[:COLUMNS]] for row in rows[:ROWS]]
    heads = [clipped(column) for column in columns[:COLUMNS]]
    hidden = max(0, len(columns) - COLUMNS)
    data = {"columns": heads, "rows": shown, "more": more, "hidden_columns": hidden}
    return Shown("table", data, note=note)


def notebook(path: Path) -> Shown:
    """The cells of a notebook with their outputs as text; nothing in it is rendered or run."""
    if path.stat().st_size > NOTEBOOK_BYTES:
        raise NotShown("The notebook is larger than the 20 MB that are shown.")
    try:
        content = json.loads(path.read_text("utf-8", errors="replace"))
        cells = [_cell(cell) for cell in content["cells"][:CELLS]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotShown("It begins like a notebook but is none.") from None
    more = len(content["cells"]) > CELLS
    return Shown("notebook", {"cells": cells, "more": more})


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    kind = "code" if cell.get("cell_type") == "code" else "text"
    outputs = [_output(each) for each in cell.get("outputs", [])[:10]]
    return {
        "kind": kind, "source": _joined(cell.get("source", ""))[:SOURCE],
        "outputs": [each for each in outputs if each],
    }  # fmt: skip


def _output(output: dict[str, Any]) -> str:
    if "text" in output:
        return _joined(output["text"])[:SOURCE]
    if output.get("output_type") == "error":
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"[:SOURCE]
    data = output.get("data", {})
    if "text/plain" in data:
        return _joined(data["text/plain"])[:SOURCE]
    return f"[{', '.join(sorted(map(str, data)))[:CELL]}]" if data else ""


def _joined(value: Any) -> str:
    text = "".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.replace("\0", "�")
