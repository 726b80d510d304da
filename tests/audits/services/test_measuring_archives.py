"""An archive that is handed in: opened by the confined child, confirmed and measured by file."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from audits.models import Artifact
from audits.selectors.proof import measured_now
from audits.services.artifacts import consider_evidence, request_measurement
from audits.services.measuring import execute_room_run
from diligence.services.evidence import Upload, add_version
from tests.audits.archives import HF_FOLDER, MLRUNS
from tests.audits.data_rooms import a_log, an_artifact, confirmed
from tests.cast import Cast, some_evidence
from tests.make import Text, make_zip

pytestmark = pytest.mark.django_db


def facts_on(cast: Cast, path: str) -> dict[str, object]:
    (row,) = [m for m in measured_now(cast.deal) if m.path == path]
    return dict(row.facts)


def an_archive(tmp_path: Path, files: Mapping[str, Text]) -> bytes:
    return make_zip(tmp_path / "made.zip", files).read_bytes()


def members_of(artifact: Artifact) -> dict[str, Artifact]:
    return {a.member: a for a in artifact.evidence.artifacts.exclude(member="")}


def handed_in(cast: Cast, content: bytes, filename: str = "model.zip") -> Artifact:
    run = consider_evidence(
        item=some_evidence(cast.deal, by=cast.founder, filename=filename, content=content)
    )
    assert run is not None
    execute_room_run(run.pk)
    return Artifact.objects.get(looks=run)


def test_what_an_archive_holds_is_confirmed_and_measured_file_by_file(
    cast: Cast, tmp_path: Path
) -> None:
    archive = handed_in(cast, an_archive(tmp_path, HF_FOLDER))
    assert (archive.trouble, archive.guess["documents"]) == ("", 1)
    members = members_of(archive)
    assert set(archive.guess["members"]) == set(members)
    assert {m: a.guessed_kind for m, a in members.items()} == {
        "triage/config.json": "model", "triage/adapter_config.json": "model",
        "triage/model.safetensors.index.json": "model",
        "triage/model-00001.safetensors": "model", "triage/README.md": "model-card",
    }  # fmt: skip
    for member in members.values():
        run = confirmed(member, by=cast.analyst)
    rows = {row.path: row for row in run.measured.all()}
    assert {path: row.trouble for path, row in rows.items()} == {
        f"model.zip/{name}": "" for name in members
    }
    adapter = rows["model.zip/triage/adapter_config.json"]
    assert adapter.facts["base_model"] == "meta-llama/Meta-Llama-3-8B"
    (claim,) = cast.deal.claims.filter(source="model-card")
    assert claim.fields == {"metric": "accuracy", "value": 0.91, "dataset": "triage-eval-2026"}
    assert claim.where == "triage/README.md in model.zip"
    assert members["triage/README.md"].trouble == ""


def test_an_mlruns_tree_in_an_archive_traces_the_log(cast: Cast, tmp_path: Path) -> None:
    confirmed(an_artifact(cast.deal, a_log(), by=cast.founder), by=cast.analyst)
    (tree,) = members_of(handed_in(cast, an_archive(tmp_path, MLRUNS), "mlruns.zip")).values()
    assert (tree.member, tree.guessed_kind) == ("mlruns", "model-registry")
    confirmed(tree, by=cast.analyst)
    assert facts_on(cast, "mlruns.zip/mlruns")["versions"] == 2
    assert facts_on(cast, "predictions.csv")["traceable_to_model"] == pytest.approx(2 / 3, abs=1e-6)


def test_a_bad_archive_gets_one_sentence_and_stays(cast: Cast, tmp_path: Path) -> None:
    content = an_archive(tmp_path, {"zeros": b"\0" * (80 * 1024 * 1024)})
    archive = handed_in(cast, content, "bomb.zip")
    assert archive.trouble.startswith("This archive unpacks to more than")
    assert archive.guessed_kind == "document"
    assert members_of(archive) == {}
    assert archive.evidence.withdrawn_at is None


def test_a_newer_archive_replaces_what_nobody_confirmed(cast: Cast, tmp_path: Path) -> None:
    archive = handed_in(cast, an_archive(tmp_path, HF_FOLDER))
    card = members_of(archive)["triage/README.md"]
    confirmed(card, by=cast.analyst)
    fewer = {k: v for k, v in HF_FOLDER.items() if k == "triage/config.json"}
    upload = Upload("model.zip", [an_archive(tmp_path, fewer)])
    add_version(actor=cast.founder, item=archive.evidence, upload=upload)
    run = consider_evidence(item=archive.evidence)
    assert run is not None
    execute_room_run(run.pk)
    assert set(members_of(archive)) == {"triage/config.json", "triage/README.md"}
    again = request_measurement(actor=cast.analyst, deal=cast.deal)
    execute_room_run(again.pk)
    (row,) = again.measured.all()
    assert "triage/README.md" in row.trouble
