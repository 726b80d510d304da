"""Claims that registries and samples decide: lineage, cadence, quality and inputs that hold."""

from typing import Any

import pytest

from audits.engine.claiming import Standing
from audits.facts.prediction_log import Origin, Period, Trend
from audits.facts.samples import FeatureDrift, SampleDrift
from audits.facts.traceability import Chain, Traceability
from tests.audits.claims.holding import a_log, a_registry, artifact, held, versions

SUPPORTED, CONTRADICTED, UNSUPPORTED = (
    Standing.SUPPORTED,
    Standing.CONTRADICTED,
    Standing.UNSUPPORTED,
)
CHAIN = Chain(5, "p5", "", "9", "", "", "", "registration", "Row 5 (p5) names version '9', …")
TRACE = Traceability(
    "registry.json", 1000, 0.9, 0.9, 0.6, "registration",
    {"registration": 100, "dataset": 300}, {"9": 100}, chains=(CHAIN,),
)  # fmt: skip
TRACED: Any = {"traceable_to_model": 0.9, "traceable_to_dataset": 0.6, "trace": TRACE}


# Traceability


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        ("model", 0.9, SUPPORTED), ("model", 90, SUPPORTED), ("dataset", 0.6, SUPPORTED),
        ("dataset", 0.5, SUPPORTED), ("model", 0.91, CONTRADICTED), ("dataset", 1, CONTRADICTED),
        ("Dataset", "100%", CONTRADICTED), ("moon", 1, UNSUPPORTED), ("model", None, UNSUPPORTED),
    ],
)  # fmt: skip
def test_the_share_decides(target: str, value: Any, verdict: Standing) -> None:
    found = held("traceability", a_log(**TRACED), target=target, value=value)
    assert found.verdict is verdict


def test_a_broken_chain_is_pointed_at() -> None:
    found = held("traceability", a_log(**TRACED), a_registry(*versions("2026-01-01")),
                 target="model", value=1)  # fmt: skip
    assert found.because == (
        "90% of the 1,000 predictions in log.csv lead to a registered model, less than the "
        "claimed 100%: 100 rows name a version that the registry does not have."
    )
    assert [e.note for e in found.evidence] == [
        "traceable_to_model: 90% of 1,000 rows", CHAIN.told, "has no version 9",
    ]  # fmt: skip


def test_without_a_registry_nothing_is_held_against_lineage() -> None:
    assert held("traceability", a_log(), target="model", value=1).verdict is UNSUPPORTED
    assert held("traceability", target="model", value=1).verdict is UNSUPPORTED


# Cadence


def cadence(days: Any, *artifacts: Any) -> Any:
    return held("retraining-cadence", *artifacts, days=days)


MONTHLY = versions("2026-04-01", "2026-05-01", "2026-06-01")


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(31, SUPPORTED), (45, SUPPORTED), (30.5, SUPPORTED), (29, CONTRADICTED), (7, CONTRADICTED),
     (0, UNSUPPORTED), (None, UNSUPPORTED), ("soon", UNSUPPORTED)],
)  # fmt: skip
def test_gap_and_age_decide(days: Any, verdict: Standing) -> None:
    assert cadence(days, a_registry(*MONTHLY), a_log()).verdict is verdict


def test_a_newest_version_that_is_too_old_contradicts() -> None:
    found = cadence(40, a_registry(*MONTHLY), a_log(last="2026-09-01T00:00:00Z"))
    assert found.verdict is CONTRADICTED
    assert found.because.startswith("The newest version, 3 of 2026-06-01, was 92 days old when")
    assert found.measured == 92


def test_one_version_has_only_its_age() -> None:
    one = a_registry(*versions("2026-06-01"))
    assert cadence(40, one, a_log()).verdict is SUPPORTED
    assert cadence(20, one, a_log()).verdict is CONTRADICTED
    assert cadence(40, one).verdict is UNSUPPORTED


