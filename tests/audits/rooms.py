"""Small data rooms in literals."""

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from audits.engine.measured import Facts
from audits.facts.prediction_log import PredictionLog
from audits.services.room import measure_room

REGISTRY = json.dumps(
    {
        "model_versions": [
            {
                "name": "churn", "version": "7", "creation_timestamp": 1772323200000,
                "run_id": "r7", "tags": [{"key": "dataset_version", "value": "d-2026-02"}],
            },
            {
                "name": "churn", "version": "8", "creation_timestamp": 1778976000000,
                "run_id": "r8", "tags": [{"key": "validation_status", "value": "approved"}],
            },
        ]
    }
)  # fmt: skip


def log_rows(rows: int = 200) -> list[tuple[str, ...]]:
    """Rows of which nine in ten are right: half of version 7, a quarter each of 8 and 9."""
    found: list[tuple[str, ...]] = []
    for n in range(rows):
        version = "7" if n < rows / 2 else "8" if n < rows * 3 / 4 else "9"
        label = n % 2
        predicted = label if n % 10 else 1 - label
        score = f"{0.8 - (n % 7) / 100 if predicted else 0.2 + (n % 7) / 100:.2f}"
        day = f"2026-03-{1 + n * 30 // rows:02}T{n % 24:02}:00:00Z"
        found.append((f"r{n}", day, version, "AB"[n % 3 == 0], score, str(predicted), str(label)))
    return found


HEAD = ("request_id", "ts", "version", "region", "proba", "y_pred", "label")
LOG = "\n".join(",".join(row) for row in (HEAD, *log_rows())) + "\n"
SAID = """artifacts:
- path: bad.csv
  kind: prediction-log
  columns: {id: request_id, prediction: y_pred, label: label}
"""


def measured(folder: Path, name: str) -> Facts:
    """The facts on one file of a room."""
    for artifact in measure_room(folder).artifacts:
        if artifact.path == name:
            assert artifact.facts is not None, artifact.problem
            return artifact.facts
    raise AssertionError(f"{name} is not in the room")


def log_of(folder: Path, name: str = "log.csv") -> PredictionLog:
    """The facts on a log of predictions."""
    facts = measured(folder, name)
    assert isinstance(facts, PredictionLog)
    return facts


def table_text(head: Sequence[str], rows: Sequence[Sequence[str]], mark: str = ",") -> str:
    """A text table."""
    return "\n".join(mark.join(row) for row in (head, *rows)) + "\n"


def write_parquet(path: Path, select: str) -> None:
    """The answer of a query as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
