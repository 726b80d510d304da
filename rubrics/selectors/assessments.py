"""Reads of assessments: the frozen rubric and profile, what informs a criterion, the roll-up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from msgspec.structs import replace

from audits.models import ClaimVerdict, PracticeResult
from audits.selectors.claims import claim_verdicts
from audits.selectors.proof import measured_now
from audits.selectors.runs import latest_runs, practices_with_evidence
from diligence.models import Deal, EvidenceItem
from diligence.selectors.evidence_links import linked_by
from diligence.selectors.questionnaires import AskedQuestion, answers_by_criterion
from rubrics.catalog.loader import parse_rubric
from rubrics.catalog.schema import Criterion, Rubric
from rubrics.models import Assessment, KnockOut, RubricVersion, Score, Scorecard, Suggestion
from rubrics.scoring.ceilings import effective_grade
from rubrics.scoring.rollup import roll_up
from rubrics.scoring.signals import ClaimFact, Pointer, PracticeFact
from rubrics.scoring.suggest import ModelFileFact
from rubrics.scoring.types import CriterionInput, Profile, RollUp
from rubrics.selectors.rubrics import default_rubric
from rubrics.selectors.settling import Compared, SettledCriterion, circumstance_of, compared

CRITERION = "criterion"
"""The kind under which links and requests name a criterion."""


@lru_cache(maxsize=32)
def _parsed(sha256: str, source: str, name: str) -> Rubric:  # noqa: ARG001 - the key of the cache
    return parse_rubric(source, name)


def rubric_of(row: RubricVersion) -> Rubric:
    """The rubric as a model, parsed once per version and process."""
    return _parsed(row.sha256, row.source, f"{row.slug}.v{row.version}.yaml")


def profile_of(assessment: Assessment) -> Profile:
    """The profile that was frozen when the assessment was opened."""
    return Profile(
        archetypes=frozenset(assessment.archetypes),
        flags=frozenset(assessment.flags),
        stage=assessment.stage,
    )


def assessment_of(deal: Deal) -> Assessment | None:
    """The deal's assessment, if it was opened."""
    rows = Assessment.objects.select_related("rubric", "deal__startup", "standing")
    return rows.filter(deal=deal).first()


def applicable_criteria(assessment: Assessment) -> tuple[Criterion, ...]:
    """The criteria that apply to the frozen profile, in the order of the rubric."""
    profile = profile_of(assessment)
    return tuple(
        c
        for c in rubric_of(assessment.rubric).criteria
        if c.applies_to(profile.archetypes, profile.flags)
    )


def frame_of(deal: Deal) -> tuple[Rubric, tuple[Criterion, ...]] | None:
    """The deal's rubric and its criteria; before there is an assessment, those of the default."""
    assessment = assessment_of(deal)
    if assessment is not None:
        profile = profile_of(assessment)
        rubric = rubric_of(assessment.rubric)
        archetypes, flags = profile.archetypes, profile.flags
    else:
        default = default_rubric()
        if default is None:
            return None
        rubric, flags = rubric_of(default), frozenset(deal.flags)
        archetypes = frozenset(deal.archetypes) or frozenset(a.id for a in rubric.archetypes)
    return rubric, tuple(c for c in rubric.criteria if c.applies_to(archetypes, flags))


def leading_scorecard(assessment: Assessment) -> Scorecard | None:
    """The scorecard that the roll-up stands on: the newest submitted one, else the newest begun.

    Of an assessment that is scored blind nobody's counts before all are in.
    """
    if assessment.is_blind:
        return None
    current = assessment.scorecards.current().select_related("reviewer")
    locked = current.exclude(locked_at=None).order_by("-locked_at").first()
    return locked or current.order_by("-opened_at").first()


def scores_of(scorecard: Scorecard) -> dict[str, Score]:
    """A scorecard's scores by criterion, with what they cite."""
    rows = scorecard.scores.prefetch_related(
        "citations__practice__evidence", "citations__practice__run",
        "citations__answer__questionnaire__template", "citations__evidence__versions",
    )  # fmt: skip
    return {row.criterion: row for row in rows}


def comparison_of(assessment: Assessment, *, draws: int = 0) -> Compared | None:
    """What the reviewers say of one another; None in assisted mode and before all are in.

    `draws` is how often the interval of alpha is drawn anew.
    """
    if assessment.mode != Assessment.Mode.BLIND:
        return None
    rubric, profile = rubric_of(assessment.rubric), profile_of(assessment)
    criteria = applicable_criteria(assessment)
    return compared(assessment, rubric, profile, criteria, draws=draws)


