"""Gaps between groups: small groups never accuse, and several of them cost evidence."""

from typing import Any

import pytest

from audits.engine.claiming import Standing
from audits.engine.measured import Figure
from audits.facts.prediction_log import GroupFigures
from tests.audits.claims.holding import a_log, groups, held

SUPPORTED, CONTRADICTED, UNSUPPORTED = (
    Standing.SUPPORTED,
    Standing.CONTRADICTED,
    Standing.UNSUPPORTED,
)


def fair(found: Any, most: Any = 0.05, group: str = "region", metric: str = "accuracy") -> Any:
    return held("fairness", a_log(groups=found), metric=metric, group=group, max_gap=most)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (groups(A=(0.9, 5000), B=(0.88, 5000)), SUPPORTED),
        (groups(A=(0.9, 5000), B=(0.85, 5000)), SUPPORTED),
        (groups(A=(0.9, 5000), B=(0.84, 5000)), UNSUPPORTED),
        (groups(A=(0.9, 5000), B=(0.8, 5000)), CONTRADICTED),
        (groups(A=(0.9, 5000), B=(0.5, 4)), UNSUPPORTED),
        (groups(A=(1.0, 3), B=(0.0, 3)), UNSUPPORTED),
        (groups(A=(0.9, 5000), B=(0.89, 5000), C=(0.0, 2)), UNSUPPORTED),
        (groups(A=(0.9, 5000), B=(0.8, 5000), C=(0.5, 4)), CONTRADICTED),
    ],
)  # fmt: skip
def test_only_a_significant_gap_contradicts(found: Any, verdict: Standing) -> None:
    assert fair(found).verdict is verdict


def test_many_groups_cost_evidence() -> None:
    two = groups(A=(0.9, 1000), B=(0.8, 1000))
    many = groups(A=(0.9, 1000), B=(0.8, 1000), **{f"g{n}": (0.87, 1000) for n in range(20)})
    assert fair(two).verdict is CONTRADICTED
    assert fair(many).verdict is UNSUPPORTED


def test_a_decisive_gap_is_shown_not_the_widest() -> None:
    found = fair(groups(A=(0.9, 5000), B=(0.8, 5000), C=(0.5, 4)))
    assert found.because == (
        "Accuracy by region in log.csv is 90% for A and 80% for B, a gap of 10 points, "
        "significantly more than the claimed 5 points."
    )
    assert (found.measured, len(found.evidence)) == (0.1, 2)
    assert found.interval[0] < 0.1 < found.interval[1]


def test_rows_without_a_group_are_no_group() -> None:
    named = {"region": {**groups(A=(0.9, 5000), B=(0.89, 5000))["region"],
                        "(missing)": GroupFigures(5000, 5000, accuracy=0.2)}}  # fmt: skip
    assert fair(named).verdict is SUPPORTED


def test_errors_are_better_when_they_are_lower() -> None:
    found = {"region": {
        "A": GroupFigures(900, 900, mae=1.0, interval=(0.95, 1.05)),
        "B": GroupFigures(900, 900, mae=2.0, interval=(1.9, 2.1)),
    }}  # fmt: skip
    judged = fair(found, most=0.5, metric="mae")
    assert judged.verdict is CONTRADICTED
    assert "is 1 for A and 2 for B, a gap of 1," in judged.because
    assert fair(found, most=1.5, metric="mae").verdict is SUPPORTED


@pytest.mark.parametrize(("low", "verdict"), [(0.55, CONTRADICTED), (0.2, UNSUPPORTED)])
def test_other_metrics_by_their_own_interval(low: float, verdict: Standing) -> None:
    found = {"region": {
        "A": GroupFigures(900, 900, f1=Figure(0.9, (0.88, 0.92), 900)),
        "B": GroupFigures(900, 900, f1=Figure(0.6, (low, 1.2 - low), 900)),
    }}  # fmt: skip
    assert fair(found, metric="f1").verdict is verdict


@pytest.mark.parametrize(
    ("group", "metric", "most", "sentence"),
    [
        ("", "accuracy", 0.05, "The claim names no group, so nothing can be compared."),
        ("gender", "accuracy", 0.05, "log.csv has no groups by 'gender'; it has region."),
        ("region", "charm", 0.05, "'charm' is not a metric that is measured by group."),
        ("region", "roc_auc", 0.05, "log.csv has no group by 'region' for which ROC AUC can be"),
        ("region", "accuracy", None, "The claim names no max gap, so nothing can be held against"),
        ("region", "accuracy", "tiny", "The max gap 'tiny' of the claim is not a number."),
    ],
)
def test_what_makes_no_sense_is_said(group: str, metric: str, most: Any, sentence: str) -> None:
    found = fair(groups(A=(0.9, 500), B=(0.5, 500)), most, group, metric)
    assert found.verdict is UNSUPPORTED
    assert found.because.startswith(sentence)


def test_the_column_is_found_in_another_spelling() -> None:
    assert fair(groups(A=(0.9, 500), B=(0.89, 500)), group="Region").verdict is SUPPORTED


def test_one_group_alone_is_not_compared() -> None:
    assert fair(groups(A=(0.9, 500))).verdict is UNSUPPORTED
    assert held("fairness", group="region", max_gap=0.1, metric="accuracy").verdict is UNSUPPORTED
