"""The page of what one has to score: what is left of each, since when, and of no other deal."""

from diligence.services.barriers import declare_conflict_of_interest
from diligence.services.deals import add_member
from rubrics.models import Assessment
from rubrics.services.scorecards import lock_scorecard, open_scorecard
from tests.cast import Cast, signed_in
from tests.rubrics.building import a_scorecard, an_assessment, ask_to_score

ADDRESS = "/scorecards/"


def page(cast: Cast) -> str:
    return " ".join(signed_in(cast.reviewer).get(ADDRESS).content.decode().split())


def test_without_anything_to_score_it_says_when_there_will_be_something(cast: Cast) -> None:
    assert "No scorecard of yours is open" in page(cast)


def test_what_was_begun_and_what_was_asked_stand_with_what_is_left(cast: Cast) -> None:
    add_member(actor=cast.admin, deal=cast.other_deal, user=cast.reviewer)
    begun = open_scorecard(actor=cast.reviewer, assessment=an_assessment(cast.deal))
    asked = an_assessment(cast.other_deal, mode=Assessment.Mode.BLIND)
    ask_to_score(asked, cast.reviewer)
    a_scorecard(begun.assessment, cast.reviewer)
    begun.scores.filter(pk__in=begun.scores.values("pk")[:3]).delete()
    total = begun.scores.count() + 3
    shown = page(cast)
    assert "<strong>3 left</strong> to decide." in shown
    assert f"{total - 3} of {total}" in shown
    assert "Not begun:" in shown
    assert f"Asked by {asked.seats.get().assigned_by} on" in shown
    for deal in (cast.deal, cast.other_deal):
        assert f"/deals/{deal.pk}/scorecard/" in shown
    assert shown.index("Northwind Vision") < shown.index("Contoso Copilot")  # longest open first
    assert 'aria-current="page">Your scorecards</a>' in shown


def test_what_is_submitted_or_of_others_or_not_seen_stands_there_no_more(cast: Cast) -> None:
    scorecard = open_scorecard(actor=cast.reviewer, assessment=an_assessment(cast.deal))
    a_scorecard(scorecard.assessment, cast.reviewer)
    assert "All are decided" in page(cast)
    assert "No scorecard" in signed_in(cast.partner).get(ADDRESS).content.decode()
    lock_scorecard(actor=cast.reviewer, scorecard=scorecard)
    assert "No scorecard of yours is open" in page(cast)


def test_a_deal_that_one_is_shut_out_of_is_not_named(cast: Cast) -> None:
    open_scorecard(actor=cast.reviewer, assessment=an_assessment(cast.deal))
    assert "Northwind Vision" in page(cast)
    declare_conflict_of_interest(
        actor=cast.reviewer, deal=cast.deal, reason="My brother works there."
    )
    assert "Northwind Vision" not in page(cast)


def test_only_reviewers_have_it_in_their_navigation(cast: Cast) -> None:
    for user, there in ((cast.reviewer, True), (cast.analyst, False), (cast.partner, False)):
        assert (ADDRESS in signed_in(user).get("/board/").content.decode()) is there
    assert signed_in(cast.founder).get(ADDRESS).status_code == 404