def standing_scores(assessment: Assessment) -> dict[str, Score]:
    """By criterion the score that its level rests on, with what it cites."""
    if assessment.mode == Assessment.Mode.BLIND:
        both = comparison_of(assessment)
        rows = both.criteria if both else ()
        return {row.criterion.id: row.standing for row in rows if row.standing}
    scorecard = leading_scorecard(assessment)
    return scores_of(scorecard) if scorecard else {}


def is_final(assessment: Assessment) -> bool:
    """Whether the scores are in and, where several scored, every difference is settled."""
    if assessment.mode == Assessment.Mode.BLIND:
        both = comparison_of(assessment)
        return both is not None and not any(row.settled.is_open for row in both.criteria)
    scorecard = leading_scorecard(assessment)
    return scorecard is not None and scorecard.locked_at is not None


def inputs_of(assessment: Assessment) -> tuple[CriterionInput, ...]:
    """What the roll-up is made of; a criterion that nobody scored is unknown."""
    proposed = {s.criterion: s for s in assessment.suggestions.all()}
    if assessment.mode == Assessment.Mode.BLIND:
        both = comparison_of(assessment)
        settled = {row.criterion.id: row for row in both.criteria} if both else {}
        return tuple(
            _settled_input(c, settled.get(c.id), proposed.get(c.id))
            for c in applicable_criteria(assessment)
        )
    scorecard = leading_scorecard(assessment)
    scores = {s.criterion: s for s in scorecard.scores.all()} if scorecard else {}
    return tuple(
        _input(c, scores.get(c.id), proposed.get(c.id)) for c in applicable_criteria(assessment)
    )


def _settled_input(
    criterion: Criterion, row: SettledCriterion | None, proposed: Suggestion | None
) -> CriterionInput:
    """The settled level with the evidence of the score that it rests on.

    While it is open the lower level counts and the interval reaches to the higher.
    """
    given = _input(criterion, row.standing if row else None, proposed)
    if row is None or given.outcome == "unknown":
        return given
    level, upper = row.settled.level, row.settled.upper
    if given.outcome == "not-supplied" and not level:
        return replace(given, upper=upper)
    return replace(given, outcome="scored", level=level, upper=upper)


def _input(
    criterion: Criterion, score: Score | None, proposed: Suggestion | None
) -> CriterionInput:
    if score is None or score.outcome == Score.Outcome.UNKNOWN:
        return CriterionInput(criterion=criterion.id, level=None, outcome="unknown")
    if score.outcome == Score.Outcome.NOT_SUPPLIED:
        return CriterionInput(criterion=criterion.id, level=None, outcome="not-supplied")
    return CriterionInput(
        criterion=criterion.id,
        level=score.level,
        outcome="scored",
        grade=effective_grade(score.grade, criterion, circumstance_of(score)),
        freshness=score.freshness,
        models_covered=score.models_covered / 100 * _seen(score, proposed),
    )  # fmt: skip


def _seen(score: Score, proposed: Suggestion | None) -> float:
    """The share of the code that could be read, where a score stands on nothing but the audit."""
    return proposed.seen if proposed is not None and score.grade in READ_IN_CODE else 1.0


def rolled_up(assessment: Assessment) -> RollUp:
    """The roll-up of an assessment as it stands now."""
    standing = KnockOut.objects.filter(assessment=assessment).standing()
    return roll_up(
        rubric_of(assessment.rubric),
        profile_of(assessment),
        inputs_of(assessment),
        knock_outs=tuple(standing.values_list("code", flat=True)),
    )


@dataclass(frozen=True)
class CriterionSheet:
    """All that a reviewer sees of one criterion."""

    criterion: Criterion
    score: Score | None
    suggestion: Suggestion | None
    practices: tuple[PracticeResult, ...]
    answers: tuple[AskedQuestion, ...]
    evidence: tuple[EvidenceItem, ...]
    target: int

    @property
    def is_decided(self) -> bool:
        """Whether the reviewer has said something."""
        return self.score is not None


