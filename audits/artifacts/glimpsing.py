"""A first look at a file: its form, its beginning, and, where it is a table, its first rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from audits.artifacts.delimited import Layout, check_names, layout_of
from audits.artifacts.errors import ArtifactError
from audits.artifacts.forms import HEAD, encoding_of, form_of, head_of
from audits.artifacts.previews import Preview

LARGEST_DOCUMENT = 32 * 1024 * 1024
SAMPLE_LINES = 200


@dataclass(frozen=True)
class Glimpse:
    """A file as a recogniser sees it; every part is read when it is first asked for."""

    path: Path
    name: str
    size: int

    @cached_property
    def head(self) -> bytes:
        """The first bytes."""
        return head_of(self.path, self.name)

    @cached_property
    def form(self) -> str:
        """See forms.form_of; `folder` for a folder."""
        return "folder" if self.path.is_dir() else form_of(self.head)

    @cached_property
    def text(self) -> str:
        """The beginning as text."""
        encoding = encoding_of(self.head)
        text = "" if encoding == "binary" else self.head.decode(encoding, "ignore")
        return text.lstrip("\ufeff")

    @cached_property
    def document(self) -> Any:
        """A JSON value, where the whole file is one of bearable size; else None."""
        if self.form != "json" or self.size > LARGEST_DOCUMENT:
            return None
        try:
            return json.loads(self._whole())
        except (ValueError, RecursionError):
            return None

    @cached_property
    def settings(self) -> Mapping[str, Any] | None:
        """A YAML mapping without aliases, where the whole file is one; else None."""
        if self.form != "text" or self.size > len(self.head):
            return None
        try:
            if any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(self.text, yaml.SafeLoader)):
                return None
            value = yaml.safe_load(self.text)
        except (yaml.YAMLError, ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    @cached_property
    def preview(self) -> Preview | None:
        """The first rows where it is a table; None where it is not."""
        try:
            return self._table()
        except ArtifactError:
            return None

    def _whole(self) -> str:
        data = head_of(self.path, self.name, LARGEST_DOCUMENT + 1)
        encoding = encoding_of(data)
        return data.decode("utf-8" if encoding == "binary" else encoding).lstrip("\ufeff")

    def _table(self) -> Preview | None:
        if self.form == "parquet":
            from audits.artifacts.tables import first_rows

            return first_rows(self.path, self.name)
        if self.form == "json":
            return self._from_json()
        if self.form != "text":
            return None
        layout: Layout = layout_of(self.text, self.name, whole=self.size <= HEAD)
        return Preview(layout.columns, layout.rows)

    def _from_json(self) -> Preview | None:
        """JSON Lines, or one list of objects."""
        lines = self.text.splitlines()
        if self.size > len(self.head):
            lines = lines[:-1]
        found = _objects(lines[:SAMPLE_LINES])
        if len(found) < 2 and isinstance(self.document, list):
            found = [each for each in self.document[:SAMPLE_LINES] if isinstance(each, dict)]
        elif len(found) < 2:
            return None
        columns = tuple(dict.fromkeys(str(key) for each in found for key in each))
        if not columns:
            return None
        check_names(columns, self.name)
        return Preview(columns, tuple(tuple(_text(e.get(c)) for c in columns) for e in found))


def _objects(lines: list[str]) -> list[dict[str, Any]]:
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


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
