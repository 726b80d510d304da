"""Registries, manifests and histories in each of their forms."""

import json
from pathlib import Path

import pytest

from audits.facts.dataset_manifest import DatasetManifest
from audits.facts.metrics_history import MetricsHistory
from audits.facts.model_registry import ModelRegistry
from audits.services.room import measure_room
from audits.services.room_things import infer
from tests.audits.rooms import LOG, REGISTRY, log_of, measured
from tests.make import write_files

CSV = """version,created_at,run_id,dataset
1,2026-01-01,a1,d1
2,2026-01-11T00:00:00Z,a2,
v3,2026-02-01T12:00:00+02:00,,d3
"""
TREE = {
    "mlruns/models/churn/meta.yaml": "name: churn\n",
    "mlruns/models/churn/version-1/meta.yaml": "{name: churn, version: 1, run_id: r1, "
    "creation_timestamp: 1772323200000, current_stage: Production}",
    "mlruns/models/churn/version-2/meta.yaml": "{name: churn, version: 2, run_id: r2, "
    "creation_timestamp: 1773187200000}",
    "mlruns/1/meta.yaml": "experiment_id: '1'\n",
    "mlruns/1/r1/meta.yaml": "run_id: r1\n",
    "mlruns/1/r1/inputs/i/meta.yaml": "{source_id: d, source_type: DATASET}",
    "mlruns/1/datasets/d/meta.yaml": "{name: train, digest: abc123}",
    "mlruns/1/r2/meta.yaml": "run_id: r2\n",
    "mlruns/1/r2/params/dataset_version": "v2026-03",
}


def _registry(folder: Path, name: str) -> ModelRegistry:
    facts = measured(folder, name)
    assert isinstance(facts, ModelRegistry)
    return facts


def test_mlflows_answer(tmp_path: Path) -> None:
    write_files(tmp_path, {"registry.json": REGISTRY})
    found = _registry(tmp_path, "registry.json")
    assert (found.versions, found.with_dataset, found.with_run) == (2, 1, 2)
    assert (found.newest, found.newest_version) == ("2026-05-17T00:00:00Z", "8")
    assert found.median_gap_days == 77.0


def test_a_table_of_versions(tmp_path: Path) -> None:
    write_files(tmp_path, {"versions.csv": CSV})
    found = _registry(tmp_path, "versions.csv")
    assert (found.versions, found.with_dataset, found.with_run) == (3, 2, 2)
    assert (found.newest, found.median_gap_days) == ("2026-02-01T10:00:00Z", 15.7083)


def test_an_mlruns_tree_is_one_artifact(tmp_path: Path) -> None:
    write_files(tmp_path, TREE)
    (artifact,) = measure_room(tmp_path).artifacts
    assert (artifact.path, artifact.kind) == ("mlruns", "model-registry")
    found = _registry(tmp_path, "mlruns")
    assert [(v.version, v.dataset) for v in found.listed] == [
        ("1", "train@abc123"), ("2", "v2026-03"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{}", "r.json lists no model version; hand in the answer of `model-versions/search`, an "),
        ('{"model_versions": []}', "r.json lists no model version; hand in the answer of "),
        ('{"model_versions": ', "r.json lists no model version; hand in the answer of "),
    ],
)
def test_what_is_no_registry(tmp_path: Path, text: str, sentence: str) -> None:
    said = "artifacts: [{path: r.json, kind: model-registry}]"
    write_files(tmp_path, {"r.json": text, "room.yaml": said})
    (artifact,) = measure_room(tmp_path).artifacts
    assert artifact.problem.startswith(sentence)


@pytest.mark.parametrize(
    "spelled", ["7", "v7", "7.0", "churn:7", "models:/churn/7", "churn/7", "Version 7", "r7"]
)
def test_a_version_is_found_however_it_is_spelled(tmp_path: Path, spelled: str) -> None:
    log = LOG.replace(",7,", f",{spelled},")
    write_files(tmp_path, {"log.csv": log, "registry.json": REGISTRY})
    assert log_of(tmp_path).traceable_to_model == 0.75


