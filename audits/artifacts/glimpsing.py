"""A first look at a file: its form, its beginning, and, where it is a table, its first rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from audits.artifacts.delimited import Layout, layout_of
from audits.artifacts.errors import ArtifactError
from audits.artifacts.forms import HEAD, form_of, head_of
from audits.artifacts.json_files import document_of, first_objects, text_of
from audits.artifacts.previews import Preview
from audits.artifacts.tables import first_rows


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
        return text_of(self.head)

    @cached_property
    def document(self) -> Any:
        """A JSON value, where the whole file is one of bearable size; else None."""
        return document_of(self.path, self.name, self.size) if self.form == "json" else None

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

    def _table(self) -> Preview | None:
        if self.form == "parquet":
            return first_rows(self.path, self.name)
        if self.form == "json":
            return first_objects(self.path, self.name, self.size)
        if self.form != "text":
            return None
        layout: Layout = layout_of(self.text, self.name, whole=self.size <= HEAD)
        return Preview(layout.columns, layout.rows)
