"""Differences: talked over, decided by a third person, dissented from; and a new briefing."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from audits.models import PracticeResult
from diligence.models import Activity, EvidenceItem
from diligence.services.errors import Refused
from rubrics.models import Adjudication, Assessment, Dissent, Scorecard, Standing, TalkedLevel
from rubrics.selectors.assessments import comparison_of, rolled_up, standing_scores
from rubrics.selectors.panels import sign_off_blockers
from rubrics.selectors.settling import SettledCriterion
from rubrics.services.reviewing import assign
from rubrics.services.scorecards import lock_scorecard
from rubrics.services.settling import (
    Decided,
    adjudicate,
    brief_again,
    dissent,
    say_talked_level,
)
from tests.cast import Cast, some_evidence
from tests.rubrics.building import give, scored_blind

STEP, WIDE, KEYSTONE = "ml-code-tests", "label-quality", "data-versioning"
VARIED: dict[str, int | None] = {
    "data-quality-gates": 0, "pipeline-integrity": 1, "audit-trail": 0, "retraining-loop": 1,
    "model-documentation": 0, "inference-economics": 1, "proprietary-share": 0,
    "deploy-automation": 0, "progressive-delivery": 0, "model-registry-approval": 1,
    "serving-contract-skew": 0, "fairness-gate": 1, "notebook-to-pipeline": 0,
}  # fmt: skip
"""Levels that both give, so that agreement has something to agree on."""


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    """One step, two steps and a keystone at 1 apart; alpha stays above 0.8."""
    found = scored_blind(
        cast.deal,
        (cast.reviewer, {**VARIED, STEP: 1, WIDE: 2, KEYSTONE: 2}),
        (cast.outsider, {**VARIED, STEP: 2, WIDE: 0, KEYSTONE: 1}),
    )
    assign(actor=cast.analyst, assessment=found, user=cast.partner, role="third")
    return found


@pytest.fixture
def evidence(cast: Cast) -> EvidenceItem:
    return some_evidence(cast.deal, by=cast.founder)


def row(assessment: Assessment, criterion: str) -> SettledCriterion:
    both = comparison_of(Assessment.objects.get(pk=assessment.pk))
    assert both is not None
    found = both.row(criterion)
    assert found is not None
    return found


def obstacles(assessment: Assessment) -> list[str]:
    found = Assessment.objects.get(pk=assessment.pk)
    return [each.obstacle for each in sign_off_blockers(found)]


def test_agreement_stands_and_only_differences_are_open(assessment: Assessment) -> None:
    both = comparison_of(assessment)
    assert both is not None
    assert both.agreement.call == "sign-off"
    assert {r.criterion.id for r in both.criteria if r.settled.is_open} == {STEP, WIDE, KEYSTONE}
    assert obstacles(assessment) == ["to-adjudicate", "to-talk"]
    assert row(assessment, STEP).settled.kind == "to-talk"
    assert row(assessment, WIDE).settled.reasons == (
        "The levels differ by 2.", "They straddle the stage's target of 1.",
    )  # fmt: skip
    assert row(assessment, KEYSTONE).settled.reasons == (
        "They straddle the stage's target of 2.", "A keystone stands at 1.",
    )  # fmt: skip


def test_a_talk_settles_a_step_once_both_have_said_their_level(
    cast: Cast, assessment: Assessment
) -> None:
    def talk(user: str, level: int) -> None:
        say_talked_level(
            actor=getattr(cast, user), assessment=assessment, criterion_id=STEP, level=level,
            because="The tests run in CI.",
        )  # fmt: skip

    talk("reviewer", 2)
    assert row(assessment, STEP).settled.kind == "to-talk"
    talk("outsider", 1)
    assert (row(assessment, STEP).settled.kind, row(assessment, STEP).settled.level) == ("lower", 1)
    with pytest.raises(Refused, match="not open to a talk"):
        talk("outsider", 2)
    assert TalkedLevel.objects.count() == 2
    assert Scorecard.objects.get(reviewer=cast.outsider).scores.get(criterion=STEP).level == 2


@pytest.mark.parametrize(
    ("criterion", "level", "because", "words"),
    [
        (WIDE, 1, "x", "not open to a talk"),
        (STEP, 3, "x", "one of the levels that were given"),
        (STEP, 1, " ", "what the decision test says"),
        ("no-such", 1, "x", "does not apply"),
    ],
)
def test_what_no_talk_settles_is_refused(
    cast: Cast, assessment: Assessment, criterion: str, level: int, because: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        say_talked_level(
            actor=cast.reviewer, assessment=assessment, criterion_id=criterion, level=level,
            because=because,
        )  # fmt: skip


def decide(
    cast: Cast, assessment: Assessment, given: Decided, *, who: str = "partner", told: bool = True
) -> Adjudication:
    return adjudicate(
        actor=getattr(cast, who), assessment=assessment, criterion_id=WIDE, given=given,
        no_conflict=told,
    )  # fmt: skip


def test_a_third_person_decides_and_their_level_is_final(
    cast: Cast, assessment: Assessment, evidence: EvidenceItem
) -> None:
    before = Standing.objects.get()
    given = Decided(1, "The guide is dated.\nNo second labeller appears.", evidence=(evidence.pk,))
    first = decide(cast, assessment, given)
    assert [c.evidence for c in first.citations.all()] == [evidence]
    settled = row(assessment, WIDE).settled
    assert (settled.kind, settled.level, settled.upper) == ("adjudicated", 1, 1)
    after = Standing.objects.get()
    assert (after.high or 0) < (before.high or 0)
    assert (after.headline or 0) >= (before.headline or 0)
    decide(cast, assessment, replace(given, level=0), told=False)
    assert row(assessment, WIDE).settled.level == 0
    assert Adjudication.objects.filter(criterion=WIDE).count() == 2
    standing = standing_scores(assessment)[WIDE]
    assert standing.scorecard.reviewer == cast.outsider


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Decided(1, "Seen."), "Tick the evidence"),
        (Decided(1, " "), "one or two lines"),
        (Decided(1, "a\nb\nc"), "Two lines of 240 letters"),
        (Decided(1, "a" * 241), "Two lines of 240 letters"),
        (Decided(3, "Seen."), "carries at most level 2"),
        (Decided(5, "Seen."), "from 0 to 4"),
    ],
)
def test_a_decision_rests_on_evidence_and_fits_two_lines(
    cast: Cast, assessment: Assessment, given: Decided, words: str
) -> None:
    foreign = some_evidence(cast.other_deal, by=cast.other_founder)
    with pytest.raises(Refused, match=words):
        decide(cast, assessment, replace(given, evidence=(foreign.pk,)))
    assert not Adjudication.objects.exists()


def test_the_third_person_declares_first_and_nobody_else_decides(
    cast: Cast, assessment: Assessment, evidence: EvidenceItem
) -> None:
    given = Decided(1, "Seen.", evidence=(evidence.pk,))
    with pytest.raises(Refused, match="Declare first"):
        decide(cast, assessment, given, told=False)
    for who in ("reviewer", "outsider", "analyst", "admin", "founder"):
        with pytest.raises(PermissionDenied):
            decide(cast, assessment, given, who=who)
    with pytest.raises(Refused, match="Nothing has to be decided"):
        adjudicate(
            actor=cast.partner, assessment=assessment, criterion_id=STEP, given=given,
            no_conflict=True,
        )  # fmt: skip


def test_dissent_is_kept_in_the_reviewers_words_and_blocks_nothing(
    cast: Cast, assessment: Assessment, evidence: EvidenceItem
) -> None:
    decided = decide(cast, assessment, Decided(1, "Seen.", evidence=(evidence.pk,)))
    for actor in (cast.analyst, cast.partner):
        with pytest.raises(PermissionDenied):
            dissent(actor=actor, adjudication=decided, words="No.")
    with pytest.raises(Refused, match="in your own words"):
        dissent(actor=cast.reviewer, adjudication=decided, words=" ")
    dissent(actor=cast.reviewer, adjudication=decided, words="The guide covers both vendors.")
    with pytest.raises(Refused, match="recorded already"):
        dissent(actor=cast.reviewer, adjudication=decided, words="Other words.")
    assert Dissent.objects.get().words == "The guide covers both vendors."
    assert row(assessment, WIDE).settled.kind == "adjudicated"


def test_with_all_settled_nothing_blocks_the_signature(
    cast: Cast, assessment: Assessment, evidence: EvidenceItem
) -> None:
    for criterion in (WIDE, KEYSTONE):
        adjudicate(
            actor=cast.partner, assessment=assessment, criterion_id=criterion, no_conflict=True,
            given=Decided(1, "Seen.", evidence=(evidence.pk,)),
        )  # fmt: skip
    assert obstacles(assessment) == ["to-talk"]
    for actor in (cast.reviewer, cast.outsider):
        say_talked_level(
            actor=actor, assessment=assessment, criterion_id=STEP, level=1, because="By the test."
        )
    assert obstacles(assessment) == []
    standing = Standing.objects.get()
    assert standing.is_final
    assert standing.low == standing.headline == standing.high


def apart(cast: Cast) -> Assessment:
    """Two who agree on hardly anything in the data lens."""
    one = {**VARIED, **dict.fromkeys(("label-quality", "data-lineage-transform"), 0)}
    two = {**VARIED, "data-quality-gates": 2, "audit-trail": 2, "model-documentation": 2,
           "data-inventory-provenance": 0, "eval-split-integrity": 0}  # fmt: skip
    return scored_blind(cast.deal, (cast.reviewer, one), (cast.outsider, two))


def test_too_little_agreement_asks_for_a_new_briefing_and_hides_the_scores_again(
    cast: Cast,
) -> None:
    assessment = apart(cast)
    assert obstacles(assessment)[0] == "re-brief"
    kept = Scorecard.objects.get(reviewer=cast.reviewer)
    briefing = brief_again(
        actor=cast.analyst, assessment=assessment, lenses=["data"], words="Read level 2 as built."
    )
    assert briefing.alpha is not None
    assert briefing.alpha < 0.667
    assert Standing.objects.get().headline is None
    assert not Assessment.objects.scores_visible_to(cast.partner).exists()
    kept.refresh_from_db()
    assert kept.superseded_at is not None
    assert kept.scores.filter(criterion="label-quality").exists()
    again = Scorecard.objects.current().get(reviewer=cast.reviewer)
    assert not again.scores.filter(criterion="label-quality").exists()
    copied = again.scores.get(criterion="ml-code-tests")
    assert copied.rationale == "Seen in the code."
    assert copied.pk != kept.scores.get(criterion="ml-code-tests").pk
    for user in (cast.reviewer, cast.outsider):
        card = Scorecard.objects.current().get(reviewer=user)
        for score in kept.scores.exclude(criterion__in=card.scores.values("criterion")):
            give(card, score.criterion, 2)
        lock_scorecard(actor=user, scorecard=card)
    assert Assessment.objects.scores_visible_to(cast.partner).exists()
    assert "re-brief" not in obstacles(assessment)


def test_a_briefing_needs_low_agreement_a_lens_and_words(
    cast: Cast, assessment: Assessment
) -> None:
    with pytest.raises(Refused, match="high enough"):
        brief_again(actor=cast.analyst, assessment=assessment, lenses=["data"], words="x")
    with pytest.raises(PermissionDenied):
        brief_again(actor=cast.reviewer, assessment=assessment, lenses=["data"], words="x")


def test_citations_go_along_to_the_new_scorecard(cast: Cast, evidence: EvidenceItem) -> None:
    assessment = apart(cast)
    old = Scorecard.objects.get(reviewer=cast.reviewer).scores.get(criterion=STEP)
    old.citations.create(evidence=evidence)
    brief_again(actor=cast.analyst, assessment=assessment, lenses=["data"], words="Anew.")
    new = Scorecard.objects.current().get(reviewer=cast.reviewer).scores.get(criterion=STEP)
    assert [c.evidence for c in new.citations.all()] == [evidence]
    assert old.citations.count() == 1
    assert PracticeResult.objects.count() == 0


def test_the_trail_names_levels_only_under_the_verbs_that_are_kept_back(
    cast: Cast, assessment: Assessment, evidence: EvidenceItem
) -> None:
    decided = decide(cast, assessment, Decided(1, "Seen.", evidence=(evidence.pk,)))
    dissent(actor=cast.reviewer, adjudication=decided, words="No.")
    said = Activity.objects.filter(text__contains="level")
    assert {line.verb.partition(".")[0] for line in said} == {"level"}
    assert rolled_up(assessment).headline.score is not None
