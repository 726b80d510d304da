"""Stated against proven: what the rubric would propose if all were true, and what it proposes.

Only criteria about which something is said enter, so that the two figures speak of the same thing.
What nobody could examine is counted beside the proven figure and moves it neither way.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from audits.models import Claim
from diligence.models import Deal
from rubrics.catalog.schema import Rubric
from rubrics.scoring.signals import ClaimFact, PracticeFact
from rubrics.scoring.suggest import Suggestion, suggest
from rubrics.scoring.types import Profile
from rubrics.selectors.assessments import (
    assessment_of,
    claim_facts,
    practice_facts,
    profile_of,
    rubric_of,
)
from rubrics.selectors.rubrics import default_rubric

STATED = "stated, not proven"


@dataclass(frozen=True)
class LensMaturity:
    """One lens: both levels 0 to 4, over the criteria of which something is said."""

    lens: str
    title: str
    stated: float
    proven: float | None
    criteria: int
    unexamined: int


def maturity_of(deal: Deal) -> tuple[LensMaturity, ...]:
    """The lenses of which the startup says something, in the order of the rubric."""
    frame = _frame(deal)
    if frame is None:
        return ()
    rubric, profile = frame
    claims = tuple(deal.claims.standing())
    stated = suggest(rubric, profile, _as_said(claims), claims=_as_true(claims))
    proven = suggest(rubric, profile, practice_facts(deal), claims=claim_facts(deal))
    lenses = (_lens(rubric, lens.id, lens.title, stated, proven) for lens in rubric.lenses)
    return tuple(lens for lens in lenses if lens is not None)


def _frame(deal: Deal) -> tuple[Rubric, Profile] | None:
    """The rubric and the profile: those of the assessment, or what the deal says meanwhile."""
    assessment = assessment_of(deal)
    if assessment is not None:
        return rubric_of(assessment.rubric), profile_of(assessment)
    default = default_rubric()
    if default is None:
        return None
    rubric = rubric_of(default)
    archetypes = frozenset(deal.archetypes) or frozenset(each.id for each in rubric.archetypes)
    return rubric, Profile(archetypes, frozenset(deal.flags), deal.round)


def _as_said(claims: tuple[Claim, ...]) -> dict[str, PracticeFact]:
    said = {str(c.fields.get("practice")) for c in claims if c.kind == "practice"}
    return {name: PracticeFact("yes", "E5", STATED) for name in said}


def _as_true(claims: tuple[Claim, ...]) -> tuple[ClaimFact, ...]:
    return tuple(
        ClaimFact(str(c.pk), c.kind, "supported", "E5", STATED)
        for c in claims
        if c.kind not in ("practice", "statement")
    )


def _lens(
    rubric: Rubric,
    lens: str,
    title: str,
    stated: Mapping[str, Suggestion],
    proven: Mapping[str, Suggestion],
) -> LensMaturity | None:
    said = [
        c
        for c in rubric.criteria
        if c.lens == lens and not c.claims_ledger and c.id in stated
        and stated[c.id].level is not None
    ]  # fmt: skip
    if not said:
        return None
    shown = [c for c in said if proven[c.id].level is not None]
    return LensMaturity(
        lens, title,
        _mean({c.id: c.weight for c in said}, stated) or 0.0,
        _mean({c.id: c.weight for c in shown}, proven),
        len(said), len(said) - len(shown),
    )  # fmt: skip


def _mean(weights: Mapping[str, int], found: Mapping[str, Suggestion]) -> float | None:
    total = sum(weights.values())
    if not total:
        return None
    return sum(weight * (found[name].level or 0) for name, weight in weights.items()) / total
