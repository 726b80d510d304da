"""Running checks: one broken check sinks nothing, and what makes no sense is not asked."""

from dataclasses import dataclass

from audits.engine.runner import run_checks
from audits.engine.types import (
    Check,
    Effort,
    Judgement,
    Nature,
    Needs,
    Verdict,
    no,
)


@dataclass(frozen=True)
class Gate:
    is_ml: bool
    trains: bool


def check(judge: object, needs: Needs | None = None, wants: type = str) -> Check:
    assert callable(judge)
    pairs = (("given", wants),)
    return Check("data/x", Nature.PRACTICE, needs, Effort.LOW, judge, pairs, "X is done.")


def refuse(given: str) -> Judgement:
    return no(f"looked at {given}")


def explode(given: str) -> Judgement:
    raise KeyError(given)


def run(entry: Check, gate: Gate | None) -> Judgement:
    (outcome,) = run_checks([entry], {str: "facts"}, gate)
    return outcome.judgement


def test_a_practice_of_training_is_not_asked_of_what_does_not_train() -> None:
    judged = run(check(refuse, Needs.TRAINING), Gate(is_ml=True, trains=False))
    assert judged.verdict is Verdict.NOT_APPLICABLE
    assert judged.because == "there is no training code in this repository"


def test_a_practice_of_ml_is_not_asked_where_there_is_none() -> None:
    for needs in (Needs.ML, Needs.TRAINING):
        judged = run(check(refuse, needs), Gate(is_ml=False, trains=False))
        assert judged.because == "there is no machine learning in this repository"


def test_without_an_identity_nothing_is_ruled_out() -> None:
    assert run(check(refuse, Needs.TRAINING), None).verdict is Verdict.NO


def test_a_missing_fact_makes_it_unknown() -> None:
    judged = run(check(refuse, wants=int), Gate(is_ml=True, trains=True))
    assert judged.verdict is Verdict.UNKNOWN
    assert judged.because == "could not be examined: no int could be read"


def test_a_check_that_fails_fails_alone() -> None:
    gate = Gate(is_ml=True, trains=True)
    first, second = run_checks([check(explode), check(refuse)], {str: "facts"}, gate)
    assert first.judgement.verdict is Verdict.ERROR
    assert first.judgement.because == "this check failed: KeyError: 'facts'"
    assert second.judgement == no("looked at facts")
