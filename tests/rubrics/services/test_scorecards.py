"""A reviewer's word: within what the evidence carries, one's own, and final when submitted."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from audits.models import PracticeResult
from diligence.models import Activity, User
from diligence.services.errors import Conflict, Refused
from rubrics.models import Assessment, Score, Scorecard, Standing
from rubrics.selectors.assessments import applicable_criteria, rolled_up
from rubrics.services.scorecards import (
    GivenScore,
    lock_scorecard,
    open_scorecard,
    submit_score,
)
from tests.audits.building import a_finished_run, a_repository
from tests.cast import Cast, answer, some_evidence
from tests.rubrics.building import a_scorecard, an_assessment, ask_to_score, give

CRITERION = "data-versioning"
GIVEN = GivenScore(outcome="scored", level=2, grade="E3", rationale="Seen.")


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


@pytest.fixture
def scorecard(cast: Cast, assessment: Assessment) -> Scorecard:
    return open_scorecard(actor=cast.reviewer, assessment=assessment)


def submit(scorecard: Scorecard, given: GivenScore, *, actor: User | None = None) -> Score:
    return submit_score(
        actor=actor or scorecard.reviewer, scorecard=scorecard, criterion_id=CRITERION, given=given
    )


def test_an_outsider_and_a_founder_open_no_scorecard(cast: Cast, assessment: Assessment) -> None:
    for actor in (cast.outsider, cast.founder, cast.other_founder):
        with pytest.raises(PermissionDenied):
            open_scorecard(actor=actor, assessment=assessment)


def test_in_assisted_mode_there_is_one_reviewer(
    cast: Cast, assessment: Assessment, scorecard: Scorecard
) -> None:
    with pytest.raises(Refused, match="Rita Reviewer scores this deal"):
        open_scorecard(actor=cast.analyst, assessment=assessment)
    assert open_scorecard(actor=cast.reviewer, assessment=assessment) == scorecard
    assert Activity.objects.filter(verb="score.open").count() == 1
    assert scorecard.no_conflict_declared_at is not None


@pytest.mark.parametrize(
    ("level", "grade", "highest"),
    [(2, "E0", 1), (2, "E1", 1), (3, "E2", 2), (3, "E3", 2), (4, "E4", 3)],
)
def test_a_level_above_what_the_evidence_carries_is_refused(
    scorecard: Scorecard, level: int, grade: str, highest: int
) -> None:
    given = replace(GIVEN, level=level, grade=grade)
    with pytest.raises(Refused, match=f"Level {level} is too high for this evidence"):
        submit(scorecard, given)
    assert not scorecard.scores.exists()
    assert submit(scorecard, replace(given, level=highest)).level == highest


@pytest.mark.parametrize(
    "given",
    [
        replace(GIVEN, level=None),
        replace(GIVEN, level=5),
        replace(GIVEN, level=-1),
        replace(GIVEN, outcome="unknown"),
        replace(GIVEN, outcome="not-supplied"),
        replace(GIVEN, outcome="invented"),
        replace(GIVEN, outcome="invented", level=None),
        replace(GIVEN, grade="E9"),
        replace(GIVEN, freshness="tomorrow"),
        replace(GIVEN, models_covered=101),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    scorecard: Scorecard, given: GivenScore
) -> None:
    with pytest.raises(Refused):
        submit(scorecard, given)
    assert not scorecard.scores.exists()


def test_a_criterion_that_does_not_apply_is_refused(scorecard: Scorecard) -> None:
    with pytest.raises(Refused, match="does not apply"):
        submit_score(
            actor=scorecard.reviewer, scorecard=scorecard, criterion_id="no-such", given=GIVEN
        )


def test_nobody_writes_on_anothers_scorecard(cast: Cast, scorecard: Scorecard) -> None:
    for actor in (cast.analyst, cast.partner, cast.admin, cast.outsider, cast.founder):
        with pytest.raises(PermissionDenied):
            submit(scorecard, GIVEN, actor=actor)
        with pytest.raises(PermissionDenied):
            lock_scorecard(actor=actor, scorecard=scorecard)


def test_of_two_windows_the_second_is_told(scorecard: Scorecard) -> None:
    submit(scorecard, GIVEN)
    with pytest.raises(Conflict, match="in another window"):
        submit(scorecard, replace(GIVEN, level=1))
    assert submit(scorecard, replace(GIVEN, level=1, revision=1)).revision == 2
    assert scorecard.scores.get().level == 1


def test_only_what_is_of_the_deal_is_cited(cast: Cast, scorecard: Scorecard) -> None:
    own = a_finished_run(a_repository(cast.deal, cast.analyst))
    foreign = a_finished_run(a_repository(cast.other_deal, cast.outsider, name="other"))
    answer(cast.questionnaire, "trains", "yes", by=cast.founder)
    answered = cast.questionnaire.answers.get()
    file = some_evidence(cast.deal, by=cast.founder)
    other = some_evidence(cast.other_deal, by=cast.other_founder)
    practice = PracticeResult.objects.filter(run=own)[0]
    stranger = PracticeResult.objects.filter(run=foreign)[0]
    score = submit(
        scorecard,
        replace(
            GIVEN, practices=(practice.pk, stranger.pk), answers=(answered.pk, uuid4()),
            evidence=(file.pk, other.pk),
        ),
    )  # fmt: skip
    cited = {c.practice or c.answer or c.evidence for c in score.citations.all()}
    assert cited == {practice, answered, file}
    submit(scorecard, replace(GIVEN, revision=1))
    assert not score.citations.exists()


def test_an_open_or_bare_scorecard_is_not_submitted(scorecard: Scorecard) -> None:
    total = len(applicable_criteria(scorecard.assessment))
    give(scorecard, CRITERION, 2)
    with pytest.raises(Refused, match=f"{total - 1} criteria are still open, the next is "):
        lock_scorecard(actor=scorecard.reviewer, scorecard=scorecard)
    for criterion in applicable_criteria(scorecard.assessment):
        give(scorecard, criterion.id, 1, why=" ")
    with pytest.raises(Refused, match=f"{total} scores lack their reason"):
        lock_scorecard(actor=scorecard.reviewer, scorecard=scorecard)


def test_a_submitted_scorecard_never_changes(cast: Cast, assessment: Assessment) -> None:
    scorecard = a_scorecard(assessment, cast.reviewer, levels={CRITERION: None}, locked=True)
    with pytest.raises(Refused, match="cannot be changed any more"):
        give(scorecard, CRITERION, 3)
    with pytest.raises(Refused, match="cannot be changed any more"):
        lock_scorecard(actor=cast.reviewer, scorecard=scorecard)
    assert scorecard.scores.get(criterion=CRITERION).outcome == "unknown"
    assert Standing.objects.get().is_final


def test_the_roll_up_stands_on_what_all_have_submitted(cast: Cast) -> None:
    assessment = an_assessment(cast.deal, mode=Assessment.Mode.BLIND)
    ask_to_score(assessment, cast.reviewer, cast.outsider)
    a_scorecard(assessment, cast.reviewer, level=2, locked=True)
    assert Standing.objects.get().headline is None
    levels = {CRITERION: 1, "data-rights-consent": None}
    a_scorecard(assessment, cast.outsider, level=2, levels=levels, locked=True)
    terms = {term.criterion: term for term in rolled_up(reloaded(assessment)).terms}
    lower = terms[CRITERION]
    assert (lower.level, lower.counted) == (1, True)
    assert lower.reason == "Not settled: reviewers say 1 to 2; the lower counts until it is."
    assert terms["data-rights-consent"].level == 2
    standing = Standing.objects.get()
    assert not standing.is_final
    assert (standing.low or 0) == (standing.headline or 0) < (standing.high or 0)


def test_two_who_say_the_same_leave_no_interval(cast: Cast) -> None:
    assessment = an_assessment(cast.deal, mode=Assessment.Mode.BLIND)
    for user in (cast.reviewer, cast.outsider):
        ask_to_score(assessment, user)
    for user in (cast.reviewer, cast.outsider):
        a_scorecard(assessment, user, locked=True)
    standing = Standing.objects.get()
    assert standing.is_final
    assert standing.low == standing.headline == standing.high == 50.0


def reloaded(assessment: Assessment) -> Assessment:
    return Assessment.objects.select_related("rubric", "deal").get(pk=assessment.pk)
