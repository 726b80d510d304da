"""A statement that no evidence could decide: it is kept and shown, and always untestable."""

from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.report import PracticeResult


def judge(claim: Claim, practices: dict[str, PracticeResult]) -> ClaimVerdict:  # noqa: ARG001 - the shape of a rule
    """Says that it cannot be tested."""
    because = "This is an opinion or a promise; no evidence could decide it."
    return ClaimVerdict(claim.id, claim.kind, Standing.UNTESTABLE, because)