def test_a_version_that_predicts_before_it_is_registered_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, {"log.csv": LOG, "registry.json": REGISTRY})
    trace = log_of(tmp_path).trace
    assert trace is not None
    assert trace.before_registration == {
        "8": "first predicted on 2026-03-16, registered on 2026-05-17"
    }


def test_a_version_that_is_only_alike_is_not_found(tmp_path: Path) -> None:
    log = LOG.replace(",7,", ",77,").replace(",8,", ",8.1,")
    write_files(tmp_path, {"log.csv": log, "registry.json": REGISTRY})
    found = log_of(tmp_path)
    assert found.traceable_to_model == 0.0
    assert found.trace is not None
    assert found.trace.unregistered == {"77": 100, "8.1": 50, "9": 50}


def test_dvcs_files_and_a_table_of_hashes(tmp_path: Path) -> None:
    lock = """schema: '2.0'
stages:
  train:
    cmd: python train.py
    deps: [{path: data/a.csv, md5: 0123456789abcdef0123456789abcdef, size: 9},
           {path: train.py, md5: 1123456789abcdef0123456789abcdef}]
    outs: [{path: model.pkl, md5: 2123456789abcdef0123456789abcdef}]
"""
    write_files(
        tmp_path,
        {
            "dvc.lock": lock,
            "b.dvc": "outs:\n- {md5: 3123456789abcdef0123456789abcdef.dir, path: b}\n",
            "sets.csv": "dataset_id,sha256\nx," + "a" * 64 + "\ny," + "b" * 64 + "\n",
        },
    )
    found = {}
    for name in ("dvc.lock", "b.dvc", "sets.csv"):
        facts = measured(tmp_path, name)
        assert isinstance(facts, DatasetManifest)
        found[name] = [(d.id, d.algorithm, d.bytes) for d in facts.datasets]
    assert found == {
        "dvc.lock": [("data/a.csv", "md5", 9), ("model.pkl", "md5", None)],
        "b.dvc": [("b", "md5", None)],
        "sets.csv": [("x", "sha256", None), ("y", "sha256", None)],
    }


def _history(folder: Path, text: str) -> MetricsHistory:
    write_files(folder, {"history.csv": text})
    facts = measured(folder, "history.csv")
    assert isinstance(facts, MetricsHistory)
    return facts


def test_a_plausible_history_raises_no_suspicion(tmp_path: Path) -> None:
    hits = (883, 891, 879, 902, 888, 871, 895, 884, 890, 877, 899, 886)
    rows = "".join(
        f"2026-{n + 1:02}-01,accuracy,{h / 1000:.3f},1000,v{n}\n" for n, h in enumerate(hits)
    )
    found = _history(tmp_path, "date,metric,value,n,version\n" + rows).metrics["accuracy"]
    assert found.suspicions == ()
    assert (found.points, found.latest, found.falling) == (12, 0.886, False)


def test_what_cannot_be_is_told(tmp_path: Path) -> None:
    rows = "".join(f"2026-{n + 1:02}-01,accuracy,0.9123,100\n" for n in range(9))
    found = _history(tmp_path, "date,metric,value,n\n" + rows + "2028-01-01,accuracy,0.91,5000\n")
    assert found.metrics["accuracy"].suspicions == (
        "1 gaps are more than 3 times the median gap.",
        "9 records in a row have the very same value.",
        "9 values cannot be a share of the rows that they name.",
        "The values vary less than the numbers of rows that they name allow.",
        "The numbers of rows differ by more than 10 times.",
    )


def test_a_column_a_metric_and_a_fall(tmp_path: Path) -> None:
    rows = "".join(f"2026-{n + 1:02}-01,{0.9 - n * 0.02:.3f},{3 + n % 3}\n" for n in range(12))
    found = _history(tmp_path, "date,f1,mae\n" + rows)
    assert (found.metrics["f1"].falling, found.metrics["mae"].falling) == (True, False)


def test_other_json_is_a_document(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.json": json.dumps({"model": "x"}), "b.txt": "We are fair."})
    assert {infer(tmp_path / name).kind for name in ("a.json", "b.txt")} == {"document"}
