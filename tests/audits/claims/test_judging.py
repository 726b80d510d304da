"""Claims: what is not found is never held against the claim."""

from dataclasses import replace

import pytest

from audits.claims.judging import MEASURED, RULES, judge_claims
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.types import Grade, Verdict
from tests.audits.literal import DRIFT


def verdict(claim: Claim, found: Verdict = Verdict.NO) -> ClaimVerdict:
    (judged,) = judge_claims([claim], [replace(DRIFT, verdict=found)])
    return judged


@pytest.mark.parametrize("found", [v for v in Verdict if v is not Verdict.YES])
def test_a_practice_that_is_not_seen_is_unsupported(found: Verdict) -> None:
    judged = verdict(Claim("c", "practice", fields={"practice": "drift-detection"}), found)
    assert judged.verdict is Standing.UNSUPPORTED
    assert judged.because.endswith(": a library is declared | and unused")


def test_a_practice_that_nobody_examines_is_unsupported() -> None:
    judged = verdict(Claim("c", "practice", fields={"practice": "telepathy"}))
    assert judged.verdict is Standing.UNSUPPORTED
    assert judged.because == "The practice 'telepathy' is not one that is examined."


def test_a_practice_that_is_seen_is_supported_with_its_evidence() -> None:
    claim = Claim("c", "practice", fields={"practice": "drift-detection"})
    judged = verdict(claim, Verdict.YES)
    assert judged.verdict is Standing.SUPPORTED
    assert (judged.evidence, judged.grade) == (DRIFT.evidence, Grade.E1)


def test_a_statement_is_untestable() -> None:
    assert verdict(Claim("c", "statement", "The best team")).verdict is Standing.UNTESTABLE


@pytest.mark.parametrize("kind", MEASURED)
def test_without_a_figure_a_measured_claim_is_unsupported(kind: str) -> None:
    judged = verdict(Claim("c", kind, fields={"value": 0.93}))
    assert judged.verdict is Standing.UNSUPPORTED
    assert judged.because.startswith("No figure could be measured that would decide it; it takes ")
    assert judged.claimed == 0.93


def test_every_kind_of_the_contract_is_known() -> None:
    assert {*RULES, *MEASURED} == {
        "metric", "traceability", "practice", "retraining-cadence", "stable-performance",
        "stable-inputs", "fairness", "own-model", "statement",
    }  # fmt: skip


def test_nothing_is_contradicted_without_evidence() -> None:
    with pytest.raises(ValueError, match="without evidence"):
        ClaimVerdict("c", "metric", Standing.CONTRADICTED, "It is lower.")
