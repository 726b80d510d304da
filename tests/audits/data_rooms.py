"""Files of a data room for tests: a log of predictions whose figures are known, and a registry."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from audits.models import Artifact, Measured, RoomRun
from audits.services.artifacts import Said, confirm_artifact, consider_evidence
from audits.services.measuring import execute_room_run
from diligence.models import Deal, EvidenceItem, User
from tests.cast import some_evidence

START = datetime(2026, 3, 2, tzinfo=UTC)
COLUMNS = ("prediction_id", "predicted_at", "model_version", "region", "predicted", "actual")
LOG_COLUMNS: dict[str, str | list[str]] = {
    "id": "prediction_id", "time": "predicted_at", "prediction": "predicted", "label": "actual",
    "model_version": "model_version", "groups": ["region"],
}  # fmt: skip


def a_log(rows: int = 1200, *, right: int = 9, of: int = 10, versions: int = 3) -> bytes:
    """A log in which exactly `right` of `of` predictions are right, the same in every region."""
    made = io.StringIO()
    out = csv.writer(made)
    out.writerow(COLUMNS)
    for n in range(rows):
        truth = n % 2
        predicted = truth if n % of < right else 1 - truth
        at = START + timedelta(hours=3 * n)
        region = "AB"[(n // of) % 2]
        out.writerow((f"p{n:06d}", at.isoformat(), n % versions + 1, region, predicted, truth))
    return made.getvalue().encode()


def a_registry(versions: Iterable[int] = (1, 2), *, dataset: str = "data-{}") -> bytes:
    """MLflow's answer: these versions, a month apart, each with its run and its data."""
    return json.dumps(
        {
            "model_versions": [
                {
                    "name": "churn", "version": str(v), "run_id": f"run-{v}",
                    "creation_timestamp": int(
                        (START - timedelta(days=31 * (9 - v))).timestamp() * 1000
                    ),
                    "tags": [{"key": "dataset", "value": dataset.format(v)}],
                }
                for v in versions
            ]
        }
    ).encode()  # fmt: skip


def looked_at(item: EvidenceItem) -> Artifact:
    """The evidence as a worker left it that looked at it."""
    run = consider_evidence(item=item)
    if run is not None:
        execute_room_run(run.pk)
    return Artifact.objects.get(evidence=item, member="")


def an_artifact(
    deal: Deal, content: bytes, *, by: User, filename: str = "predictions.csv"
) -> Artifact:
    """A file that was handed in and looked at."""
    return looked_at(some_evidence(deal, by=by, filename=filename, content=content))


def confirmed(
    artifact: Artifact,
    *,
    by: User,
    kind: str = "",
    columns: Mapping[str, str | list[str]] | None = None,
) -> RoomRun:
    """Says what the file is (what it was guessed to be, unless named) and measures the room."""
    said = Said(kind or artifact.guessed_kind, columns or artifact.guess.get("columns", {}))
    run = confirm_artifact(actor=by, artifact=artifact, said=said, revision=artifact.revision)
    execute_room_run(run.pk)
    run.refresh_from_db()
    return run


def a_measured_log(deal: Deal, *, by: User) -> Artifact:
    """A confirmed log with the figures that a worker would have left, without one."""
    item = some_evidence(deal, by=by, filename="served.csv", content=a_log(20))
    artifact = Artifact.objects.create(
        deal=deal, evidence=item, guessed_kind="prediction-log", confidence=0.9,
        guessed_from=item.current, kind="prediction-log", columns=LOG_COLUMNS,
        confirmed_by=deal.owner, confirmed_at=timezone.now(),
        guess={"header": list(COLUMNS), "columns": LOG_COLUMNS, "rows": []},
    )  # fmt: skip
    run = RoomRun.objects.create(
        deal=deal, purpose=RoomRun.Purpose.MEASURE, state=RoomRun.State.SUCCEEDED,
        finished_at=timezone.now(),
    )  # fmt: skip
    figure = {"value": 0.9, "interval": [0.7, 0.97], "n": 20, "method": "Wilson"}
    Measured.objects.create(
        run=run, artifact=artifact, version=item.versions.get(), path="served.csv",
        kind="prediction-log", columns=LOG_COLUMNS, facts_type="prediction_log.PredictionLog",
        facts={"rows": 20, "labelled": 20, "accuracy": figure, "target": "binary"},
    )  # fmt: skip
    return artifact
