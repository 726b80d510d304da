"""Whether the model in use is watched."""

import pytest

from tests.audits.examining import ASKS, TRAINS, judged, verdict

PRACTICE = "model-monitoring"
EXPORTS = """\
from prometheus_client import {kind}

METRIC = {kind}("{name}", "what it says")
"""
IMAGE = 'FROM python:3.12\nCOPY . .\nCMD ["python", "serve.py"]\n'


@pytest.mark.parametrize(
    "other",
    [
        {"README.md": "The model is monitored with Prometheus."},
        {"requirements.txt": "prometheus-client==0.20\n"},
        {"serve.py": "import sentry_sdk\n\nsentry_sdk.init('https://acme.test')\n"},
        {"serve.py": "def health():\n    return 'ok'\n"},
        {"tests/test_serve.py": EXPORTS.format(kind="Gauge", name="model_accuracy")},
    ],
)
def test_words_health_checks_error_trackers_and_tests_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "Dockerfile": IMAGE, **other}) == "no"


def test_times_and_counts_are_partly() -> None:
    exports = EXPORTS.format(kind="Counter", name="predictions_total")
    files = {"train.py": TRAINS, "Dockerfile": IMAGE, "serve.py": exports}
    assert verdict(PRACTICE, files) == "partly"


def test_traces_are_partly() -> None:
    traces = "from langfuse import Langfuse\n\nclient = Langfuse()\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "serve.py": traces}) == "partly"


def test_a_gauge_of_quality_that_nothing_runs_is_partly() -> None:
    exports = EXPORTS.format(kind="Gauge", name="model_accuracy")
    assert verdict(PRACTICE, {"train.py": TRAINS, "watch.py": exports}) == "partly"


def test_the_distribution_of_predictions_in_a_service_is_a_yes() -> None:
    exports = EXPORTS.format(kind="Histogram", name="prediction_score")
    files = {"train.py": TRAINS, "Dockerfile": IMAGE, "serve.py": exports}
    outcome = judged(PRACTICE, files)
    assert (outcome.verdict.value, outcome.grade.value) == ("yes", "E3")


METER = """\
from watching import meter

METRIC = meter.create_histogram("{name}", unit="1")
"""
COUNTER = """\
from watching import {counter}

def count(said):
    {counter}.labels({by}=said).inc()
"""


@pytest.mark.parametrize(
    "exports",
    [
        METER.format(name="fraud_prediction_score"),
        COUNTER.format(counter="PREDICTIONS", by="predicted_class"),
        COUNTER.format(counter="prediction_counter", by="label"),
    ],
)
def test_a_meter_made_elsewhere_and_a_count_by_class_are_a_yes(exports: str) -> None:
    files = {"train.py": TRAINS, "Dockerfile": IMAGE, "serve.py": exports}
    assert verdict(PRACTICE, files) == "yes"


@pytest.mark.parametrize(
    "exports",
    [
        METER.format(name="http_latency_seconds"),
        METER.format(name="predictions_total"),
        COUNTER.format(counter="REQUESTS", by="label"),
        COUNTER.format(counter="PREDICTIONS", by="endpoint"),
    ],
)
def test_a_meter_of_requests_and_a_count_by_address_are_no_signal(exports: str) -> None:
    files = {"train.py": TRAINS, "Dockerfile": IMAGE, "serve.py": exports}
    assert verdict(PRACTICE, files) != "yes"


def test_without_machine_learning_the_question_does_not_arise() -> None:
    exports = EXPORTS.format(kind="Histogram", name="prediction_score")
    assert verdict(PRACTICE, {"serve.py": exports}) == "n/a"


