"""A claimed practice is supported where the repository's verdict on it is yes.

It is never contradicted: that something was not found does not prove that it is not done. Where a
package for it is declared and nothing uses it, the sentence says so and points at the declaration.
"""

from collections.abc import Iterable

from audits.claims.basis import Basis
from audits.claims.verdicts import unsupported, verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.inventory import Package
from audits.engine.report import PracticeResult
from audits.engine.types import Evidence, Verdict
from audits.facts.tools.practice_packages import PRACTICE_PACKAGES

_WORDS = {
    Verdict.PARTLY: "is done only in part",
    Verdict.NO: "is not found in the repository",
    Verdict.NOT_APPLICABLE: "is not a question for this repository",
}


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:
    """Holds the claim against the verdict on its practice."""
    name = claim.text_of("practice").strip()
    if not name:
        return unsupported(claim, "The claim names no practice, so nothing can be looked for.")
    result = basis.practices.get(name)
    if result is None:
        return unsupported(claim, f"The practice {name[:60]!r} is not one that is examined.")
    if result.verdict is Verdict.YES:
        because = f"The repository shows it: {result.because}."
        return verdict(
            claim, Standing.SUPPORTED, because, grade=result.grade, evidence=result.evidence
        )
    declared = _declared(name, basis.inventory.packages)
    if result.verdict is not Verdict.PARTLY and declared:
        return _unused(claim, result, declared)
    how = _WORDS.get(result.verdict, "could not be observed")
    because = f"{name} {how}: {result.because}."
    return verdict(
        claim, Standing.UNSUPPORTED, because, grade=result.grade, evidence=result.evidence
    )


def that_claims_turn_on(packages: Iterable[Package]) -> tuple[Package, ...]:
    """The packages that some practice is declared by; a lock file has thousands of others."""
    wanted = frozenset().union(*PRACTICE_PACKAGES.values())
    return tuple(p for p in packages if _folded(p.name) in wanted)


def _folded(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _declared(practice: str, packages: Iterable[Package]) -> list[Package]:
    """The packages for a practice that are asked for, each once, at its first place."""
    wanted = PRACTICE_PACKAGES.get(practice, frozenset())
    first: dict[str, Package] = {}
    for package in sorted(packages, key=lambda p: (p.path, p.line)):
        name = _folded(package.name)
        if name in wanted:
            first.setdefault(name, package)
    return list(first.values())


def _unused(claim: Claim, result: PracticeResult, declared: list[Package]) -> ClaimVerdict:
    names = " and ".join(p.name for p in declared[:3])
    because = (
        f"{result.id} is declared and unused: {declared[0].path} asks for {names}, but "
        f"{result.because}."
    )
    places = [Evidence(p.path, p.line, f"declares {p.name}") for p in declared[:3]]
    return verdict(
        claim, Standing.UNSUPPORTED, because, grade=result.grade,
        evidence=[*places, *result.evidence],
    )  # fmt: skip
