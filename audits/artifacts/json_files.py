"""JSON of bearable size, and tables of objects in it: JSON Lines, or one list."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audits.artifacts.delimited import check_names
from audits.artifacts.forms import encoding_of, head_of
from audits.artifacts.previews import Preview

LARGEST_DOCUMENT = 32 * 1024 * 1024
SAMPLE_LINES = 200


def text_of(head: bytes) -> str:
    """The beginning of a file as text; nothing where it is none."""
    encoding = encoding_of(head)
    text = "" if encoding == "binary" else head.decode(encoding, "ignore")
    return text.lstrip("\ufeff")


def document_of(path: Path, name: str, size: int) -> Any:
    """A JSON value, where the whole file is one of bearable size; else None."""
    if size > LARGEST_DOCUMENT:
        return None
    data = head_of(path, name, LARGEST_DOCUMENT + 1)
    encoding = encoding_of(data)
    try:
        return json.loads(
            data.decode("utf-8" if encoding == "binary" else encoding).lstrip("\ufeff")
        )
    except (ValueError, RecursionError):
        return None


def first_objects(path: Path, name: str, size: int) -> Preview | None:
    """The first objects as rows; None where there are none."""
    head = head_of(path, name)
    lines = text_of(head).splitlines()
    if size > len(head):
        lines = lines[:-1]
    found = _objects(lines[:SAMPLE_LINES])
    if len(found) < 2:
        document = document_of(path, name, size)
        if isinstance(document, list):
            found = [each for each in document[:SAMPLE_LINES] if isinstance(each, dict)]
        else:
            return None
    columns = tuple(dict.fromkeys(str(key) for each in found for key in each))
    if not columns:
        return None
    check_names(columns, name)
    return Preview(columns, tuple(tuple(_value(e.get(c)) for c in columns) for e in found))


def _objects(lines: Sequence[str]) -> list[dict[str, Any]]:
    """The objects of lines, as long as each line is one."""
    found: list[dict[str, Any]] = []
    for line in lines:
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return []
        if not isinstance(value, dict):
            return []
        found.append(value)
    return found


def _value(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
