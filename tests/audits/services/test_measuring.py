"""The data room: looked at, confirmed, measured by a confined child, measured again."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoCaptureOnCommitCallbacks

from audits.models import Artifact, Measured, RoomRun
from audits.selectors.proof import measured_now, proof_of
from audits.services import jobs
from audits.services.artifacts import (
    Said,
    cancel_measurement,
    confirm_artifact,
    consider_evidence,
    forget_withdrawn,
    leave_out,
    request_measurement,
    unconsidered,
)
from audits.services.measuring import execute_room_run
from diligence.models import Activity
from diligence.services.errors import Conflict, Refused
from diligence.services.evidence import Upload, add_version, withdraw_evidence
from tests.audits.data_rooms import LOG_COLUMNS, a_log, a_registry, an_artifact, confirmed
from tests.cast import Cast, some_evidence

pytestmark = pytest.mark.django_db


def facts_on(cast: Cast, name: str = "predictions.csv") -> dict[str, object]:
    (row,) = [m for m in measured_now(cast.deal) if m.path == name]
    return dict(row.facts)


# A look ---------------------------------------------------------------------------------------


def test_nothing_is_measured_before_an_analyst_says_what_it_is(cast: Cast) -> None:
    an_artifact(cast.deal, a_log(), by=cast.founder)
    assert not Measured.objects.exists()
    with pytest.raises(Refused, match="Say first what"):
        request_measurement(actor=cast.analyst, deal=cast.deal)


def test_a_log_is_recognised_with_its_columns_and_first_rows(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(), by=cast.founder)
    assert artifact.guessed_kind == "prediction-log"
    assert artifact.confidence is not None
    assert 0.5 < artifact.confidence < 1
    assert artifact.guess["columns"]["label"] == "actual"
    assert artifact.guess["header"][0] == "prediction_id"
    assert artifact.guess["rows"][0][0] == "p000000"
    assert artifact.looks.get().state == RoomRun.State.SUCCEEDED


@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"# v2 git bundle\n"])
def test_what_a_person_reads_costs_no_worker_a_look(cast: Cast, head: bytes) -> None:
    item = some_evidence(cast.deal, by=cast.founder, filename="deck.pdf", content=head)
    assert consider_evidence(item=item) is None
    assert Artifact.objects.get(evidence=item).guessed_kind == "document"


def test_evidence_that_arrives_is_looked_at_without_being_asked(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        some_evidence(cast.deal, by=cast.founder, filename="log.csv", content=a_log(60))
    assert RoomRun.objects.get().purpose == RoomRun.Purpose.LOOK
    assert unconsidered() == []


def test_what_arrived_while_nobody_listened_is_found_by_the_sweep(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    assert unconsidered() == [item]


# A measurement --------------------------------------------------------------------------------


def test_a_confirmed_log_is_measured_with_intervals(cast: Cast) -> None:
    run = confirmed(an_artifact(cast.deal, a_log(), by=cast.founder), by=cast.analyst)
    assert (run.state, run.failure) == (RoomRun.State.SUCCEEDED, "")
    facts = facts_on(cast)
    accuracy = facts["accuracy"]
    assert isinstance(accuracy, dict)
    assert (facts["rows"], facts["labelled"]) == (1200, 1200)
    assert accuracy["value"] == pytest.approx(0.9)
    low, high = accuracy["interval"]
    assert 0.87 < low < 0.9 < high < 0.93
    assert set(facts["groups"]["region"]) == {"A", "B"}  # type: ignore[index] # facts are JSON


def test_a_registry_traces_the_predictions_of_the_log(cast: Cast) -> None:
    confirmed(an_artifact(cast.deal, a_log(), by=cast.founder), by=cast.analyst)
    assert "traceable_to_model" not in facts_on(cast)
    registry = an_artifact(cast.deal, a_registry(), by=cast.founder, filename="registry.json")
    assert registry.guessed_kind == "model-registry"
    confirmed(registry, by=cast.analyst)
    facts = facts_on(cast)
    assert facts["traceable_to_model"] == pytest.approx(2 / 3, abs=1e-6)
    assert facts["trace"]["first_broken_link"] == "registration"  # type: ignore[index] # facts are JSON
    assert len(facts["trace"]["chains"]) > 0  # type: ignore[index] # facts are JSON


def test_facts_come_back_from_the_database_as_they_were_measured(cast: Cast) -> None:
    confirmed(an_artifact(cast.deal, a_log(), by=cast.founder), by=cast.analyst)
    (artifact,) = proof_of(cast.deal).artifacts
    assert artifact.facts is not None
    assert artifact.facts.document() == facts_on(cast)


def test_a_corrected_column_measures_again_and_keeps_what_was_measured(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(), by=cast.founder)
    first = confirmed(artifact, by=cast.analyst, columns={**LOG_COLUMNS, "label": "predicted"})
    artifact.refresh_from_db()
    second = confirmed(artifact, by=cast.analyst, columns=LOG_COLUMNS)
    assert facts_on(cast)["accuracy"]["value"] == pytest.approx(0.9)  # type: ignore[index] # facts are JSON
    before = first.measured.get()
    assert before.facts.get("accuracy", {}).get("value") != pytest.approx(0.9)
    assert second.measured.get().columns["label"] == "actual"


def test_a_file_whose_inputs_are_the_same_is_not_read_again(cast: Cast) -> None:
    confirmed(an_artifact(cast.deal, a_log(), by=cast.founder), by=cast.analyst)
    sample = an_artifact(cast.deal, b"a,b\n1,2\n3,4\n", by=cast.founder, filename="sample.csv")
    confirmed(sample, by=cast.analyst, kind="document")
    first, second = [
        run.measured.get(path="predictions.csv")
        for run in RoomRun.objects.measurements().order_by("created_at")
    ]
    assert first.inputs == second.inputs
    assert first.facts == second.facts


def test_of_two_who_say_what_a_file_is_the_second_is_told(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(60), by=cast.founder)
    seen = artifact.revision
    said = Said("prediction-log", LOG_COLUMNS)
    confirm_artifact(actor=cast.analyst, artifact=artifact, said=said, revision=seen)
    with pytest.raises(Conflict, match="Someone else"):
        confirm_artifact(
            actor=cast.analyst, artifact=artifact, said=Said("document"), revision=seen
        )
    artifact.refresh_from_db()
    assert artifact.kind == "prediction-log"


@pytest.mark.parametrize("who", ["founder", "reviewer", "outsider"])
def test_only_who_runs_the_deal_says_what_a_file_is(cast: Cast, who: str) -> None:
    artifact = an_artifact(cast.deal, a_log(60), by=cast.founder)
    with pytest.raises(PermissionDenied):
        confirm_artifact(
            actor=getattr(cast, who), artifact=artifact, said=Said("document"), revision=1
        )


def test_two_corrections_in_a_row_wait_for_one_measurement(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(60), by=cast.founder)
    one = confirm_artifact(actor=cast.analyst, artifact=artifact, said=Said("document"), revision=1)
    two = confirm_artifact(
        actor=cast.analyst, artifact=artifact, said=Said("prediction-log", LOG_COLUMNS), revision=2
    )
    assert one == two


CARD = b"""---
license: apache-2.0
---
# Churn model

