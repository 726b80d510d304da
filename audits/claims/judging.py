"""The rules by kind of claim, and the one way to put claims to them."""

from collections.abc import Callable, Iterable, Mapping

from audits.claims import (
    fairness,
    metric,
    own_model,
    practice,
    retraining_cadence,
    stable_inputs,
    stable_performance,
    statement,
    traceability,
)
from audits.claims.basis import Basis
from audits.engine.claiming import Claim, ClaimVerdict
from audits.engine.inventory import Inventory
from audits.engine.report import Artifact, PracticeResult

Rule = Callable[[Claim, Basis], ClaimVerdict]

RULES: Mapping[str, Rule] = {
    "metric": metric.judge,
    "traceability": traceability.judge,
    "practice": practice.judge,
    "retraining-cadence": retraining_cadence.judge,
    "stable-performance": stable_performance.judge,
    "stable-inputs": stable_inputs.judge,
    "fairness": fairness.judge,
    "own-model": own_model.judge,
    "statement": statement.judge,
}


def judge_claims(
    claims: Iterable[Claim],
    practices: Iterable[PracticeResult],
    artifacts: Iterable[Artifact] = (),
    inventory: Inventory | None = None,
) -> tuple[ClaimVerdict, ...]:
    """A verdict for every claim, in their order."""
    basis = Basis.of(practices, artifacts, inventory)
    return tuple(RULES[claim.kind](claim, basis) for claim in claims)