def sheets_of(scorecard: Scorecard) -> tuple[CriterionSheet, ...]:
    """Every applicable criterion with what informs it, in the order of the rubric.

    In blind mode the suggestion is shown only after all scorecards are in.
    """
    return _sheets(
        scorecard.assessment, scores_of(scorecard), applicable_criteria(scorecard.assessment)
    )


def sheet_of(assessment: Assessment, criterion: Criterion) -> CriterionSheet:
    """What informs one criterion, on nobody's scorecard."""
    return _sheets(assessment, {}, (criterion,))[0]


def _sheets(
    assessment: Assessment, scores: Mapping[str, Score], criteria: Iterable[Criterion]
) -> tuple[CriterionSheet, ...]:
    rubric, profile = rubric_of(assessment.rubric), profile_of(assessment)
    shows = not assessment.is_blind
    suggestions = {s.criterion: s for s in assessment.suggestions.all()} if shows else {}
    practices = results_of(assessment.deal)
    answers = answers_by_criterion(assessment.deal)
    linked = linked_by(assessment.deal, CRITERION)
    return tuple(
        CriterionSheet(
            criterion=criterion,
            score=scores.get(criterion.id),
            suggestion=suggestions.get(criterion.id),
            practices=_informing(criterion, practices),
            answers=(asked := tuple(answers.get(criterion.id, ()))),
            evidence=_each_once(_attached(asked), linked.get(criterion.id, ())),
            target=rubric.target(criterion, profile.stage, profile.flags),
        )
        for criterion in criteria
    )


def _informing(
    criterion: Criterion, practices: dict[str, list[PracticeResult]]
) -> tuple[PracticeResult, ...]:
    return tuple(r for i in criterion.informed_by for r in practices.get(i.practice, ()))


def _attached(asked: Iterable[AskedQuestion]) -> Iterator[EvidenceItem]:
    return (item for question in asked for item in question.attached)


def _each_once(*items: Iterable[EvidenceItem]) -> tuple[EvidenceItem, ...]:
    return tuple({item.pk: item for item in chain(*items)}.values())


def results_of(deal: Deal) -> dict[str, list[PracticeResult]]:
    """The newest verdicts of all the deal's repositories, by practice."""
    found: dict[str, list[PracticeResult]] = {}
    for run in latest_runs(deal):
        for practice, result in practices_with_evidence(run).items():
            found.setdefault(practice, []).append(result)
    return found


READ_IN_CODE = ("E1", "E2", "E3")
"""Grades that reading a repository can give; what is above them, something else shows."""

BEST_FIRST = ("yes", "partly", "no", "unknown", "error", "n/a")
LONGEST_NAME = 80
"""Characters of a claim by which a suggestion names it."""


def practice_facts(deal: Deal) -> dict[str, PracticeFact]:
    """The verdicts on a deal in the terms of the scoring."""
    return {practice: _fact(results) for practice, results in results_of(deal).items()}


def _fact(results: Iterable[PracticeResult]) -> PracticeFact:
    """One fact per practice: over several repositories the best verdict speaks."""
    best = min(results, key=lambda r: BEST_FIRST.index(r.verdict))
    places = tuple(Pointer(e.path, e.line, e.note) for e in best.evidence.all())
    return PracticeFact(
        verdict=best.verdict, grade=best.grade, because=best.because, value=best.value or None,
        evidence=places, seen=best.seen,
    )  # fmt: skip


def claim_facts(deal: Deal) -> tuple[ClaimFact, ...]:
    """The verdicts on a deal's claims, each under the words of the claim."""
    return tuple(_claim(verdict) for verdict in claim_verdicts(deal))


def _claim(verdict: ClaimVerdict) -> ClaimFact:
    text = verdict.claim.text
    name = text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"
    places = tuple(Pointer(e["path"], e["line"], e.get("note", "")) for e in verdict.evidence)
    return ClaimFact(
        f"“{name}”", verdict.claim.kind, verdict.verdict, verdict.grade, verdict.because, places
    )


def model_facts(deal: Deal) -> tuple[ModelFileFact, ...]:
    """The model files of a deal's data room, as they were measured last."""
    return tuple(
        ModelFileFact(
            row.path,
            row.facts.get("unsafe") is True,
            tuple(row.facts.get("unsafe_imports", ())),
            row.facts.get("licence", ""),
            row.facts.get("line", 1),
        )
        for row in measured_now(deal)
        if row.kind == "model" and row.facts
    )
