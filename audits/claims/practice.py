"""A claimed practice is supported where the repository's verdict on it is yes.

It is never contradicted: that something was not found does not prove that it is not done.
"""

from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.report import PracticeResult
from audits.engine.types import Verdict

_WORDS = {
    Verdict.PARTLY: "is done only in part",
    Verdict.NO: "is not found in the repository",
    Verdict.NOT_APPLICABLE: "is not a question for this repository",
}


def judge(claim: Claim, practices: dict[str, PracticeResult]) -> ClaimVerdict:
    """Holds the claim against the verdict on its practice."""
    name = claim.text_of("practice")
    result = practices.get(name)
    if result is None:
        because = f"The practice {name!r} is not one that is examined."
        return ClaimVerdict(claim.id, claim.kind, Standing.UNSUPPORTED, because)
    if result.verdict is Verdict.YES:
        return ClaimVerdict(
            claim.id,
            claim.kind,
            Standing.SUPPORTED,
            f"The repository shows it: {result.because}",
            result.grade,
            evidence=result.evidence,
        )
    how = _WORDS.get(result.verdict, "could not be observed")
    return ClaimVerdict(
        claim.id,
        claim.kind,
        Standing.UNSUPPORTED,
        f"{name} {how}: {result.because}",
        result.grade,
        evidence=result.evidence,
    )
