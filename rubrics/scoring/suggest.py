"""Proposes a level per criterion from an audit, and suspects knock-outs; decides nothing.

The rubric says which practice and which kind of claim informs a criterion and what each verdict
proposes; grades set ceilings (a word or a declared dependency 1, code 2, records 3; 4 is for
people). What no repository can show stays unknown, never 0: a contract that is not in the code
proves nothing. A knock-out is only ever suspected here, with the place that raised it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from rubrics.catalog.schema import Criterion, Rubric
from rubrics.scoring.rollup import roll_up
from rubrics.scoring.signals import (
    ClaimFact,
    Pointer,
    PracticeFact,
    Reading,
    combined,
    lowest_grade,
    read,
    sentence,
)
from rubrics.scoring.types import GRADES, CriterionInput, Freshness, Grade, Profile, RollUp

__all__ = [
    "AuditFacts",
    "AuditLens",
    "AuditScores",
    "ClaimFact",
    "ModelFileFact",
    "Pointer",
    "PracticeFact",
    "Suggestion",
    "Suspicion",
    "inputs_of",
    "profile_of",
    "scores_of_audit",
    "suggest",
    "suspicions",
]

ARCHETYPES_BY_KIND: Mapping[str, frozenset[str]] = {
    "classical": frozenset({"clf"}),
    "deep-learning": frozenset({"clf"}),
    "llm-finetune": frozenset({"ft"}),
    "llm-rag": frozenset({"rag"}),
    "llm-api-wrapper": frozenset({"rag"}),
    "ml-library": frozenset(),
    "none": frozenset(),
}


class ModelFileFact(Struct, frozen=True):
    """A model file of the data room, what it would import when loaded, and its licence."""

    path: str
    unsafe: bool
    unsafe_imports: tuple[str, ...] = ()
    licence: str = ""
    line: int = 1


class AuditFacts(Struct, frozen=True):
    """All of one audit that a score can rest on."""

    practices: Mapping[str, PracticeFact]
    claims: tuple[ClaimFact, ...] = ()
    model_files: tuple[ModelFileFact, ...] = ()


class Suggestion(Struct, frozen=True):
    """A proposed level with its grade and reason; none where nothing could be examined."""

    criterion: str
    level: int | None
    grade: Grade
    because: str
    informed_by: tuple[str, ...]
    seen: float = 1.0
    """The share of what informs it that could be read: unread files lower the confidence."""


class Suspicion(Struct, frozen=True):
    """A knock-out that a person should look at, with the evidence that raised it."""

    knock_out: str
    title: str
    because: str
    evidence: tuple[Pointer, ...]


class AuditLens(Struct, frozen=True):
    """A lens as an audit alone would score it."""

    lens: str
    score: float | None
    low: float | None
    high: float | None
    confidence: float


class AuditScores(Struct, frozen=True):
    """What the rubric proposes from one audit, before any reviewer."""

    lenses: tuple[AuditLens, ...]
    headline: float | None
    low: float | None
    high: float | None
    band: str
    confidence: float
    knock_outs: tuple[Suspicion, ...]


def suggest(
    rubric: Rubric,
    profile: Profile,
    practices: Mapping[str, PracticeFact],
    *,
    claims: Iterable[ClaimFact] = (),
) -> dict[str, Suggestion]:
    """A suggestion for every criterion that applies to the profile, in the rubric's order."""
    known = tuple(claims)
    return {
        criterion.id: _suggestion(criterion, practices, known)
        for criterion in rubric.criteria
        if criterion.applies_to(profile.archetypes, profile.flags)
    }


def suspicions(
    rubric: Rubric,
    profile: Profile,
    practices: Mapping[str, PracticeFact],
    *,
    claims: Iterable[ClaimFact] = (),
    model_files: Iterable[ModelFileFact] = (),
) -> tuple[Suspicion, ...]:
    """The knock-outs that the audit gives reason to look at, one each, by number."""
    files = tuple(model_files)
    raised = (
        *_contradicted_claims(claims),
        *_forbidding_licences(files),
        *_untraceable_decisions(profile, practices),
        *_exposed_credentials(practices),
        *_executable_models(files),
    )
    titles = {item.id: item.title for item in rubric.knock_outs}
    return tuple(
        Suspicion(knock_out, titles[knock_out], because, evidence)
        for knock_out, because, evidence in raised
        if knock_out in titles
    )


