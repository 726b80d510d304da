"""The data room: what is what, what is measured, and what a bad file costs."""

import json
import os
from pathlib import Path

import pytest

from audits.engine.documents import contract
from audits.engine.report import Artifact
from audits.facts.model_registry import ModelRegistry
from audits.facts.prediction_log import PredictionLog
from audits.services.room import measure_room
from audits.services.room_things import infer
from audits.sources.snapshot import SourceError
from tests.audits.literal import REPORT
from tests.audits.rooms import LOG, REGISTRY, SAID
from tests.make import write_files

KINDS = "Artifact 1 in {} needs a `path` and a `kind` of: current-sample, dataset-manifest, "


def _only(folder: Path) -> Artifact:
    (artifact,) = measure_room(folder).artifacts
    return artifact


def _log(folder: Path) -> PredictionLog:
    for artifact in measure_room(folder).artifacts:
        if isinstance(artifact.facts, PredictionLog):
            return artifact.facts
    raise AssertionError("no log was measured")


def test_there_is_no_room(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no folder at"):
        measure_room(tmp_path / "no")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("artifacts: [", "The room file {} is not valid YAML (line 1); mend it and try again."),
        ("files: []", "The file {} has no list `artifacts`; see the form in the documentation."),
        ("artifacts: [{path: log.csv, kind: lgo}]", KINDS),
        ("artifacts: [{kind: model}]", KINDS),
        (
            "artifacts: [{path: ../log.csv, kind: model}]",
            "Artifact 1 in {} has a path that leads out of the room; name a file within it.",
        ),
        (
            "artifacts: [{path: a, kind: model}, {path: ./a, kind: sbom}]",
            "The file {} names 'a' twice; name each file once.",
        ),
        (
            "artifacts: [{path: a, kind: prediction-log, columns: {id: {x: 1}}}]",
            "The columns of 'a' in {} need to be names of columns, each under its part.",
        ),
    ],
)
def test_a_room_file_that_cannot_be_understood(tmp_path: Path, text: str, sentence: str) -> None:
    write_files(tmp_path, {"log.csv": LOG, "room.yaml": text})
    with pytest.raises(SourceError) as refused:
        measure_room(tmp_path)
    assert str(refused.value).startswith(sentence.format(tmp_path / "room.yaml"))


def test_what_is_said_is_believed_and_what_makes_no_sense_is_told(tmp_path: Path) -> None:
    said = "artifacts: [{path: gone.csv, kind: model}, {path: log.csv, kind: prediction-log, "
    said += "columns: {prediction: label, label: label, shoe: id}}]"
    write_files(tmp_path, {"log.csv": LOG, "room.yaml": said})
    room = measure_room(tmp_path)
    (artifact,) = room.artifacts
    assert artifact.confidence == 1.0
    assert isinstance(artifact.facts, PredictionLog)
    assert artifact.facts.accuracy is not None
    assert artifact.facts.accuracy.value == 1.0
    assert [s.path for s in room.skipped] == ["gone.csv", "log.csv"]
    assert "'shoe', which a prediction-log does not use" in room.skipped[1].reason


def test_without_a_room_file_kinds_and_columns_are_guessed(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/log.dat": LOG, "b.json": REGISTRY, "notes.txt": "Our plan.\n"})
    log, registry, notes = measure_room(tmp_path).artifacts
    assert (log.kind, registry.kind, notes.kind) == ("prediction-log", "model-registry", "document")
    assert log.columns == {
        "id": "request_id", "time": "ts", "prediction": "y_pred", "score": "proba",
        "label": "label", "model_version": "version", "groups": ("region",),
    }  # fmt: skip
    assert 0.5 < log.confidence < 1.0
    assert infer(tmp_path / "b.json").because == "It is MLflow's list of 2 model versions."


def test_predictions_are_followed_to_their_datasets(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": LOG, "registry.json": REGISTRY})
    log = _log(tmp_path)
    assert (log.traceable_to_model, log.traceable_to_dataset) == (0.75, 0.5)
    assert log.trace is not None
    assert log.trace.first_broken_link == "registration"
    assert log.trace.broken == {"registration": 50, "dataset": 50}
    assert log.trace.unregistered == {"9": 50}
    told = {chain.broken_at: chain.told for chain in log.trace.chains}
    assert told[""].endswith("→ registered as churn 7 → run r7 → dataset d-2026-02.")
    assert "names version '9', which the registry does not have" in told["registration"]


def test_without_a_registry_nothing_is_said_of_traceability(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": LOG})
    log = _log(tmp_path)
    assert log.traceable_to_model is None
    assert log.trace is None


def test_a_bad_file_costs_only_itself(tmp_path: Path) -> None:
    shifted = LOG.replace("r3,", "r3,extra,extra,", 1)
    write_files(tmp_path, {"bad.csv": shifted, "log.csv": LOG, "room.yaml": SAID})
    room = measure_room(tmp_path)
    bad, log = room.artifacts
    assert bad.facts is None
    assert bad.problem == (
        "bad.csv has rows with another number of fields than its head has names (line 5); mend it."
    )
    assert (bad.path, bad.problem) in [(s.path, s.reason) for s in room.skipped]
    assert isinstance(log.facts, PredictionLog)


def test_links_and_pipes_are_left_out_without_waiting(tmp_path: Path) -> None:
    room = tmp_path / "room"
    write_files(room, {"log.csv": LOG})
    (tmp_path / "secret.csv").write_text(LOG)
    (room / "link.csv").symlink_to(tmp_path / "secret.csv")
    os.mkfifo(room / "pipe.csv")
    measured = measure_room(room)
    assert [a.path for a in measured.artifacts] == ["log.csv"]
    assert [s.path for s in measured.skipped] == ["link.csv", "pipe.csv"]


def test_facts_come_back_from_their_published_form(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": LOG, "registry.json": REGISTRY})
    log, registry = measure_room(tmp_path).artifacts
    report = contract(REPORT.__class__(REPORT.source, (), (), artifacts=(log, registry)))
    first, second = json.loads(json.dumps(report["artifacts"]))
    assert set(first) >= {"path", "kind", "sha256", "bytes", "facts"}
    assert first["facts"]["from"] == "2026-03-01T00:00:00Z"
    assert PredictionLog.restored(first["facts"]) == log.facts
    assert ModelRegistry.restored(second["facts"]) == registry.facts


def test_the_same_room_gives_the_same_bytes(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": LOG, "registry.json": REGISTRY})
    first, second = (
        [a.facts.document() for a in measure_room(tmp_path).artifacts if a.facts] for _ in range(2)
    )
    assert json.dumps(first) == json.dumps(second)


def test_each_artifact_says_the_first_thing_in_a_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": LOG, "registry.json": REGISTRY})
    log, registry = (a.facts for a in measure_room(tmp_path).artifacts)
    assert log is not None
    assert registry is not None
    assert log.headline() == (
        "200 rows, 200 labelled; accuracy 0.9 (0.8506 to 0.9343); "
        "roc_auc 0.8991 (0.8391 to 0.9384); no decay; "
        "75.0% lead to a registered version, 50.0% to a dataset"
    )
    assert registry.headline() == (
        "2 versions, 1 with a dataset, the newest of 2026-05-17, 77 days apart (median)"
    )
