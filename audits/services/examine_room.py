"""The child that looks at a file of a data room, or measures it beside the others.

One file a process: what a hostile file does to its reader costs that file its figures and no other
file anything. Knows no framework; no network from the first line.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.kinds import DOCUMENT
from audits.artifacts.reading import Given, Guess
from audits.engine.measured import Columns, Facts
from audits.services.allowances import limits_from_environment
from audits.services.answering import serve
from audits.services.room import measure
from audits.services.room_archives import is_archive, open_up
from audits.services.room_things import infer
from audits.sources.snapshot import Notice, SourceError
from audits.sources.unpacking import unpack
from diligence.lib.confinement import shut_network

ROWS_SHOWN = 5
LONGEST_CELL = 80
MOST_COLUMNS = 300
MOST_MEMBERS = 200
"""Files of one archive that are put before the analyst; the rest is counted."""

LONGEST_MEMBER = 500


def _answer(request: Mapping[str, Any], progress: Notice) -> Mapping[str, Any]:
    shut_network()
    name = request["name"]
    if request["do"] == "look":
        progress(f"Looking at {name}", 0, 0)
        return look(Path(request["path"]), name)
    if request["do"] == "unpack":
        progress(f"Unpacking {name}", 0, 0)
        unpack(Path(request["path"]), Path(request["into"]), limits_from_environment())
        return {}
    progress(f"Measuring {name}", request.get("number", 0), request.get("of", 0))
    others = [given_of(each, request) for each in request["others"]]
    artifact = measure(given_of(request, request), others=others)
    facts = artifact.facts
    return {
        "facts": facts.document() if facts else {},
        "facts_type": type_of(facts) if facts else "",
        "trouble": artifact.problem,
    }


def look(path: Path, name: str) -> Mapping[str, Any]:
    """What a file seems to be, its columns and its first rows; of an archive, what is in it."""
    guess = infer(path, name)
    if guess.kind == DOCUMENT and is_archive(path):
        return {**_shown(path, name, guess), "trouble": "", **_inside(path)}
    return _shown(path, name, guess)


def _shown(path: Path, name: str, guess: Guess) -> dict[str, Any]:
    glimpse = Glimpse(path, name, path.stat().st_size)
    preview = None if path.is_dir() else glimpse.preview
    return {
        "kind": guess.kind,
        "confidence": guess.confidence,
        "columns": _plain(guess.columns),
        "because": guess.because,
        "header": list(preview.columns[:MOST_COLUMNS]) if preview else [],
        "rows": [
            [(cell or "")[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]]
            for row in preview.rows[:ROWS_SHOWN]
        ] if preview else [],
        "trouble": trouble_of(glimpse) if preview is None and guess.kind == DOCUMENT else "",
    }  # fmt: skip


def _inside(path: Path) -> Mapping[str, Any]:
    """What an archive holds that can be measured, and what of it is left out."""
    with TemporaryDirectory() as place:
        try:
            opened = open_up(path, Path(place), limits_from_environment())
        except SourceError as error:
            return {"trouble": str(error)}
        fitting = [t for t in opened.known if len(t.given.name) <= LONGEST_MEMBER]
        members = [
            {**_shown(t.given.path, t.given.name, infer(t.given.path, t.given.name)),
             "path": t.given.name}
            for t in fitting[:MOST_MEMBERS]
        ]  # fmt: skip
    left = [{"path": s.path, "reason": s.reason} for s in opened.skipped[:MOST_MEMBERS]]
    return {
        "members": members,
        "documents": len(opened.things) - len(opened.known),
        "more": len(opened.known) - len(members),
        "left_out": left,
    }


def trouble_of(glimpse: Glimpse) -> str:
    """Why a text or a table cannot be read as rows; empty where it is none."""
    try:
        glimpse._table()
    except ArtifactError as error:
        return str(error)
    return ""


def _plain(columns: Columns) -> dict[str, str | list[str]]:
    return {k: v if isinstance(v, str) else list(v) for k, v in columns.items()}


def given_of(each: Mapping[str, Any], request: Mapping[str, Any]) -> Given:
    """A file of the request as the readers take it."""
    columns = {k: v if isinstance(v, str) else tuple(v) for k, v in each["columns"].items()}
    return Given(
        Path(each["path"]), each["name"], each["kind"], columns,
        windows=tuple(request.get("windows", ())), seed=request.get("seed", 1),
    )  # fmt: skip


def type_of(facts: Facts) -> str:
    """The name under which facts are restored."""
    kind = type(facts)
    return f"{kind.__module__.rpartition('.')[2]}.{kind.__qualname__}"


if __name__ == "__main__":
    sys.exit(serve(_answer))