def profile_of(
    practices: Mapping[str, PracticeFact], *, stage: str, flags: frozenset[str] = frozenset()
) -> Profile:
    """The profile that the code itself shows; every archetype where its kind is unknown.

    A library or a program without AI has none, so that only what applies to all is asked of it.
    """
    fact = practices.get("ml-kind")
    kind = fact.value if fact is not None and fact.value is not None else ""
    everything = frozenset({"clf", "ft", "rag"})
    return Profile(ARCHETYPES_BY_KIND.get(kind, everything), flags, stage)


def inputs_of(
    suggestions: Iterable[Suggestion], *, freshness: Freshness | None = None
) -> tuple[CriterionInput, ...]:
    """Suggestions as the input of a roll-up; those without a level are unknown."""
    return tuple(
        CriterionInput(item.criterion, None, "unknown")
        if item.level is None
        else CriterionInput(
            item.criterion, item.level, "scored", item.grade, freshness, models_covered=item.seen
        )
        for item in suggestions
    )


def scores_of_audit(
    rubric: Rubric,
    facts: AuditFacts,
    *,
    profile: Profile | None = None,
    stage: str = "series-a",
    freshness: Freshness | None = None,
) -> AuditScores:
    """The `scores` of an audit's JSON; the stage sets targets and so moves none of them."""
    chosen = profile or profile_of(facts.practices, stage=stage)
    proposed = suggest(rubric, chosen, facts.practices, claims=facts.claims)
    suspected = suspicions(
        rubric, chosen, facts.practices, claims=facts.claims, model_files=facts.model_files
    )
    inputs = inputs_of(proposed.values(), freshness=freshness)
    shown = [item.knock_out for item in suspected]
    return _audit_scores(roll_up(rubric, chosen, inputs, knock_outs=shown, draws=0), suspected)


def _audit_scores(rollup: RollUp, suspected: tuple[Suspicion, ...]) -> AuditScores:
    return AuditScores(
        lenses=tuple(
            AuditLens(lens.lens, lens.score, lens.low, lens.high, lens.confidence)
            for lens in rollup.lenses
        ),
        headline=rollup.headline.score,
        low=rollup.headline.low,
        high=rollup.headline.high,
        band=rollup.band,
        confidence=rollup.confidence,
        knock_outs=suspected,
    )


def _suggestion(
    criterion: Criterion, practices: Mapping[str, PracticeFact], claims: Sequence[ClaimFact]
) -> Suggestion:
    if criterion.claims_ledger:
        return _from_ledger(criterion, claims)
    reading = read(criterion, practices, claims)
    informed_by = tuple(signal.source for signal in reading.signals)
    found = combined(criterion, reading)
    if found is None:
        return Suggestion(criterion.id, None, "E0", _why_unknown(reading), informed_by)
    level, deciding = found
    because = " ".join(signal.text for signal in deciding)
    if reading.pending:
        because += f" Not examined: {', '.join(reading.pending)}."
    seen = min((practices[s].seen for s in informed_by if s in practices), default=1.0)
    return Suggestion(criterion.id, level, lowest_grade(deciding), because, informed_by, seen)


def _why_unknown(reading: Reading) -> str:
    if reading.pending:
        return f"Could not be examined: {', '.join(reading.pending)}."
    if reading.silent:
        names = ", ".join(reading.silent)
        return f"Not decided by the repository: {names} as found proves nothing here."
    return "Nothing in a repository shows this; it needs documents, records or a reviewer."


