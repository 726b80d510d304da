"""Damaged and hostile tables: each gets one clear sentence, and the room stays as it was."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from audits.artifacts.tables import open_table
from audits.engine.report import Artifact
from audits.services.room import measure_room
from tests.audits.rooms import HEAD, LOG, log_of, log_rows, table_text, write_parquet
from tests.make import write_files

ROWS = log_rows()
SAID = (
    "artifacts: [{path: %s, kind: prediction-log, "
    "columns: {id: request_id, time: ts, prediction: y_pred, score: proba, label: label}}]"
)


def _parquet(folder: Path, select: str = "SELECT range AS request_id FROM range(50000)") -> bytes:
    write_parquet(folder / "made" / "x.parquet", select)
    data = (folder / "made" / "x.parquet").read_bytes()
    (folder / "made" / "x.parquet").unlink()
    (folder / "made").rmdir()
    return data


def _excel(_: Path) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (HEAD, *ROWS):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def _zip(_: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("log.csv", LOG)
    return out.getvalue()


def _flipped(folder: Path) -> bytes:
    data = bytearray(_parquet(folder, "SELECT uuid() AS request_id, 1 AS y_pred, 1 AS label, "
                              "0.5 AS proba, now() AS ts FROM range(50000)"))  # fmt: skip
    data[1000:200_000] = b"\xff" * 199_000
    return bytes(data)


def _huge_field(_: Path) -> bytes:
    rows = [ROWS[0], ["x" * 3_000_000, *ROWS[1][1:]], ROWS[2]]
    return table_text(HEAD, rows).encode()


BROKEN: dict[str, tuple[str, Callable[[Path], bytes], str]] = {
    "truncated Parquet": (
        "log.parquet", lambda f: _parquet(f)[:-200],
        "log.parquet is a damaged or truncated Parquet file; export it again and hand that in.",
    ),
    "Parquet with overwritten pages": (
        "log.parquet", _flipped,
        "log.parquet is a damaged or truncated Parquet file; export it again and hand that in.",
    ),
    "only the mark of Parquet": (
        "log.parquet", lambda _: b"PAR1PAR1",
        "log.parquet is a damaged or truncated Parquet file; export it again and hand that in.",
    ),
    "shifting columns": (
        "log.csv", lambda _: LOG.replace("r9,", "r9,1,2,3,").encode(),
        ("log.csv has rows with another number of fields than its head has names (line 11); "
        "mend it."),
    ),
    "a quote that never ends": (
        "log.csv", lambda _: LOG.replace("r150,", '"r150,').encode(),
        ("log.csv has rows with another number of fields than its head has names (line 152); "
        "mend it."),
    ),
    "duplicate column names": (
        "log.csv", lambda _: LOG.replace("region", "label", 1).encode(),
        "log.csv has two columns named 'label'; give each its own name.",
    ),
    "no head": (
        "log.csv", lambda _: "".join(f"{n},{n % 2},0.5\n" for n in range(50)).encode(),
        ("log.csv has numbers where the names of its columns should be; "
        "add a first line with names."),
    ),
    "a million columns": (
        "log.csv", lambda _: ",".join(f"c{n}" for n in range(1_000_000)).encode() + b"\n1\n",
        "log.csv has more than 2,000 columns; hand in those that are meant to be measured.",
    ),
    "wide Parquet": (
        "log.parquet",
        lambda f: _parquet(f, "SELECT " + ", ".join(f"{n} AS c{n}" for n in range(2_001))),
        "log.parquet has more than 2,000 columns; hand in those that are meant to be measured.",
    ),
    "a zip named .csv": (
        "log.csv", _zip,
        "log.csv is a zip archive, not a table; unpack it and hand in the file that is in it.",
    ),
    "Excel named .csv": (
        "log.csv", _excel,
        "log.csv is an Excel workbook; save the sheet as CSV and hand that in.",
    ),
    "old Excel": (
        "log.xls", lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4096,
        "log.xls is an Excel workbook; save the sheet as CSV and hand that in.",
    ),
    "packed": (
        "log.csv.gz", lambda _: bytes.fromhex("1f8b0800") + b"\0" * 64,
        "log.csv.gz is compressed; unpack it and hand in the file that is in it.",
    ),
    "nothing": ("log.csv", lambda _: b"", "log.csv is empty; hand in the file with its rows."),
    "only a head": (
        "log.csv", lambda _: (",".join(HEAD) + "\n").encode(),
        "log.csv has a head and no rows; hand in the log with its predictions.",
    ),
    "random bytes": (
        "log.csv", lambda _: bytes(range(256)) * 40,
        "log.csv is neither text nor Parquet; hand in CSV, JSON Lines or Parquet.",
    ),
    "a field of three megabytes": (
        "log.csv", _huge_field,
        ("log.csv has a row longer than 1,048,576 bytes (line 3); "
        "leave out the column that holds such values."),
    ),
    "JSON Lines that break off": (
        "log.jsonl",
        lambda _: b'{"request_id": "a", "y_pred": 1, "label": 1, "proba": 1, "ts": 1}\n' * 400
        + b'{"request_id": "b", ',
        ("log.jsonl is not valid JSON Lines; "
        "write one object a line and hand it in again."),
    ),
    "a column that is not there": (
        "log.csv", lambda _: LOG.replace("y_pred", "predicted", 1).encode(),
        ("log.csv has no column 'y_pred' that was named as its prediction; it has: request_id, ts, "
        "version, region, proba, predicted, label."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_one_clear_sentence_and_the_room_as_it_was(tmp_path: Path, case: str) -> None:
    name, data, sentence = BROKEN[case]
    write_files(tmp_path, {"good.csv": LOG, "room.yaml": SAID % name})
    (tmp_path / name).write_bytes(data(tmp_path))
    before = _state(tmp_path)
    room = measure_room(tmp_path)
    bad = _named(room.artifacts, name)
    assert (bad.facts, bad.problem) == (None, sentence)
    assert _named(room.artifacts, "good.csv").facts is not None
    assert [(s.path, s.reason) for s in room.skipped] == [(name, sentence)]
    assert _state(tmp_path) == before


def _named(artifacts: tuple[Artifact, ...], name: str) -> Artifact:
    return next(a for a in artifacts if a.path == name)


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_mtime_ns, p.stat().st_size) for p in folder.iterdir()}


def test_mixed_types_nan_and_infinities_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][4], rows[2][4], rows[4][4] = "inf", "NaN", "-Infinity"
    rows[6][4], rows[8][6] = "high", "NaN"
    write_files(tmp_path, {"log.csv": table_text(HEAD, rows), "room.yaml": SAID % "log.csv"})
    found = log_of(tmp_path)
    assert found.labelled == 199
    assert found.roc_auc is not None
    assert found.roc_auc.n == 195
    assert "2 labelled rows have an infinite score; roc_auc leaves them out." in found.notes


def test_dates_of_1900_and_2200_are_left_out_of_time_and_told(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][1], rows[1][1], rows[2][1] = "1900-01-01T00:00:00Z", "2200-01-01", "soon"
    write_files(tmp_path, {"log.csv": table_text(HEAD, rows)})
    found = log_of(tmp_path)
    assert (found.rows, found.first, found.last) == (
        200, "2026-03-01T03:00:00Z", "2026-03-30T07:00:00Z",
    )  # fmt: skip
    assert found.notes[:2] == (
        "2 rows have a time before 1990 or after 2100; figures over time leave them out.",
        "1 rows have no time that can be read; figures over time leave them out.",
    )


def test_labels_outside_the_classes_are_told(tmp_path: Path) -> None:
    rows = [[*row[:6], "7" if n < 5 else row[6]] for n, row in enumerate(ROWS)]
    write_files(tmp_path, {"log.csv": table_text(HEAD, rows), "room.yaml": SAID % "log.csv"})
    found = log_of(tmp_path)
    assert "5 labelled rows carry a class that is never predicted (7)." in found.notes
    assert found.target == "multiclass"


def test_ten_rows_give_wide_intervals_and_no_trend(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": table_text(HEAD, ROWS[:10]), "room.yaml": SAID % "log.csv"})
    found = log_of(tmp_path)
    assert found.accuracy is not None
    assert found.accuracy.interval == (0.59585, 0.982124)
    assert found.decaying is None
    assert found.refused["decaying"].startswith("a trend needs labels in 6 spans of time")


def test_formula_cells_and_hostile_names_are_only_text(tmp_path: Path) -> None:
    evil = "'); COPY (SELECT 1) TO 'proofroom-owned.csv'; --"
    head = (evil, 'a"b', *HEAD[2:])
    rows = [[row[0], '=HYPERLINK("http://x")'.replace('"', "'"), *row[2:]] for row in ROWS]
    write_files(
        tmp_path,
        {
            "log.csv": table_text([h.replace('"', "'") for h in head], rows),
            "room.yaml": "artifacts: [{path: log.csv, kind: prediction-log, "
            f'columns: {{id: "{evil}", prediction: y_pred, label: label, groups: ["a\'b"]}}}}]',
        },
    )
    found = log_of(tmp_path)
    assert found.rows == 200
    assert list(found.groups["a'b"]) == ["=HYPERLINK('http://x')"]
    assert not Path("proofroom-owned.csv").exists()


def test_a_table_reads_nothing_but_its_file(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": LOG, "other.csv": LOG})
    with open_table(tmp_path / "log.csv", "log.csv") as table:
        for attack in (
            f"FROM read_csv('{tmp_path}/other.csv')",
            "SELECT * FROM read_text('/etc/hostname')",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            "INSTALL httpfs",
            "SET enable_external_access = true",
        ):
            with pytest.raises(Exception, match=r"cannot be read|not valid"):
                table.run(attack)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.csv", "other.csv"]


def test_a_pipe_and_a_link_named_by_the_room_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text(LOG)
    room = tmp_path / "room"
    write_files(room, {"good.csv": LOG, "room.yaml": SAID % "log.csv"})
    (room / "log.csv").symlink_to(tmp_path / "outside.csv")
    os.mkfifo(room / "pipe.csv")
    measured = measure_room(room)
    assert [a.path for a in measured.artifacts] == ["good.csv"]
    assert {s.path for s in measured.skipped} == {"log.csv", "pipe.csv"}
