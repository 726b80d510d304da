"""Times the data room on logs of ten million rows (Parquet) and a million (CSV).

Each is measured in a process of its own, whose peak memory the kernel tells, beside two aggregates
by plain DuckDB over the same file in the same run: the least that any reader must do (rows, and
accuracy over all), and the same figures as the room tells (different ids, rows by version and day,
accuracy by group, and the order of scores). Run it as `python -m tests.benchmarks.room [FOLDER]`.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb

from audits.engine.measured import Columns

ROUNDS = 3
LOGS = {"log.parquet": 10_000_000, "log.csv": 1_000_000}
MADE = """
SELECT printf('p%08d', range) AS prediction_id,
    TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_seconds(range * 15552000 // {rows}) AS predicted_at,
    (1 + range * 6 // {rows})::VARCHAR AS model_version,
    ['north', 'south', 'east', 'west'][1 + (hash(range) % 4)::INT] AS region,
    round((hash(range + 7) % 1000003) / 1000003.0, 6) AS score,
    (hash(range + 7) % 1000003 > 500000)::INT AS predicted,
    CASE WHEN range % 50 > 0 THEN (predicted <> (hash(range + 11) % 10 = 0)::INT)::INT END AS actual
FROM range({rows})
"""
LEAST = "SELECT count(*), avg((predicted = actual)::INT) FROM {table}"
BY_CELL = """
SELECT model_version, region, predicted_at::TIMESTAMPTZ::DATE, predicted, actual, count(*)
FROM {table} GROUP BY ALL
"""
BY_SCORE = """
SELECT sum(place) FROM (
    SELECT actual, rank() OVER (ORDER BY score) AS place FROM {table} WHERE actual IS NOT NULL
) WHERE actual = 1
"""
ALIKE = ("SELECT count(DISTINCT prediction_id) FROM {table}", BY_CELL, BY_SCORE)
COLUMNS: Columns = {
    "id": "prediction_id", "time": "predicted_at", "prediction": "predicted", "score": "score",
    "label": "actual", "model_version": "model_version", "groups": ("region",),
}  # fmt: skip


def make(folder: Path) -> None:
    """Writes the logs."""
    for name, rows in LOGS.items():
        how = "FORMAT parquet" if name.endswith("parquet") else "FORMAT csv, HEADER"
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({MADE.format(rows=rows)}) TO '{folder / name}' ({how})")


def room(path: Path) -> object:
    """What is measured of the log."""
    from audits.artifacts.reading import Given
    from audits.services.room import measure

    artifact = measure(Given(path, path.name, "prediction-log", COLUMNS))
    if artifact.facts is None:
        raise RuntimeError(artifact.problem)
    return artifact.facts.document()["accuracy"]


def plain(path: Path, queries: tuple[str, ...]) -> object:
    """Plain DuckDB on two threads."""
    read = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    with duckdb.connect(config={"threads": 2}) as connection:
        table = f"{read}('{path}')"
        return [len(connection.execute(q.format(table=table)).fetchall()) for q in queries]


WAYS = {
    "least": lambda path: plain(path, (LEAST,)),
    "alike": lambda path: plain(path, ALIKE),
    "room": room,
}


def child(way: str, path: Path) -> None:
    """One measurement in this process, told as a line of JSON."""
    since = perf_counter()
    told = WAYS[way](path)
    seconds = perf_counter() - since
    used = resource.getrusage(resource.RUSAGE_SELF)
    found = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "told": told}
    sys.stdout.write(json.dumps({**found, "mb": used.ru_maxrss / 1024}) + "\n")


def once(way: str, path: Path) -> dict[str, float]:
    """One measurement in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.room", "--child", way, str(path)],
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(folder: Path) -> None:
    """All ways by turns, so that a busy machine slows them alike."""
    make(folder)
    for name, rows in LOGS.items():
        path = folder / name
        found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way in WAYS:
                found[way].append(once(way, path))
        sys.stdout.write(f"{name}: {rows:,} rows, {path.stat().st_size / 2**20:,.0f} MB\n")
        seconds = {way: median(each["seconds"] for each in runs) for way, runs in found.items()}
        cpu = {way: median(each["cpu"] for each in runs) for way, runs in found.items()}
        for way, runs in found.items():
            peak = max(each["mb"] for each in runs)
            times = f"{seconds['room'] / seconds[way]:.2f}, cpu {cpu['room'] / cpu[way]:.2f}"
            took = f"{seconds[way]:7.2f} s  {cpu[way]:7.2f} s cpu  {peak:7.0f} MB"
            sys.stdout.write(f"  {way:6} {took}  room takes {times} times that\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
    elif len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
