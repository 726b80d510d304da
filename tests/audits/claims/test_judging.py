"""Claims: what is not found is never held against the claim."""

from typing import Any

import pytest
from msgspec.structs import replace

from audits.claims.judging import RULES, judge_claims
from audits.engine.claiming import Claim, ClaimVerdict, Scalar, Standing
from audits.engine.inventory import Inventory, Package
from audits.engine.types import Grade, Verdict
from tests.audits.claims.holding import a_log, a_registry, held, versions
from tests.audits.literal import DRIFT


def verdict(claim: Claim, found: Verdict = Verdict.NO) -> ClaimVerdict:
    (judged,) = judge_claims([claim], [replace(DRIFT, verdict=found)])
    return judged


@pytest.mark.parametrize("found", [v for v in Verdict if v is not Verdict.YES])
def test_a_practice_that_is_not_seen_is_unsupported(found: Verdict) -> None:
    judged = verdict(Claim("c", "practice", fields={"practice": "drift-detection"}), found)
    assert judged.verdict is Standing.UNSUPPORTED
    assert judged.because.endswith(": a library is declared | and unused.")


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


def test_a_package_that_nothing_uses_is_declared_and_unused() -> None:
    asked = Inventory(packages=(Package("pypi", "Evidently", "0.4", "requirements.txt", 4),))
    claim = Claim("c", "practice", fields={"practice": "drift-detection"})
    (judged,) = judge_claims([claim], [replace(DRIFT, verdict=Verdict.NO)], inventory=asked)
    assert judged.verdict is Standing.UNSUPPORTED
    assert judged.because.startswith(
        "drift-detection is declared and unused: requirements.txt asks for Evidently, but "
    )
    assert (judged.evidence[0].path, judged.evidence[0].line) == ("requirements.txt", 4)


@pytest.mark.parametrize("kind", sorted(RULES))
@pytest.mark.parametrize("nonsense", ["", "?", -1, True, float("nan"), 10**400, "9" * 500])
def test_nonsense_in_the_fields_is_one_sentence(kind: str, nonsense: Scalar) -> None:
    names = ("metric", "value", "window_days", "target", "practice", "days", "group", "max_gap")
    fields: Any = dict.fromkeys(names, nonsense)
    judged = held(kind, a_log(), a_registry(*versions("2026-01-01")), **fields)
    assert judged.verdict in (Standing.UNSUPPORTED, Standing.UNTESTABLE)
    assert len(judged.because) < 300


def test_every_kind_of_the_contract_is_known() -> None:
    assert {*RULES} == {
        "metric", "traceability", "practice", "retraining-cadence", "stable-performance",
        "stable-inputs", "fairness", "own-model", "statement",
    }  # fmt: skip


def test_nothing_is_contradicted_without_evidence() -> None:
    with pytest.raises(ValueError, match="without evidence"):
        ClaimVerdict("c", "metric", Standing.CONTRADICTED, "It is lower.")