def test_a_version_newer_than_the_log_is_not_old() -> None:
    log = a_log(last="2026-05-15T00:00:00Z")
    assert cadence(35, a_registry(*MONTHLY), log).verdict is SUPPORTED


def test_without_a_log_only_a_gap_that_is_too_long_decides() -> None:
    assert cadence(45, a_registry(*MONTHLY)).verdict is UNSUPPORTED
    assert cadence(7, a_registry(*MONTHLY)).verdict is CONTRADICTED


def test_other_models_of_the_registry_are_no_gap() -> None:
    others = versions("2025-01-01", "2026-01-01", name="old", first=50)
    assert cadence(45, a_registry(*others, *MONTHLY), a_log(origins=(Origin("3", "", 9),))
                   ).verdict is SUPPORTED  # fmt: skip


def test_models_that_may_both_be_meant_contradict_only_together() -> None:
    others = versions("2025-01-01", "2026-01-01", name="old", first=50)
    log = a_log(origins=())
    assert cadence(45, a_registry(*others, *MONTHLY), log).verdict is UNSUPPORTED
    assert cadence(7, a_registry(*others, *MONTHLY), log).verdict is CONTRADICTED


def test_without_a_registry_or_dates_no_cadence() -> None:
    assert cadence(45, a_log()).verdict is UNSUPPORTED
    assert cadence(45, a_registry(), a_log()).verdict is UNSUPPORTED


# Quality over time

TREND = Trend("accuracy", -0.01, (-0.015, -0.005), 0.001, 0.06, 26, 1.0, 0.0)
PERIODS = (Period("2026-01-01", 40, 40, 0.93), Period("2026-06-22", 40, 40, 0.87))


def test_decay_contradicts_and_is_shown() -> None:
    log = a_log(decaying=True, trend=TREND, period="week", by_period=PERIODS)
    found = held("stable-performance", log)
    assert found.verdict is CONTRADICTED
    assert found.because == (
        "Accuracy in log.csv worsened by 6 points between 2026-01-01 and 2026-06-30, more than "
        "chance explains (p = 0.001 over 26 spans)."
    )
    assert [e.note for e in found.evidence][1:] == [
        "first week, from 2026-01-01: 93%, n = 40", "last week, from 2026-06-22: 87%, n = 40",
    ]  # fmt: skip


def test_no_decay_supports() -> None:
    assert held("stable-performance", a_log(decaying=False, trend=TREND)).verdict is SUPPORTED


def test_no_trend_decides_nothing() -> None:
    log = a_log(decaying=None, refused={"decaying": "a trend needs 6 periods"})
    found = held("stable-performance", log)
    assert found.verdict is UNSUPPORTED
    assert found.because == "log.csv shows no trend either way: a trend needs 6 periods."
    assert held("stable-performance").verdict is UNSUPPORTED


# Inputs


def samples(*drifted: str, features: tuple[str, ...] = ("age", "plan")) -> Any:
    drift = {f: FeatureDrift("KS", 0.2, 1e-9, 0.3, f in drifted, 0.1, 0, 0) for f in features}
    facts = SampleDrift(500, features, "reference.csv", 500, drift, drifted)
    return artifact("current.csv", "current-sample", facts)


def test_a_drifted_feature_contradicts_and_is_shown() -> None:
    found = held("stable-inputs", samples("plan"))
    assert found.verdict is CONTRADICTED
    assert found.because.startswith("1 of 2 features drifted between 500 rows of reference.csv")
    assert found.evidence[0].note == "features.plan: KS 0.2, p = 1e-09, PSI 0.3"


def test_samples_without_drift_support() -> None:
    assert held("stable-inputs", samples()).verdict is SUPPORTED


def test_samples_that_cannot_be_compared_decide_nothing() -> None:
    assert held("stable-inputs", samples(features=())).verdict is UNSUPPORTED
    assert held("stable-inputs").verdict is UNSUPPORTED
