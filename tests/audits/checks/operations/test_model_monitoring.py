"""Whether the model in use is watched."""

import pytest

from tests.audits.examining import TRAINS, judged, verdict

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


def test_without_machine_learning_the_question_does_not_arise() -> None:
    exports = EXPORTS.format(kind="Histogram", name="prediction_score")
    assert verdict(PRACTICE, {"serve.py": exports}) == "n/a"