def test_calls_that_go_through_a_recording_host_are_partly() -> None:
    sends = 'const url = "https://oai.helicone.ai/v1";\n'
    assert verdict(PRACTICE, {"ask.py": ASKS, "lib/ai.ts": sends}) == "partly"
    assert verdict(PRACTICE, {"ask.py": ASKS, "lib/ai.ts": f"// {sends}"}) == "no"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"ask.py": ASKS}, "CREATE TABLE films (id int, film_id int, rating int);"),
        ({"ask.py": ASKS}, "CREATE TABLE messages (id int, body text);"),
        ({"train.py": TRAINS}, "CREATE TABLE votes (message_id int, up boolean);"),
    ],
)
def test_other_ratings_and_messages_alone_are_a_no(files: dict[str, str], expected: str) -> None:
    assert verdict(PRACTICE, {**files, "db/schema.sql": expected}) == "no"


@pytest.mark.parametrize(
    ("files", "table"),
    [
        ({"ask.py": ASKS}, "CREATE TABLE votes (chat_id int, message_id int, up boolean);"),
        ({"train.py": TRAINS}, "CREATE TABLE feedback (prediction_id int, right boolean);"),
    ],
)
def test_what_users_think_of_an_answer_is_a_yes_where_it_is_kept(
    files: dict[str, str], table: str
) -> None:
    assert verdict(PRACTICE, {**files, "db/schema.sql": table}) == "yes"


SERVES = """\
import joblib
from fastapi import FastAPI

app = FastAPI()
model = joblib.load("m.bin")

@app.post("/predict")
def predict(x: float):
    y = model.predict([[x]])
    {keep}(x, y)
    return y

def {keep}(x, y):
    frame(x, y).to_csv("seen.csv", mode="a")
"""
WATCHES = """\
from evidently.report import Report

Report(metrics=[]).run(reference_data=1, current_data=2)
"""


@pytest.mark.parametrize(("keep", "expected"), [("show", "partly"), ("log_prediction", "yes")])
def test_a_monitor_run_by_hand_counts_where_the_service_keeps_what_it_watches(
    keep: str, expected: str
) -> None:
    files = {"train.py": TRAINS, "api.py": SERVES.format(keep=keep), "watch/drift.py": WATCHES}
    assert verdict(PRACTICE, files) == expected


FEEDBACK = """\
import boto3

table = boto3.resource("dynamodb").Table("t")

def {name}(item):
    table.put_item(Item={{{fields}}})
    return {{"message": "thanks"}}
"""


@pytest.mark.parametrize(
    ("base", "name", "fields", "expected"),
    [
        (ASKS, "add_feedback", '"email": item.mail, "message": item.text', "no"),
        (ASKS, "add_user", '"completion": item.completion', "no"),
        (TRAINS, "add_feedback", '"completion": item.completion', "no"),
        (ASKS, "add_feedback", '"completion": item.completion, "vote": item.vote', "yes"),
        (ASKS, "save_rating", '"messageId": item.id', "yes"),
        (ASKS, "update_message_feedback", '"id": item.id', "yes"),
        (TRAINS, "store_feedback", '"prediction": item.prediction', "yes"),
    ],
)
def test_a_function_that_keeps_what_users_think_of_an_answer_is_a_yes(
    base: str, name: str, fields: str, expected: str
) -> None:
    keeps = FEEDBACK.format(name=name, fields=fields)
    assert verdict(PRACTICE, {"model.py": base, "keep.py": keeps}) == expected


@pytest.mark.parametrize("method", ["upsert_item", "update_one", "put_object", "append_row"])
def test_feedback_may_be_a_field_of_a_document_or_an_object_of_a_bucket(method: str) -> None:
    keeps = FEEDBACK.format(name="rate_answer_feedback", fields='"id": item.id')
    files = {"ask.py": ASKS, "keep.py": keeps.replace("put_item", method)}
    assert verdict(PRACTICE, files) == "yes"
    assert verdict(PRACTICE, files | {"keep.py": keeps.replace("put_item", "get_item")}) == "no"


def test_what_an_example_keeps_of_feedback_is_no_signal() -> None:
    keeps = FEEDBACK.format(name="add_feedback", fields='"completion": item.completion')
    assert verdict(PRACTICE, {"ask.py": ASKS, "examples/keep.py": keeps}) == "no"