def _from_ledger(criterion: Criterion, claims: Sequence[ClaimFact]) -> Suggestion:
    """1 claims typed; 2 none contradicted, half of them with code or better; 3 all on records."""
    decisive = [claim for claim in claims if claim.verdict != "untestable"]
    informed_by = tuple(f"claim:{claim.claim}" for claim in decisive)
    if not decisive:
        because = "No claim that could be tested was recorded."
        return Suggestion(criterion.id, None, "E0", because, ())
    against = [claim for claim in decisive if claim.verdict == "contradicted"]
    if against:
        names = ", ".join(claim.claim for claim in against)
        because = f"Contradicted: {names}. {against[0].because}"
        return Suggestion(criterion.id, 0, _best_grade(against), because, informed_by)
    coded = _supported_from(decisive, "E2")
    recorded = _supported_from(decisive, "E4")
    because = (
        f"{len(coded)} of {len(decisive)} claims supported by code or better, none contradicted."
    )
    if len(recorded) == len(decisive):
        return Suggestion(criterion.id, 3, "E4", because, informed_by)
    if 2 * len(coded) >= len(decisive):
        return Suggestion(criterion.id, 2, "E2", because, informed_by)
    return Suggestion(criterion.id, 1, "E0", because, informed_by)


def _supported_from(claims: Sequence[ClaimFact], grade: Grade) -> list[ClaimFact]:
    floor = GRADES.index(grade)
    return [c for c in claims if c.verdict == "supported" and GRADES.index(c.grade) >= floor]


def _best_grade(claims: Sequence[ClaimFact]) -> Grade:
    return max((claim.grade for claim in claims), key=GRADES.index)


_Raised = tuple[str, str, tuple[Pointer, ...]]


def _contradicted_claims(claims: Iterable[ClaimFact]) -> Iterator[_Raised]:
    against = [claim for claim in claims if claim.verdict == "contradicted"]
    if against:
        reasons = " ".join(f"{claim.claim}: {claim.because}" for claim in against)
        pointers = tuple(pointer for claim in against for pointer in claim.evidence)
        yield "K1", f"Contradicted by the evidence: {reasons}", pointers


def _untraceable_decisions(
    profile: Profile, practices: Mapping[str, PracticeFact]
) -> Iterator[_Raised]:
    fact = practices.get("prediction-logging-with-model-version")
    if "hr" in profile.flags and fact is not None and fact.verdict == "no":
        because = f"High-risk use, and no trace from decision to version was found: {fact.because}"
        yield "K6", because, fact.evidence


def _exposed_credentials(practices: Mapping[str, PracticeFact]) -> Iterator[_Raised]:
    """Only what looks real: default and test credentials are a finding, not a knock-out."""
    fact = practices.get("secrets-committed")
    if fact is not None and fact.verdict == "yes":
        because = f"{sentence(fact.because)} Whether it is live is for the founder to say."
        yield "K7", because, fact.evidence


def _executable_models(model_files: Iterable[ModelFileFact]) -> Iterator[_Raised]:
    """Only dangerous content: a format that could carry code is a finding, not a knock-out."""
    dangerous = [item for item in model_files if item.unsafe and item.unsafe_imports]
    if dangerous:
        names = "; ".join(f"{item.path} would import {_names(item)}" for item in dangerous)
        pointers = tuple(Pointer(item.path, 1, _names(item)) for item in dangerous)
        yield "K8", f"Loading a model file would run code: {names}.", pointers


_FORBIDS = re.compile(r"\bnc\b|non.?commercial|research.?only|no.?commercial|academic.?only", re.I)
"""What licences say that allow no business: CC BY-NC and its kin, research licences."""


def _forbidding_licences(model_files: Iterable[ModelFileFact]) -> Iterator[_Raised]:
    """Weights under a licence that by its name forbids commercial use; counsel reads the text."""
    found = [item for item in model_files if _FORBIDS.search(item.licence)]
    if found:
        names = "; ".join(f"{item.path} says {item.licence[:80]}" for item in found)
        pointers = tuple(Pointer(item.path, item.line, item.licence[:80]) for item in found)
        yield "K4", f"The licence of weights seems to forbid commercial use: {names}.", pointers


def _names(item: ModelFileFact) -> str:
    return ", ".join(item.unsafe_imports)
