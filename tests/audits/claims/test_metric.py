"""A claimed metric: chance never contradicts, and what cannot be measured is said."""

from typing import Any

import pytest

from audits.engine.claiming import Standing
from audits.engine.measured import Figure
from audits.engine.types import Grade
from audits.facts.prediction_log import Window
from tests.audits.claims.holding import a_log, artifact, held

SUPPORTED, CONTRADICTED, UNSUPPORTED = (
    Standing.SUPPORTED,
    Standing.CONTRADICTED,
    Standing.UNSUPPORTED,
)


@pytest.mark.parametrize(
    ("metric", "value", "verdict"),
    [
        ("accuracy", 0.85, SUPPORTED), ("accuracy", 0.9, SUPPORTED), ("accuracy", 0.92, SUPPORTED),
        ("accuracy", 0.9201, CONTRADICTED), ("accuracy", 0.99, CONTRADICTED),
        ("accuracy", 92, SUPPORTED), ("accuracy", 93, CONTRADICTED), ("accuracy", "92%", SUPPORTED),
        ("accuracy", "93%", CONTRADICTED), ("Accuracy", "0.91", SUPPORTED),
        ("acc", 0.9, SUPPORTED),
        ("accuracy", 1, CONTRADICTED), ("mae", 2.5, SUPPORTED), ("mae", 1.9, SUPPORTED),
        ("mae", 1.89, CONTRADICTED), ("mae", 0.5, CONTRADICTED),
        ("Mean Absolute Error", 2, SUPPORTED), ("error rate", 0.08, SUPPORTED),
        ("error rate", "7%", CONTRADICTED), ("error_rate", 15, SUPPORTED),
    ],
)  # fmt: skip
def test_the_interval_decides(metric: str, value: Any, verdict: Standing) -> None:
    assert held("metric", a_log(), metric=metric, value=value).verdict is verdict


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "The claim names no metric, so nothing can be measured for it."),
        ({"metric": "wow", "value": 0.9}, "'wow' is not a metric that is measured here; it would "),
        ({"metric": "accuracy"}, "The claim names no value, so nothing can be held against it."),
        ({"metric": "accuracy", "value": "high"}, "The value 'high' of the claim is not a number."),
        ({"metric": "accuracy", "value": float("nan")}, "The value 'nan' of the claim is not a"),
        ({"metric": "accuracy", "value": True}, "The value 'True' of the claim is not a number."),
        ({"metric": "accuracy", "value": 940}, "The value 940 of the claim is no share from 0 to"),
        ({"metric": "accuracy", "value": -1}, "The value -1 of the claim is no share from 0 to"),
        ({"metric": "mae", "value": "5%"}, "The value '5%' is a share, not a plain number."),
        ({"metric": "accuracy", "value": 0.9, "window_days": "x"}, "The window of 'x' days in the"),
        ({"metric": "accuracy", "value": 0.9, "window_days": -3}, "The window of '-3' days in the"),
        ({"metric": "f1", "value": 0.9}, "F1 cannot be measured on log.csv: which of the classes"),
        ({"metric": "roc_auc", "value": 0.9}, "ROC AUC cannot be measured on log.csv: its columns"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_sentence(fields: dict[str, Any], sentence: str) -> None:
    found = held("metric", a_log(), **fields)
    assert found.verdict is UNSUPPORTED
    assert found.because.startswith(sentence)


def test_without_a_log_nothing_decides() -> None:
    found = held("metric", metric="accuracy", value=0.9)
    assert (found.verdict, found.claimed) == (UNSUPPORTED, 0.9)


def test_a_log_that_could_not_be_measured_says_why() -> None:
    broken = artifact("log.csv", "prediction-log", problem="log.csv ends within a row.")
    assert (
        held("metric", broken, metric="accuracy", value=0.9).because == "log.csv ends within a row."
    )


def test_the_last_days_are_measured_by_themselves() -> None:
    window = Window(accuracy=Figure(0.8, (0.75, 0.85), 200), days=30, rows=200, labelled=200)
    log = a_log(windows={30: window})
    found = held("metric", log, metric="accuracy", value=0.9, window_days=30)
    assert found.verdict is CONTRADICTED
    assert "over the last 30 days" in found.because
    assert found.evidence[0].note.startswith("windows.30.accuracy: 80%")


@pytest.mark.parametrize("window", [None, Window(days=30, rows=9, labelled=0)])
def test_last_days_that_cannot_be_measured_do_not_contradict(window: Window | None) -> None:
    log = a_log(windows={30: window} if window else {})
    assert held("metric", log, metric="accuracy", value=0.99, window_days=30).verdict is UNSUPPORTED


def test_a_figure_without_an_interval_never_contradicts() -> None:
    log = a_log(roc_auc=Figure(0.7, None, 50))
    assert held("metric", log, metric="auc", value=0.9).verdict is UNSUPPORTED
    assert held("metric", log, metric="auc", value=0.6).verdict is SUPPORTED


def test_logs_that_differ_neither_support_nor_contradict() -> None:
    other = a_log("b.csv", accuracy=Figure(0.99, (0.985, 0.995), 900))
    found = held("metric", a_log(), other, metric="accuracy", value=0.98)
    assert found.verdict is UNSUPPORTED
    assert found.because.startswith("The artifacts differ. ")
    assert {e.path for e in found.evidence} == {"log.csv", "b.csv"}


def test_what_is_said_and_shown() -> None:
    found = held("metric", a_log(), metric="accuracy", value=93)
    assert found.because == (
        "Accuracy on the 1,000 labelled rows of log.csv is 90% (95% interval 88% to 92%), all "
        "of it worse than the claimed 93% (93 is read as 0.93)."
    )
    assert (found.claimed, found.measured, found.interval) == (0.93, 0.9, (0.88, 0.92))


def test_rows_that_nothing_bears_out_keep_the_grade_of_a_file() -> None:
    bare = held("metric", a_log(), metric="accuracy", value=0.9)
    borne_out = held("metric", a_log(traceable_to_model=0.95), metric="accuracy", value=0.9)
    assert (bare.grade, borne_out.grade) == (Grade.E1, Grade.E5)
