"""What tests of sources share: open one and see all of it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from audits.engine.types import Skipped
from audits.facts.tree import Tree
from audits.sources.opening import open_source
from audits.sources.snapshot import LIMITS, Limits, SourceError


@dataclass(frozen=True)
class Seen:
    """All of a source, read whole."""

    tree: Tree
    commit: str | None
    committed_at: str | None
    contents: dict[str, bytes]
    skipped: dict[str, str]


def seen(location: Path | str, *, rev: str | None = None, limits: Limits = LIMITS) -> Seen:
    """Opens a source and reads every file of it."""
    with open_source(str(location), rev=rev, limits=limits) as snapshot:
        contents: dict[str, bytes] = {}
        skipped = {s.path: s.reason for s in snapshot.skipped}
        for file, content in snapshot.read(snapshot.tree.files):
            if isinstance(content, Skipped):
                skipped[content.path] = content.reason
            else:
                contents[file.path] = content
        return Seen(snapshot.tree, snapshot.commit, snapshot.committed_at, contents, skipped)


def refusal(location: Path | str, *, rev: str | None = None, limits: Limits = LIMITS) -> str:
    """The sentence with which a source is refused."""
    with pytest.raises(SourceError) as refused:
        seen(location, rev=rev, limits=limits)
    return str(refused.value)
