"""What the scoring sheet tells of earlier scores, and to whom."""

from diligence.services.deals import DealDetails, add_member, create_deal
from rubrics.models import Scorecard
from rubrics.selectors.assessments import applicable_criteria, rubric_of
from rubrics.selectors.earlier import EarlierScore, earlier_scores
from rubrics.services.scorecards import open_scorecard
from rubrics.services.settling import brief_again
from tests.cast import Cast, signed_in
from tests.rubrics.building import a_scorecard, an_assessment
from tests.rubrics.services.test_settling import apart

LEVELS = {"drift-detection": 1, "audit-trail": None}


def next_round(cast: Cast) -> Scorecard:
    """The reviewer's scorecard of a later deal of the same startup."""
    details = DealDetails(name="Seed extension 2027", round="seed", archetypes=["clf"])
    deal = create_deal(actor=cast.analyst, startup=cast.deal.startup, details=details)
    add_member(actor=cast.analyst, deal=deal, user=cast.reviewer)
    return open_scorecard(actor=cast.reviewer, assessment=an_assessment(deal))


def test_the_last_round_of_the_startup_is_told_to_whoever_may_see_its_scores(cast: Cast) -> None:
    a_scorecard(an_assessment(cast.deal), cast.reviewer, levels=LEVELS, locked=True)
    later = next_round(cast)
    for criterion, level in LEVELS.items():
        told = earlier_scores(later, criterion, cast.reviewer)
        assert told == (EarlierScore("in Seed 2026", level),)
        assert earlier_scores(later, criterion, cast.outsider) == ()
    known = {each.id for each in applicable_criteria(later.assessment)}
    for each in rubric_of(later.assessment.rubric).criteria:
        if each.id not in known:
            assert earlier_scores(later, each.id, cast.reviewer) == ()
    address = f"/deals/{later.assessment.deal_id}/scorecard/drift-detection/"
    page = " ".join(signed_in(cast.reviewer).get(address).content.decode().split())
    assert "Earlier, in Seed 2026: level 1." in page


def test_scores_that_were_not_submitted_are_no_earlier_ones(cast: Cast) -> None:
    a_scorecard(an_assessment(cast.deal), cast.reviewer, levels=LEVELS)
    assert earlier_scores(next_round(cast), "drift-detection", cast.reviewer) == ()


def test_after_a_new_briefing_everybody_reads_their_own_word_and_nobody_elses(cast: Cast) -> None:
    assessment = apart(cast)
    brief_again(actor=cast.analyst, assessment=assessment, lenses=["data"], words="Anew.")
    for user in (cast.reviewer, cast.outsider):
        former, current = Scorecard.objects.filter(reviewer=user).order_by("opened_at")
        score = former.scores.get(criterion="label-quality")
        (told,) = earlier_scores(current, "label-quality", user)
        assert told == EarlierScore("on your earlier scorecard", score.level, score.rationale)