## Evaluation

| Metric | Value |
| --- | --- |
| Accuracy | 0.97 |
"""


def test_what_a_model_card_states_is_a_claim_that_follows_the_card(cast: Cast) -> None:
    confirmed(an_artifact(cast.deal, a_log(), by=cast.founder), by=cast.analyst)
    card = an_artifact(cast.deal, CARD, by=cast.founder, filename="MODEL_CARD.md")
    assert card.guessed_kind == "model-card"
    confirmed(card, by=cast.analyst)
    claim = cast.deal.claims.get()
    assert (claim.source, claim.fields) == ("model-card", {"metric": "accuracy", "value": 0.97})
    assert claim.verdict is not None
    assert claim.verdict.verdict == "contradicted"
    better = Upload("MODEL_CARD.md", [CARD.replace(b"0.97", b"0.89")])
    add_version(actor=cast.founder, item=card.evidence, upload=better)
    run = request_measurement(actor=cast.analyst, deal=cast.deal)
    execute_room_run(run.pk)
    claim.refresh_from_db()
    assert claim.verdict is not None
    assert (claim.fields["value"], claim.verdict.verdict) == (0.89, "supported")


# Damage ---------------------------------------------------------------------------------------

DAMAGED = {
    "truncated Parquet": (b"PAR1" + b"\0" * 40, "log.parquet"),
    "an Excel workbook": (b"PK\x03\x04\x14\0\0\0\0\0xl/workbook.xml", "log.xlsx"),
    "a zip named .csv": (b"PK\x03\x04\x14\0\0\0\0\0log.csv", "log.csv"),
    "shifting columns": (b"id,label\n1,0\n2,1,7,8\n3\n", "log.csv"),
    "no columns in common": (b"a,b\n1,2\n", "log.csv"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_says_why_in_a_sentence_and_the_rest_is_measured(
    cast: Cast, damage: str
) -> None:
    content, filename = DAMAGED[damage]
    confirmed(an_artifact(cast.deal, a_log(), by=cast.founder), by=cast.analyst)
    broken = an_artifact(cast.deal, content, by=cast.founder, filename=filename)
    run = confirmed(broken, by=cast.analyst, kind="prediction-log", columns=LOG_COLUMNS)
    assert run.state == RoomRun.State.SUCCEEDED
    row = run.measured.get(artifact=broken)
    assert row.facts == {}
    assert row.trouble.endswith(".")
    assert row.trouble.count("\n") == 0
    assert "Traceback" not in row.trouble
    assert run.measured.get(path="predictions.csv").facts["rows"] == 1200
    broken.evidence.refresh_from_db()
    assert broken.evidence.withdrawn_at is None


# What comes and goes --------------------------------------------------------------------------


def test_what_is_withdrawn_no_longer_counts(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(), by=cast.founder)
    confirmed(artifact, by=cast.analyst)
    withdraw_evidence(actor=cast.founder, item=artifact.evidence, because="Wrong quarter.")
    run = forget_withdrawn(item=artifact.evidence)
    assert run is not None
    execute_room_run(run.pk)
    assert measured_now(cast.deal) == ()


def test_what_is_left_out_no_longer_counts_and_comes_back(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(), by=cast.founder)
    confirmed(artifact, by=cast.analyst)
    for out, left in ((True, 0), (False, 1)):
        run = leave_out(actor=cast.analyst, artifact=artifact, left_out=out)
        assert run is not None
        execute_room_run(run.pk)
        assert len(measured_now(cast.deal)) == left


def test_a_newer_version_keeps_what_was_said_of_the_earlier(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(), by=cast.founder)
    confirmed(artifact, by=cast.analyst)
    add_version(
        actor=cast.founder, item=artifact.evidence,
        upload=Upload("predictions.csv", [a_log(1200, right=8)]),
    )  # fmt: skip
    look = consider_evidence(item=artifact.evidence)
    assert look is not None
    execute_room_run(look.pk)
    run = request_measurement(actor=cast.analyst, deal=cast.deal)
    execute_room_run(run.pk)
    assert facts_on(cast)["accuracy"]["value"] == pytest.approx(0.8)  # type: ignore[index] # facts are JSON


def test_a_run_that_another_worker_has_is_left_alone(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(60), by=cast.founder)
    run = confirm_artifact(actor=cast.analyst, artifact=artifact, said=Said("document"), revision=1)
    RoomRun.objects.filter(pk=run.pk).update(state=RoomRun.State.RUNNING, lease_holder=uuid.uuid4())
    execute_room_run(run.pk)
    assert not run.measured.exists()


def test_who_said_what_is_in_the_activity(cast: Cast) -> None:
    confirmed(an_artifact(cast.deal, a_log(60), by=cast.founder), by=cast.analyst)
    said = Activity.objects.filter(deal=cast.deal, verb__in=("artifact.confirm", "room.measure"))
    assert [each.text for each in said.order_by("id")] == [
        "confirmed that predictions.csv is a prediction log",
        "measured 1 file of the data room",
    ]


# Cancelling -----------------------------------------------------------------------------------


def test_a_measurement_that_waits_is_cancelled_and_what_was_measured_stands(cast: Cast) -> None:
    confirmed(an_artifact(cast.deal, a_log(), by=cast.founder), by=cast.analyst)
    before = facts_on(cast)
    run = request_measurement(actor=cast.analyst, deal=cast.deal)
    assert cancel_measurement(actor=cast.analyst, deal=cast.deal) == 1
    assert cancel_measurement(actor=cast.analyst, deal=cast.deal) == 0
    execute_room_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.measured.count()) == (RoomRun.State.CANCELLED, 0)
    assert facts_on(cast) == before
    assert Activity.objects.filter(verb="room.cancel").count() == 1


def test_a_measurement_that_is_cancelled_while_it_runs_stores_nothing(cast: Cast) -> None:
    artifact = an_artifact(cast.deal, a_log(), by=cast.founder)
    run = confirm_artifact(
        actor=cast.analyst, artifact=artifact, said=Said("prediction-log", LOG_COLUMNS), revision=1
    )
    holder = jobs.claim(RoomRun, run.pk, stage="Opening the files")
    assert holder is not None
    cancel_measurement(actor=cast.analyst, deal=cast.deal)
    assert not jobs.renew(jobs.held(RoomRun, run.pk, holder), stage="x", done=1, total=1)
    assert not Measured.objects.exists()


@pytest.mark.parametrize("who", ["founder", "outsider", "reviewer"])
def test_only_the_team_cancels(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        cancel_measurement(actor=getattr(cast, who), deal=cast.deal)
