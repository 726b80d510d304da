"""A statement that no evidence could decide: it is kept and shown, and always untestable."""

from audits.claims.basis import Basis
from audits.claims.verdicts import verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:  # noqa: ARG001 - the shape of a rule
    """Says that it cannot be tested."""
    because = "This is an opinion or a promise; no evidence could decide it."
    return verdict(claim, Standing.UNTESTABLE, because)
