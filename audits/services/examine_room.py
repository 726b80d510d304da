"""The child that looks at a file of a data room, or measures it beside the others.

One file a process: what a hostile file does to its reader costs that file its figures and no other
file anything. Knows no framework; no network from the first line.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.reading import ArtifactError, Given
from audits.engine.measured import Columns, Facts
from audits.services.answering import serve
from audits.services.room import infer, measure
from audits.sources.snapshot import Notice
from diligence.lib.confinement import shut_network

ROWS_SHOWN = 5
LONGEST_CELL = 80
MOST_COLUMNS = 300


def _answer(request: Mapping[str, Any], progress: Notice) -> Mapping[str, Any]:
    shut_network()
    name = request["name"]
    if request["do"] == "look":
        progress(f"Looking at {name}", 0, 0)
        return look(Path(request["path"]), name)
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
    """What a file seems to be, its columns and its first rows."""
    guess = infer(path, name)
    glimpse = Glimpse(path, name, path.stat().st_size)
    preview = glimpse.preview
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
        "trouble": "" if preview else trouble_of(glimpse),
    }  # fmt: skip


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
