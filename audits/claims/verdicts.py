"""How a verdict is put together, and what becomes of several findings on one claim.

Where several artifacts could decide a claim and they differ, it is neither supported nor
contradicted: the sentence says that they differ. A startup is never accused by one file while
another one bears it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.types import Evidence, Grade


@dataclass(frozen=True)
class Measured:
    """The figures beside a verdict."""

    claimed: float | None = None
    value: float | None = None
    interval: tuple[float, float] | None = None


NOTHING = Measured()


def verdict(
    claim: Claim,
    standing: Standing,
    because: str,
    *,
    measured: Measured = NOTHING,
    grade: Grade = Grade.E0,
    evidence: Iterable[Evidence] = (),
) -> ClaimVerdict:
    """A verdict on a claim."""
    return ClaimVerdict(
        claim.id, claim.kind, standing, because, grade, measured.claimed, measured.value,
        measured.interval, tuple(evidence),
    )  # fmt: skip


def unsupported(
    claim: Claim,
    because: str,
    *,
    measured: Measured = NOTHING,
    evidence: Iterable[Evidence] = (),
) -> ClaimVerdict:
    """What would decide it is not there, or does not decide it."""
    return verdict(claim, Standing.UNSUPPORTED, because, measured=measured, evidence=evidence)


def together(claim: Claim, found: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """One verdict from those on each artifact; see the module's words.

    Those that decide nothing are passed over where others decide.
    """
    decided = [v for v in found if v.verdict is not Standing.UNSUPPORTED]
    if not decided:
        return found[0]
    first = decided[0]
    if all(v.verdict is first.verdict for v in decided):
        places = tuple(dict.fromkeys(e for v in decided for e in v.evidence))
        return replace(first, evidence=places)
    said = " But: ".join(v.because for v in decided[:3])
    places = tuple(dict.fromkeys(e for v in decided for e in v.evidence))
    return unsupported(claim, f"The artifacts differ. {said}", evidence=places)
