"""From adjudicated levels to lenses, headline, interval, band and confidence.

Follows the method's section on the roll-up, step by step:

1. A criterion that was asked and not supplied counts as 0; one not yet examined is unknown: outside
   the point score, inside the interval.
2. A lens is the weighted mean of its criteria, at most its lowest keystone + 1.5.
3. The headline is 25 x the lesser of the weighted mean of the lenses and the lowest lens + 1.
4. The interval is the same computation with every unknown at 0 and at 4, caps included; where
   reviewers differ and it is not settled, with their lowest and their highest level.
5. Coverage is the weight examined; confidence is that weight times strength, freshness and models
   covered.
6. A band only where enough was examined; two where the interval crosses an edge.
7. The share of random weightings that keep the band.
8. The gap to the stage beside the score, never in it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from msgspec import Struct, to_builtins

from rubrics.catalog.schema import Criterion, Lens, Rubric
from rubrics.scoring.arithmetic import (
    HEADLINE_PER_LEVEL,
    HeadlineSum,
    LensSum,
    Weighed,
    exact,
    filled,
    headline_sum,
    lens_sum,
    published,
    ratio,
)
from rubrics.scoring.bands import (
    band_of,
    bands_between,
    confidence_word,
    in_order,
    notation,
    printed_band,
    why_not_rateable,
)
from rubrics.scoring.ceilings import freshness_factor, strength
from rubrics.scoring.sensitivity import DRAWS, WeighedLens, weight_sensitivity
from rubrics.scoring.types import (
    HIGHEST_LEVEL,
    Binding,
    CriterionInput,
    CriterionTerm,
    Gap,
    Headline,
    LensScore,
    LensTerm,
    Outcome,
    Profile,
    RollUp,
    Sensitivity,
)
from rubrics.scoring.words import (
    explain_headline,
    explain_lens,
    explain_open,
    explain_outcome,
)

SCHEMA = "proofroom/rollup/1"
LENS_DIGITS = 4
HEADLINE_DIGITS = 1


def roll_up(
    rubric: Rubric,
    profile: Profile,
    inputs: Iterable[CriterionInput],
    *,
    knock_outs: Iterable[str] = (),
    draws: int = DRAWS,
) -> RollUp:
    """The roll-up of a scorecard; a criterion without an input is unknown.

    `knock_outs` are the ids of those suspected or confirmed: the ones that stand beside the band.
    Raises ValueError where profile, inputs or knock-outs do not fit the rubric.
    """
    _require_profile(rubric, profile)
    shown = in_order(knock_outs)
    _require("knock-out", shown, [item.id for item in rubric.knock_outs])
    known = _by_criterion(rubric, inputs)
    works = [_lens_work(rubric, profile, lens, known) for lens in rubric.lenses]
    applicable = [work for work in works if work.entries]
    weight = sum((work.weight_applicable for work in works), Fraction(0))
    coverage = ratio(sum((work.weight_assessed for work in works), Fraction(0)), weight)
    confidence = ratio(sum((work.evidence for work in works), Fraction(0)), weight)
    shares = [(work.lens.title, work.coverage) for work in applicable]
    why_not = why_not_rateable(coverage, shares)
    headline = _headline(applicable)
    bands = () if why_not else _bands(headline)
    point_band = "" if why_not or headline.score is None else band_of(headline.score)
    word = confidence_word(confidence)
    return RollUp(
        rubric=rubric.slug,
        version=rubric.version,
        digest=rubric.digest,
        stage=profile.stage,
        archetypes=tuple(sorted(profile.archetypes)),
        flags=tuple(sorted(profile.flags)),
        lenses=tuple(_lens_score(work, applicable) for work in works),
        headline=headline,
        coverage=published(coverage, LENS_DIGITS),
        confidence=published(confidence, LENS_DIGITS),
        confidence_word=word,
        rateable=not why_not,
        not_rateable_because=why_not,
        point_band=point_band,
        bands=bands,
        band=printed_band(bands),
        knock_outs=shown,
        notation=notation(printed_band(bands), word, shown),
        sensitivity=_sensitivity(applicable, point_band, draws),
        gaps=_gaps(works),
    )


def rollup_json(rollup: RollUp) -> bytes:
    """The whole roll-up with its words; same scorecard, same bytes."""
    return canonical({"schema": SCHEMA, **to_builtins(rollup)})


def canonical(document: Mapping[str, Any]) -> bytes:
    """Canonical JSON: sorted keys, no spaces, figures as published."""
    text = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8")


class _Row(Struct, frozen=True):
    """A criterion with its input, as far as the profile lets it apply."""

    criterion: Criterion
    given: CriterionInput
    outcome: Outcome
    reason: str
    target: int

    @property
    def level(self) -> int | None:
        """The level that counts: 0 where asked and not supplied, none where unknown."""
        if self.outcome == "not-supplied":
            return 0
        return self.given.level if self.outcome == "scored" else None

    @property
    def strength(self) -> Fraction:
        """g x f x s of the confidence formula; nothing where there is no level of a reviewer."""
        if self.outcome != "scored":
            return Fraction(0)
        covered = exact(self.given.models_covered)
        return strength(self.given.grade) * freshness_factor(self.given.freshness) * covered


class _LensWork(Struct, frozen=True):
    """A lens half-way: its rows, and the sums at the point and at both ends of the interval."""

    lens: Lens
    rows: tuple[_Row, ...]
    entries: tuple[Weighed, ...]
    point: LensSum | None
    low: LensSum | None
    high: LensSum | None

    @property
    def weight(self) -> Fraction:
        return exact(self.lens.weight)

    @property
    def weight_applicable(self) -> Fraction:
        return sum((entry.weight for entry in self.entries), Fraction(0))

    @property
    def weight_assessed(self) -> Fraction:
        known = (entry.weight for entry in self.entries if entry.level is not None)
        return sum(known, Fraction(0))

    @property
    def evidence(self) -> Fraction:
        return sum((row.criterion.weight * row.strength for row in self.rows), Fraction(0))

    @property
    def target(self) -> Fraction:
        applicable = [row for row in self.rows if row.outcome != "not-applicable"]
        expected = sum((row.criterion.weight * row.target for row in applicable), 0)
        return ratio(Fraction(expected), self.weight_applicable)

    @property
    def coverage(self) -> Fraction:
        return ratio(self.weight_assessed, self.weight_applicable)


def _by_criterion(rubric: Rubric, inputs: Iterable[CriterionInput]) -> Mapping[str, CriterionInput]:
    found: dict[str, CriterionInput] = {}
    for given in inputs:
        if not rubric.has_criterion(given.criterion):
            message = f"The rubric {rubric.slug} v{rubric.version} has no {given.criterion}."
            raise ValueError(message)
        if given.criterion in found:
            message = f"{given.criterion} was given twice; adjudicate it to one level first."
            raise ValueError(message)
        found[given.criterion] = given
    return found


def _require_profile(rubric: Rubric, profile: Profile) -> None:
    _require("stage", {profile.stage}, [stage.id for stage in rubric.stages])
    _require("archetype", profile.archetypes, [item.id for item in rubric.archetypes])
    _require("flag", profile.flags, [item.id for item in rubric.flags])


def _require(what: str, used: Iterable[str], known: Sequence[str]) -> None:
    for name in sorted(used):
        if name not in known:
            message = f"There is no {what} {name!r} in the rubric; use one of {', '.join(known)}."
            raise ValueError(message)


def _lens_work(
    rubric: Rubric, profile: Profile, lens: Lens, known: Mapping[str, CriterionInput]
) -> _LensWork:
    rows = tuple(_row(rubric, profile, item, known) for item in rubric.criteria_of(lens.id))
    entries = tuple(
        Weighed(
            row.criterion.id,
            Fraction(row.criterion.weight),
            row.criterion.keystone,
            row.level,
            row.given.upper,
        )
        for row in rows
        if row.outcome != "not-applicable"
    )
    return _LensWork(
        lens=lens,
        rows=rows,
        entries=entries,
        point=lens_sum(entries),
        low=lens_sum(filled(entries, 0)),
        high=lens_sum(filled(entries, HIGHEST_LEVEL)),
    )


def _row(
    rubric: Rubric, profile: Profile, criterion: Criterion, known: Mapping[str, CriterionInput]
) -> _Row:
    blank = CriterionInput(criterion=criterion.id, level=None, outcome="unknown")
    given = known.get(criterion.id, blank)
    excluded = rubric.why_not_applicable(criterion, profile.archetypes, profile.flags)
    outcome: Outcome = "not-applicable" if excluded else given.outcome
    target = rubric.target(criterion, profile.stage, profile.flags)
    reason = excluded or explain_open(given) or explain_outcome(outcome)
    return _Row(criterion, given, outcome, reason, target)


def _lens_score(work: _LensWork, applicable: Sequence[_LensWork]) -> LensScore:
    point = work.point
    confidence = ratio(work.evidence, work.weight_applicable)
    whole = sum((item.weight for item in applicable), Fraction(0))
    share = ratio(work.weight, whole) if work.entries else Fraction(0)
    return LensScore(
        lens=work.lens.id,
        title=work.lens.title,
        weight=published(share, LENS_DIGITS),
        mean=None if point is None else published(point.mean, LENS_DIGITS),
        cap=None if point is None or point.cap is None else float(point.cap),
        capped=point is not None and point.capped,
        capped_by=point.weakest_keystones if point is not None and point.capped else (),
        score=_score(work.point),
        low=_score(work.low),
        high=_score(work.high),
        target=published(work.target, LENS_DIGITS) if work.entries else None,
        coverage=published(work.coverage, LENS_DIGITS),
        confidence=published(confidence, LENS_DIGITS),
        confidence_word=confidence_word(confidence),
        explanation=explain_lens(point, work.entries),
        terms=tuple(_term(row, work) for row in work.rows),
    )


def _score(part: LensSum | None) -> float | None:
    return None if part is None else published(part.score, LENS_DIGITS)


def _term(row: _Row, work: _LensWork) -> CriterionTerm:
    level = row.level
    share = ratio(Fraction(row.criterion.weight), work.weight_assessed)
    if level is None:
        share = Fraction(0)
    return CriterionTerm(
        criterion=row.criterion.id,
        title=row.criterion.title,
        lens=work.lens.id,
        weight=row.criterion.weight,
        keystone=row.criterion.keystone,
        outcome=row.outcome,
        level=level,
        counted=level is not None,
        share=published(share, LENS_DIGITS),
        contribution=published(share * (level or 0), LENS_DIGITS),
        grade=row.given.grade if row.outcome == "scored" else None,
        freshness=row.given.freshness if row.outcome == "scored" else None,
        models_covered=row.given.models_covered,
        strength=published(row.strength, LENS_DIGITS),
        target=row.target,
        gap=None if level is None else max(0, row.target - level),
        reason=row.reason,
    )


def _headline(applicable: Sequence[_LensWork]) -> Headline:
    scored = [(work, work.point.score) for work in applicable if work.point is not None]
    pairs = [(work.weight, score) for work, score in scored]
    point = headline_sum(pairs)
    low = headline_sum([(work.weight, work.low.score) for work in applicable if work.low])
    high = headline_sum([(work.weight, work.high.score) for work in applicable if work.high])
    lowest = min((score for _, score in scored), default=None)
    weakest = tuple(work.lens.id for work, score in scored if score == lowest)
    titles = tuple(work.lens.title for work, score in scored if score == lowest)
    binding = _binding(point)
    return Headline(
        score=_headline_score(point),
        low=_headline_score(low),
        high=_headline_score(high),
        mean_term=None if point is None else published(point.mean, HEADLINE_DIGITS),
        weakest_term=None if point is None else published(point.weakest, HEADLINE_DIGITS),
        binding=binding,
        weakest_lenses=weakest,
        explanation=explain_headline(point, binding, titles, len(applicable) - len(scored)),
        terms=tuple(_lens_term(work, score, pairs) for work, score in scored),
    )


def _headline_score(part: HeadlineSum | None) -> float | None:
    return None if part is None else published(part.score, HEADLINE_DIGITS)


def _binding(point: HeadlineSum | None) -> Binding:
    if point is None:
        return "none"
    if point.mean == point.weakest:
        return "both"
    return "mean" if point.mean < point.weakest else "weakest-lens"


def _lens_term(
    work: _LensWork, score: Fraction, pairs: Sequence[tuple[Fraction, Fraction]]
) -> LensTerm:
    share = ratio(work.weight, sum((weight for weight, _ in pairs), Fraction(0)))
    return LensTerm(
        lens=work.lens.id,
        title=work.lens.title,
        share=published(share, LENS_DIGITS),
        score=published(score, LENS_DIGITS),
        contribution=published(HEADLINE_PER_LEVEL * share * score, LENS_DIGITS),
    )


def _bands(headline: Headline) -> tuple[str, ...]:
    if headline.low is None or headline.high is None:
        return ()
    return bands_between(headline.low, headline.high)


def _sensitivity(applicable: Sequence[_LensWork], band: str, draws: int) -> Sensitivity:
    if not band or draws == 0:
        return Sensitivity(draws=0, kept=0)
    lenses = [WeighedLens(work.lens.weight, work.entries) for work in applicable]
    return weight_sensitivity(lenses, band, draws=draws)


def _gaps(works: Sequence[_LensWork]) -> tuple[Gap, ...]:
    """Criteria below their target, keystones and wide gaps first, else in the rubric's order."""
    gaps = [
        Gap(row.criterion.id, work.lens.id, row.level, row.target, row.criterion.keystone)
        for work in works
        for row in work.rows
        if row.level is not None and row.level < row.target
    ]
    return tuple(sorted(gaps, key=lambda gap: (not gap.keystone, -gap.steps)))
