"""Logs of predictions in every form: the same rows give the same figures."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from audits.engine.measured import rounded
from audits.facts.prediction_log import PredictionLog
from audits.services.room import measure_room
from tests.audits.rooms import HEAD, LOG, log_of, log_rows, table_text, write_parquet
from tests.make import write_files

ROWS = log_rows()
COLUMNS = dict(zip(HEAD, zip(*ROWS, strict=True), strict=True))
SAID = "artifacts: [{path: log.csv, kind: prediction-log, columns: {%s}}]"


def _text(head: tuple[str, ...], *columns: tuple[str, ...]) -> str:
    return table_text(head, list(zip(*columns, strict=True)))


def _without(log: PredictionLog) -> dict[str, object]:
    document = log.document()
    return {key: document[key] for key in ("accuracy", "roc_auc", "f1", "groups", "models", "from")}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("plain")
    write_files(folder, {"log.csv": LOG})
    return _without(log_of(folder))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_delimiter_and_encoding(
    tmp_path: Path, plain: dict[str, object], mark: str, encoding: str
) -> None:
    rows = [[*row[:3], {"A": "Süd", "B": "Nord"}[row[3]], *row[4:]] for row in ROWS]
    (tmp_path / "log.csv").write_bytes(table_text(HEAD, rows, mark).encode(encoding))
    found = _without(log_of(tmp_path))
    groups = found.pop("groups")
    assert isinstance(groups, dict)
    assert sorted(groups["region"]) == ["Nord", "Süd"]
    assert found == {key: value for key, value in plain.items() if key != "groups"}


def test_json_lines_and_parquet(tmp_path: Path, plain: dict[str, object]) -> None:
    lines = [json.dumps(dict(zip(HEAD, row, strict=True))) for row in ROWS]
    write_files(tmp_path, {"a.csv": LOG, "log.jsonl": "\n".join(lines)})
    write_parquet(
        tmp_path / "log.parquet",
        # The path is of a file that the test made.
        "SELECT request_id, ts::TIMESTAMPTZ AS ts, version, region, proba, y_pred, label "  # noqa: S608
        f"FROM read_csv('{tmp_path}/a.csv')",
    )
    (tmp_path / "a.csv").unlink()
    assert _without(log_of(tmp_path, "log.jsonl")) == plain
    assert _without(log_of(tmp_path, "log.parquet")) == plain


def test_quoted_line_breaks_and_windows_line_ends(tmp_path: Path) -> None:
    rows = [[*row[:3], '"north\r\nof it, all"', *row[4:]] for row in ROWS]
    (tmp_path / "log.csv").write_text(table_text(HEAD, rows).replace("\n", "\r\n"), newline="")
    assert log_of(tmp_path).rows == 200


def test_decimal_commas(tmp_path: Path, plain: dict[str, object]) -> None:
    rows = [[*row[:4], row[4].replace(".", ","), *row[5:]] for row in ROWS]
    write_files(tmp_path, {"log.csv": table_text(HEAD, rows, ";")})
    assert _without(log_of(tmp_path)) == plain


def test_labels_of_a_second_file_and_late_ones(tmp_path: Path) -> None:
    log = _text(HEAD[:6], *(COLUMNS[c] for c in HEAD[:6]))
    labels = "request_id,label\n" + "".join(f"{r[0]},{r[6]}\n" for r in ROWS[:150])
    write_files(tmp_path, {"log.csv": log, "outcomes.csv": labels + "r3,7\nr3,8\nnobody,1\n"})
    found = log_of(tmp_path)
    assert (found.rows, found.labelled) == (200, 149), "an id with two labels has none"
    assert found.accuracy is not None
    assert found.accuracy.value == pytest.approx(0.9, abs=0.01)


def test_labels_that_the_room_calls_a_log(tmp_path: Path) -> None:
    log = _text(HEAD[:6], *(COLUMNS[c] for c in HEAD[:6]))
    labels = "case,happened\n" + "".join(f"{r[0]},{r[6]}\n" for r in ROWS)
    said = """artifacts:
    - {path: late.csv, kind: prediction-log, columns: {id: case, label: happened}}
    - {path: log.csv, kind: prediction-log, columns: {id: request_id, prediction: y_pred}}
    """
    write_files(tmp_path, {"log.csv": log, "late.csv": labels, "room.yaml": said})
    late, found = measure_room(tmp_path).artifacts
    assert late.problem == ""
    assert isinstance(found.facts, PredictionLog)
    assert found.facts.accuracy is not None
    assert (found.facts.labelled, found.facts.accuracy.value) == (200, 0.9)


def test_none_is_no_class_unless_it_is_predicted(tmp_path: Path) -> None:
    rows = [("1", "1"), ("0", "None"), ("0", "0")] * 40
    said = SAID % "prediction: p, label: y"
    write_files(tmp_path, {"log.csv": table_text(("p", "y"), rows), "room.yaml": said})
    assert log_of(tmp_path).labelled == 80
    rows = [("scratch", "scratch"), ("none", "none"), ("none", "scratch")] * 40
    write_files(tmp_path, {"log.csv": table_text(("p", "y"), rows)})
    assert log_of(tmp_path).labelled == 120


@pytest.mark.parametrize(
    ("write", "first"),
    [
        (lambda t: t, "2026-03-01T00:00:00Z"),
        (lambda t: t.replace("Z", "+02:00"), "2026-02-28T22:00:00Z"),
        (lambda t: t.replace("T", " ").replace("Z", ""), "2026-03-01T00:00:00Z"),
        (lambda t: f"{t[8:10]}/{t[5:7]}/{t[:4]} {t[11:16]}", "2026-03-01T00:00:00Z"),
        (lambda t: f"{t[8:10]}.{t[5:7]}.{t[:4]}", "2026-03-01T00:00:00Z"),
        (lambda t: str(1772323200 + int(t[8:10]) * 86400), "2026-03-02T00:00:00Z"),
        (lambda t: str((1772323200 + int(t[8:10]) * 86400) * 1000), "2026-03-02T00:00:00Z"),
    ],
)
def test_times_in_every_spelling(tmp_path: Path, write: Callable[[str], str], first: str) -> None:
    rows = [[row[0], write(row[1]), *row[2:]] for row in ROWS]
    write_files(tmp_path, {"log.csv": table_text(HEAD, rows)})
    found = log_of(tmp_path)
    assert found.first == first
    assert found.period == "week"
    assert sum(p.rows for p in found.by_period) == 200


def test_dates_that_may_be_read_two_ways_are_not_guessed(tmp_path: Path) -> None:
    rows = [[row[0], f"0{1 + n % 9}/0{1 + n % 5}/2026", *row[2:]] for n, row in enumerate(ROWS)]
    said = SAID % "time: ts, prediction: y_pred, label: label"
    write_files(tmp_path, {"log.csv": table_text(HEAD, rows), "room.yaml": said})
    found = log_of(tmp_path)
    assert (found.first, found.decaying) == (None, None)
    assert found.notes == (
        (
            "Figures over time are left out: the dates in 'ts' can be read day first or "
            "month first; write them as 2026-03-31."
        ),
    )


def test_many_classes(tmp_path: Path) -> None:
    rows = [("red", "red")] * 50 + [("red", "blue")] * 10 + [("green", "green")] * 40
    rows += [("blue", "blue")] * 20
    said = SAID % "prediction: p, label: y"
    write_files(tmp_path, {"log.csv": table_text(("p", "y"), rows), "room.yaml": said})
    found = log_of(tmp_path)
    assert (found.target, found.classes) == ("multiclass", ("blue", "green", "red"))
    assert found.accuracy is not None
    assert found.recall is not None
    assert (found.accuracy.value, found.recall.value) == (0.916667, 0.888889)
    assert found.refused["roc_auc"] == "the log has no score"


def test_a_numeric_target(tmp_path: Path) -> None:
    rows = [(f"{n * 1.5 + (n % 5) - 2:.1f}", f"{n * 1.5:.1f}") for n in range(300)]
    said = SAID % "prediction: forecast, label: actual"
    write_files(tmp_path, {"log.csv": table_text(("forecast", "actual"), rows), "room.yaml": said})
    found = log_of(tmp_path)
    assert found.target == "numeric"
    assert found.mae is not None
    assert found.rmse is not None
    assert found.r2 is not None
    assert (found.mae.value, found.rmse.value) == (1.2, 1.41421)
    assert 0.9998 < found.r2.value < 1.0
    assert found.r2.interval is not None
    assert found.r2.interval[1] <= 1.0
    assert found.refused["accuracy"] == "the labels are quantities, not classes"


@pytest.mark.parametrize(
    "row",
    [
        lambda n: f"{n % 5 + 1.3:.1f},{n % 5 + 1}",
        lambda n: f"{n % 90 + n % 3},{n % 90}",
        lambda n: f"{n % 9 - 4.2:.1f},{n % 9 - 4}",
    ],
    ids=["ratings", "whole minutes", "below and above nothing"],
)
def test_whole_numbers_may_be_quantities(tmp_path: Path, row: Callable[[int], str]) -> None:
    text = "p,y\n" + "".join(f"{row(n)}\n" for n in range(400))
    write_files(tmp_path, {"log.csv": text, "room.yaml": SAID % "prediction: p, label: y"})
    assert log_of(tmp_path).target == "numeric"


def test_ten_numbered_classes_are_classes(tmp_path: Path) -> None:
    text = "p,y\n" + "".join(f"{n % 10},{(n + (n % 7 == 0)) % 10}\n" for n in range(700))
    write_files(tmp_path, {"log.csv": text, "room.yaml": SAID % "prediction: p, label: y"})
    found = log_of(tmp_path)
    assert found.target == "multiclass"
    assert found.accuracy is not None
    assert found.accuracy.value == rounded(600 / 700)


def test_versions_without_end_are_told_up_to_a_limit(tmp_path: Path) -> None:
    text = "p,y,v\n" + "".join(f"{n % 2},{n % 2},v{n}\n" for n in range(6_000))
    said = SAID % "prediction: p, label: y, model_version: v"
    write_files(tmp_path, {"log.csv": text, "room.yaml": said})
    assert log_of(tmp_path).notes[-1] == (
        "The rows name more than 5,000 versions; 1,000 rows of the rarest are not told by version."
    )


def test_threads_do_not_change_a_byte(tmp_path: Path) -> None:
    write_parquet(
        tmp_path / "log.parquet",
        "SELECT range AS id, TIMESTAMP '2026-01-01' + to_minutes(range) AS time, "
        "hash(range) % 1000 / 999.0 AS score, (hash(range) % 1000 > 480)::INT AS prediction, "
        "(hash(range) % 1000 + hash(range + 1) % 400 > 700)::INT AS label, "
        "(range // 90000)::VARCHAR AS model_version FROM range(300000)",
    )
    first, second = (json.dumps(log_of(tmp_path, "log.parquet").document()) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("columns", "head", "row", "metric", "reason"),
    [
        ("score: s, label: y", "s,y", lambda n: f"0.{n % 90 + 10},{n % 2}", "accuracy",
         "the log has scores and no predicted class; a class is not guessed from a score"),
        ("prediction: s, label: y", "s,y", lambda n: f"0.{n % 90 + 10},{n % 2}", "accuracy",
         ("the column of predictions holds numbers with fractions and the labels are classes; "
         "name that column as the score")),
        ("prediction: p, label: y", "p,y", lambda n: f"{'ab'[n % 2]},{n % 2}", "accuracy",
         "the predictions (a, b) and the labels (0, 1) have no value in common"),
        ("prediction: p, label: y", "p,y", lambda n: f"{'ab'[n % 2]},{'ab'[n % 3 == 0]}", "f1",
         "which of the classes 'a' and 'b' is the positive one is not said"),
        ("prediction: p, label: y, score: s", "p,y,s", lambda n: f"{n % 2},1,0.{n % 90 + 10}",
         "roc_auc", "it needs both classes; all labels are '1'"),
        ("prediction: p, label: y, score: s", "p,y,s", lambda n: f"{n % 2},{n % 2},0.{n % 50 + 50}",
         "roc_auc", ("no score lies below 0.5 though both classes are predicted, so it says how "
         "sure the prediction is, and does not rank rows from one class to the other")),
        ("prediction: p, label: y", "p,y", lambda n: f"{n % 2},", "accuracy",
         "no row has a label"),
        ("prediction: p", "p,y", lambda n: f"{n % 2},1", "accuracy", "no row has a label"),
        ("prediction: p, label: y", "p,y", lambda n: f"{n % 2},{n % 2}", "mae",
         "the labels are classes, not quantities"),
    ],
)  # fmt: skip
def test_a_metric_that_the_columns_forbid_is_refused(
    tmp_path: Path, columns: str, head: str, row: Callable[[int], str], metric: str, reason: str
) -> None:
    text = head + "\n" + "".join(f"{row(n)}\n" for n in range(120))
    write_files(tmp_path, {"log.csv": text, "room.yaml": SAID % columns})
    found = log_of(tmp_path)
    assert found.metric(metric) is None
    assert found.refused[metric] == reason


def test_the_score_tells_the_positive_class_where_the_names_do_not(tmp_path: Path) -> None:
    rows = [("leaves" if n % 3 == 0 else "stays", "leaves" if n % 4 else "stays",
             "0.8" if n % 3 == 0 else "0.3") for n in range(120)]  # fmt: skip
    said = SAID % "prediction: p, label: y, score: s"
    write_files(tmp_path, {"log.csv": table_text(("p", "y", "s"), rows), "room.yaml": said})
    assert log_of(tmp_path).positive == "leaves"


def test_one_class_is_one_class_however_it_is_written(tmp_path: Path) -> None:
    rows = [("1", "1.0"), ("0", " 0"), ("1.00", "1"), ("0", "NaN"), ("1", "")] * 30
    said = SAID % "prediction: p, label: y"
    write_files(tmp_path, {"log.csv": table_text(("p", "y"), rows), "room.yaml": said})
    found = log_of(tmp_path)
    assert (found.rows, found.labelled, found.classes) == (150, 90, ("0", "1"))
    assert found.accuracy is not None
    assert found.accuracy.value == 1.0


def test_words_and_digits_for_yes_and_no(tmp_path: Path) -> None:
    rows = [("True", "1"), ("False", "0"), ("True", "0"), ("False", "0")] * 30
    said = SAID % "prediction: p, label: y"
    write_files(tmp_path, {"log.csv": table_text(("p", "y"), rows), "room.yaml": said})
    found = log_of(tmp_path)
    assert found.accuracy is not None
    assert found.precision is not None
    assert (found.accuracy.value, found.precision.value) == (0.75, 0.5)


def test_duplicates_and_rows_without_id_are_counted(tmp_path: Path) -> None:
    rows = [*ROWS, ROWS[0], ROWS[1], ["", *ROWS[2][1:]]]
    write_files(tmp_path, {"log.csv": table_text(HEAD, rows)})
    found = log_of(tmp_path)
    assert (found.rows, found.duplicates, found.without_id) == (203, 2, 1)
    assert found.notes[0] == "2 rows repeat the id of an earlier row; every figure counts all rows."


def test_the_last_days_are_measured(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": LOG})
    (artifact,) = measure_room(tmp_path, windows=[10]).artifacts
    assert isinstance(artifact.facts, PredictionLog)
    windows = artifact.facts.windows
    assert sorted(windows) == [7, 10]
    assert max(row[1] for row in ROWS) == "2026-03-30T07:00:00Z"
    late = [row for row in ROWS if row[1] > "2026-03-20T07:00:00Z"]
    assert windows[10].rows == len(late)
    right = sum(row[5] == row[6] for row in late)
    assert windows[10].accuracy is not None
    assert windows[10].accuracy.value == pytest.approx(right / len(late), abs=1e-5)
    assert windows[10].roc_auc is not None
    assert windows[7].roc_auc is None
