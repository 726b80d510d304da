"""One scenario through both faces: the terminal and the web application say the same."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml

from audits.selectors.rooms import data_room
from audits.services.execution import execute_run
from audits.services.runs import request_run
from audits.services.verdicts import hold_claims
from diligence.config.cli import main
from tests.audits.building import a_bundle
from tests.audits.claiming import a_claim
from tests.audits.data_rooms import a_log, a_registry, an_artifact, confirmed
from tests.cast import Cast, signed_in, whole_cast
from tests.make import make_repo

pytestmark = pytest.mark.django_db

TRAIN = """import pandas as pd
from sklearn.linear_model import LogisticRegression

data = pd.read_csv("data.csv")
model = LogisticRegression()
model.fit(data[["income", "debt"]], data["late"])
"""
REPO = {
    "README.md": "# Late payments\nWe score applicants.\n",
    "requirements.txt": "pandas==2.2.0\nscikit-learn==1.5.0\nevidently==0.4.0\n",
    "train.py": TRAIN,
    "adapter/adapter_config.json": json.dumps(
        {"peft_type": "LORA", "base_model_name_or_path": "mistralai/Mistral-7B-v0.3"}
    ),
}


class Runs:
    """Loading it would run a command; nothing here ever loads it."""

    def __reduce__(self) -> Any:
        import os

        return os.system, ("true",)


def sample(mean: int) -> bytes:
    rows = (f"{mean + n % 40},{n % 7}" for n in range(1_500))
    return "\n".join(["income,debt", *rows]).encode()


ROOM: dict[str, tuple[str, bytes]] = {
    "log.csv": ("prediction-log", a_log()),
    "registry.json": ("model-registry", a_registry()),
    "then.csv": ("reference-sample", sample(100)),
    "now.csv": ("current-sample", sample(120)),
    "model.pkl": ("model", pickle.dumps(Runs())),
}
CLAIMS: dict[str, dict[str, Any]] = {
    "accuracy": {"kind": "metric", "metric": "accuracy", "value": 0.95},
    "error": {"kind": "metric", "metric": "accuracy", "value": 0.9, "window_days": 30},
    "model": {"kind": "traceability", "target": "model", "value": 0.99},
    "dataset": {"kind": "traceability", "target": "dataset", "value": 0.6},
    "drift": {"kind": "practice", "practice": "drift-detection"},
    "cadence": {"kind": "retraining-cadence", "days": 30},
    "quality": {"kind": "stable-performance"},
    "inputs": {"kind": "stable-inputs"},
    "fair": {"kind": "fairness", "metric": "accuracy", "group": "region", "max_gap": 0.05},
    "own": {"kind": "own-model"},
    "team": {"kind": "statement"},
}
WANTED = {
    "accuracy": "contradicted", "error": "supported", "model": "contradicted",
    "dataset": "supported", "drift": "unsupported", "cadence": "contradicted",
    "quality": "supported", "inputs": "contradicted", "fair": "supported", "own": "contradicted",
    "team": "untestable",
}  # fmt: skip


def in_the_terminal(folder: Path) -> dict[str, Any]:
    room, out = folder / "room", folder / "audit.json"
    room.mkdir()
    for name, (_, content) in ROOM.items():
        (room / name).write_bytes(content)
    said = [{"path": name, "kind": kind} for name, (kind, _) in ROOM.items()]
    (room / "room.yaml").write_text(yaml.safe_dump({"artifacts": said}))
    claims = [{"id": name, "text": name, **fields} for name, fields in CLAIMS.items()]
    (folder / "claims.yaml").write_text(yaml.safe_dump({"claims": claims}))
    status = main([
        "audit", str(make_repo(folder / "repo", REPO)), "--room", str(room),
        "--claims", str(folder / "claims.yaml"), "--format", "json", "--output", str(out),
    ])  # fmt: skip
    assert status == 0
    document: dict[str, Any] = json.loads(out.read_text())
    return document


def on_the_web(cast: Cast, folder: Path) -> dict[str, Any]:
    run = request_run(
        actor=cast.analyst, repository=a_bundle(cast.deal, cast.analyst, folder / "given", REPO)
    )
    execute_run(run.pk)
    for name, (kind, content) in ROOM.items():
        confirmed(
            an_artifact(cast.deal, content, by=cast.founder, filename=name),
            by=cast.analyst, kind=kind,
        )  # fmt: skip
    claims = {}
    for name, fields in CLAIMS.items():
        rest = {key: value for key, value in fields.items() if key != "kind"}
        claims[name] = a_claim(cast.deal, name, kind=fields["kind"], fields=rest)
    hold_claims(deal=cast.deal)
    for claim in claims.values():
        claim.refresh_from_db()
    return {name: claim.verdict for name, claim in claims.items()}


def found_in_the_room(cast: Cast) -> list[dict[str, Any]]:
    return [
        {
            "check": f.check, "severity": f.severity.value, "title": f.title, "path": f.path,
            "line": f.line, "fix": f.fix,
        }
        for f in data_room(cast.deal).findings
    ]  # fmt: skip


def test_a_claim_gets_the_same_verdict_in_the_terminal_and_on_the_web(tmp_path: Path) -> None:
    cast, document = whole_cast(), in_the_terminal(tmp_path)
    told = {each["id"]: each for each in document["claims"]}
    stored = on_the_web(cast, tmp_path)
    assert {name: each["verdict"] for name, each in told.items()} == WANTED
    for name, verdict in stored.items():
        interval = None if verdict.low is None else [verdict.low, verdict.high]
        assert {
            "id": name, "verdict": verdict.verdict, "claimed": verdict.claimed,
            "measured": verdict.measured, "interval": interval, "because": verdict.because,
            "evidence": verdict.evidence,
        } == told[name]  # fmt: skip
    in_room = [f for f in document["findings"] if f["path"] in ROOM]
    assert found_in_the_room(cast) == in_room
    assert [f["severity"] for f in in_room] == ["critical"]
    answer = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/data-room/")
    assert "Loading this model file would run code: posix.system" in answer.content.decode()
    assert "declared and unused" in stored["drift"].because
    assert "mistralai/Mistral-7B-v0.3" in stored["own"].because
