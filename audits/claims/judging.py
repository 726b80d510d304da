"""The rules by kind of claim, and the one way to put claims to them."""

from collections.abc import Callable, Iterable

from audits.claims import practice, statement
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.report import PracticeResult

Rule = Callable[[Claim, dict[str, PracticeResult]], ClaimVerdict]

RULES: dict[str, Rule] = {"practice": practice.judge, "statement": statement.judge}
MEASURED = {
    "metric": "a log of predictions with labels",
    "traceability": "a log of predictions and a model registry",
    "retraining-cadence": "a model registry",
    "stable-performance": "a log of predictions with labels",
    "stable-inputs": "a reference sample and a current sample",
    "fairness": "a log of predictions with labels and groups",
    "own-model": "the product's model files",
}
"""Kinds that need a figure from the data room, and what it would be measured on."""


def judge_claims(
    claims: Iterable[Claim], practices: Iterable[PracticeResult]
) -> tuple[ClaimVerdict, ...]:
    """A verdict for every claim, in their order."""
    known = {result.id: result for result in practices}
    return tuple(RULES.get(claim.kind, _not_measured)(claim, known) for claim in claims)


def _not_measured(claim: Claim, practices: dict[str, PracticeResult]) -> ClaimVerdict:  # noqa: ARG001 - the shape of a rule
    because = f"No figure could be measured that would decide it; it takes {MEASURED[claim.kind]}."
    return ClaimVerdict(
        claim.id,
        claim.kind,
        Standing.UNSUPPORTED,
        because,
        claimed=claim.number_of("value"),
    )
