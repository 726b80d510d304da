"""Reads `room.yaml`: which file of a data room is what, and which column plays which part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audits.artifacts.kinds import kind_names, kinds
from audits.engine.measured import Columns
from audits.engine.types import Skipped
from audits.services.yaml_files import read_yaml
from audits.sources.paths import leads_out
from audits.sources.snapshot import SourceError

ROOM_FILE = "room.yaml"
SHAPE = "The file {} has no list `artifacts`; see the form in the documentation."
ENTRY = "Artifact {} in {} needs a `path` and a `kind` of: {}."
OUTSIDE = "Artifact {} in {} has a path that leads out of the room; name a file within it."
TWICE = "The file {} names {!r} twice; name each file once."
COLUMNS = "The columns of {!r} in {} need to be names of columns, each under its part."
NO_PART = "{} says a column for {!r}, which a {} does not use; it uses: {}"
FORM = ("data room's file", "artifacts")


@dataclass(frozen=True)
class Entry:
    """What a person said of one artifact."""

    path: str
    kind: str
    columns: Columns = field(default_factory=dict)


@dataclass(frozen=True)
class Entries:
    """What was said of the room, and what of it makes no sense."""

    by_path: Mapping[str, Entry]
    odd: tuple[Skipped, ...] = ()


def read_entries(folder: Path) -> Entries:
    """What `room.yaml` says. Raises SourceError where it cannot be understood."""
    path = folder / ROOM_FILE
    if not path.is_file() or path.is_symlink():
        return Entries({})
    document = read_yaml(path, "room file")
    listed = document.get("artifacts") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise SourceError(SHAPE.format(path))
    found: dict[str, Entry] = {}
    for number, each in enumerate(listed, start=1):
        entry = _entry(each, number, path)
        if entry.path in found:
            raise SourceError(TWICE.format(path, entry.path))
        found[entry.path] = entry
    return Entries(found, tuple(_odd(found.values())))


def _entry(entry: Any, number: int, path: Path) -> Entry:
    named = entry.get("path") if isinstance(entry, dict) else None
    if not isinstance(named, str) or entry.get("kind") not in kind_names():
        raise SourceError(ENTRY.format(number, path, ", ".join(kind_names())))
    clean = named.removeprefix("./").rstrip("/")
    if leads_out(clean):
        raise SourceError(OUTSIDE.format(number, path))
    return Entry(clean, entry["kind"], _columns(entry.get("columns"), clean, path))


def _columns(given: Any, named: str, path: Path) -> Columns:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise SourceError(COLUMNS.format(named, path))
    found: dict[str, str | tuple[str, ...]] = {}
    for part, column in given.items():
        if column is None:
            continue
        several = column if isinstance(column, list) else [column]
        if not all(isinstance(each, str | int | float) for each in several):
            raise SourceError(COLUMNS.format(named, path))
        names = tuple(str(each) for each in several)
        found[str(part)] = names if isinstance(column, list) or part == "groups" else names[0]
    return found


def _odd(entries: Iterable[Entry]) -> list[Skipped]:
    """Parts that a kind does not use are told and left aside."""
    told = []
    for entry in entries:
        kind = kinds().get(entry.kind)
        parts = kind.parts if kind else ()
        for part in entry.columns:
            if parts and part not in parts:
                reason = NO_PART.format(ROOM_FILE, part, entry.kind, ", ".join(parts))
                told.append(Skipped(entry.path, reason))
    return told
