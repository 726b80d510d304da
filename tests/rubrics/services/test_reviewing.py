"""Who scores blind: asked, replaced, in conflict, reminded; and who sees what until all are in."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from diligence.models import Activity, Barrier, Deal, OutboundMail, User
from diligence.selectors.inbox import inbox_of
from diligence.selectors.trail import lines_for
from diligence.services.barriers import lift_barrier, raise_barrier
from diligence.services.errors import Refused
from rubrics.models import Assessment, Scorecard, Seat, Standing
from rubrics.selectors.assessments import sheets_of
from rubrics.selectors.panels import assignable, places_of, sign_off_blockers
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.services.reports import issue_report
from rubrics.services.reviewing import (
    assign,
    declare_conflict,
    give_up_seat,
    remind_reviewers,
    replace,
)
from rubrics.services.scorecards import lock_scorecard, open_scorecard
from tests.cast import Cast
from tests.rubrics.building import a_scorecard, an_assessment, ask_to_score


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    """Scored blind by the reviewer and the outsider, who is put on the deal by it."""
    found = an_assessment(cast.deal, mode=Assessment.Mode.BLIND)
    ask_to_score(found, cast.reviewer, cast.outsider)
    return found


def sees(user: User) -> bool:
    return Assessment.objects.scores_visible_to(user).exists()


def everybody(cast: Cast) -> tuple[User, ...]:
    return (cast.admin, cast.partner, cast.analyst, cast.reviewer, cast.outsider)


def test_nobody_sees_a_score_before_all_have_submitted(cast: Cast, assessment: Assessment) -> None:
    first = a_scorecard(assessment, cast.reviewer, locked=True)
    second = a_scorecard(assessment, cast.outsider)
    assert not any(sees(user) for user in everybody(cast))
    assert {sheet.suggestion for sheet in sheets_of(first)} == {None}
    standing = Standing.objects.get()
    assert (standing.headline, standing.is_final) == (None, False)
    with pytest.raises(Refused, match="still score blind"):
        issue_report(actor=cast.analyst, deal=cast.deal)
    lock_scorecard(actor=cast.outsider, scorecard=second)
    assert all(sees(user) for user in everybody(cast))
    assert not sees(cast.founder)
    assert Standing.objects.get().headline is not None
    first = Scorecard.objects.select_related("assessment").get(pk=first.pk)
    assert None not in {sheet.suggestion for sheet in sheets_of(first)}


def test_one_reviewer_alone_ends_no_blindness(cast: Cast) -> None:
    assessment = an_assessment(cast.deal, mode=Assessment.Mode.BLIND)
    a_scorecard(assessment, cast.reviewer, locked=True)
    assert not any(sees(user) for user in everybody(cast))
    assert [b.obstacle for b in sign_off_blockers(assessment)] == ["too-few-reviewers"]


def test_the_trail_keeps_back_why_a_knock_out_was_raised(
    cast: Cast, assessment: Assessment
) -> None:
    suspect_knock_out(actor=cast.reviewer, assessment=assessment, code="K1", because="Invented.")
    for user in (cast.outsider, cast.partner, cast.analyst):
        said = [line.text for line in lines_for(user, cast.deal)]
        said += [line.text for news in inbox_of(user).deals for line in news.lines]
        assert "asked Rita Reviewer to score" in said
        assert not any("Invented." in text for text in said)
    assert any("Invented." in line.text for line in lines_for(cast.reviewer, cast.deal))
    for user in (cast.reviewer, cast.outsider):
        a_scorecard(assessment, user, locked=True)
    assert any("Invented." in line.text for line in lines_for(cast.outsider, cast.deal))


def test_what_is_not_of_scores_stays_in_the_trail_of_assisted_deals(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    suspect_knock_out(actor=cast.analyst, assessment=assessment, code="K1", because="Invented.")
    assert any("Invented." in line.text for line in lines_for(cast.partner, cast.deal))
    assert not any("Invented." in line.text for line in lines_for(cast.reviewer, cast.deal))
    assert lines_for(cast.reviewer, cast.deal).filter(verb="assessment.open").exists()


def test_only_those_who_were_asked_score_blind(cast: Cast, assessment: Assessment) -> None:
    with pytest.raises(Refused, match="You are not asked to score this deal"):
        open_scorecard(actor=cast.analyst, assessment=assessment)
    with pytest.raises(PermissionDenied):
        assign(actor=cast.reviewer, assessment=assessment, user=cast.partner)


def test_whoever_is_asked_is_put_on_the_deal_and_told(cast: Cast, assessment: Assessment) -> None:
    assert Deal.objects.visible_to(cast.outsider).filter(pk=cast.deal.pk).exists()
    mail = OutboundMail.objects.get(to=cast.outsider.email)
    assert "Ada Analyst asks you to score Northwind Vision" in mail.body
    assert f"/deals/{cast.deal.pk}/scorecard/" in mail.body


@pytest.mark.parametrize(
    ("who", "role", "words"),
    [
        ("reviewer", "reviewer", "has a place on this assessment already"),
        ("reviewer", "third", "has a place on this assessment already"),
        ("founder", "reviewer", "is not of the firm"),
        ("partner", "guest", "from the list"),
    ],
)
def test_who_does_not_fit_is_not_asked(
    cast: Cast, assessment: Assessment, who: str, role: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        assign(actor=cast.analyst, assessment=assessment, user=getattr(cast, who), role=role)


def test_the_third_person_never_scored_the_deal(cast: Cast, assessment: Assessment) -> None:
    open_scorecard(actor=cast.reviewer, assessment=assessment)
    give_up_seat(actor=cast.analyst, seat=assessment.seats.get(user=cast.reviewer))
    with pytest.raises(Refused, match="a third person has to decide"):
        assign(actor=cast.analyst, assessment=assessment, user=cast.reviewer, role="third")
    assign(actor=cast.analyst, assessment=assessment, user=cast.partner, role="third")
    with pytest.raises(Refused, match="asked to decide already"):
        assign(actor=cast.analyst, assessment=assessment, user=cast.admin, role="third")


def test_nobody_is_assigned_in_assisted_mode(cast: Cast) -> None:
    with pytest.raises(Refused, match="nobody is assigned"):
        assign(actor=cast.analyst, assessment=an_assessment(cast.deal), user=cast.partner)


def test_a_declared_conflict_ends_ones_scoring(cast: Cast, assessment: Assessment) -> None:
    card = a_scorecard(assessment, cast.reviewer)
    a_scorecard(assessment, cast.outsider, locked=True)
    with pytest.raises(Refused, match="Say in a sentence"):
        declare_conflict(actor=cast.reviewer, assessment=assessment, because=" ")
    declare_conflict(actor=cast.reviewer, assessment=assessment, because="I hold their shares.")
    with pytest.raises(PermissionDenied):
        open_scorecard(actor=cast.reviewer, assessment=assessment)
    with pytest.raises(PermissionDenied):
        lock_scorecard(actor=cast.reviewer, scorecard=card)
    assert card.scores.exists()
    assert "Rita Reviewer has a conflict" in sign_off_blockers(assessment)[0].text
    assert not Activity.objects.filter(text__contains="shares").exists()
    assert not sees(cast.partner)


def test_in_assisted_mode_a_conflict_lets_another_score(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    open_scorecard(actor=cast.reviewer, assessment=assessment)
    declare_conflict(actor=cast.reviewer, assessment=assessment, because="My brother.")
    assert not Deal.objects.visible_to(cast.reviewer).exists()
    assert open_scorecard(actor=cast.analyst, assessment=assessment).reviewer == cast.analyst


def test_whoever_is_let_in_again_after_a_conflict_still_does_not_score(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    declare_conflict(actor=cast.reviewer, assessment=assessment, because="My brother.")
    lift_barrier(actor=cast.partner, barrier=Barrier.objects.get(), reason="He left the company.")
    with pytest.raises(Refused, match="You declared a conflict"):
        open_scorecard(actor=cast.reviewer, assessment=assessment)


def test_the_only_one_who_decides_in_a_firm_stops_scoring_and_still_sees_the_deal(
    cast: Cast,
) -> None:
    User.objects.filter(pk=cast.partner.pk).update(is_active=False)
    assessment = an_assessment(cast.deal)
    declare_conflict(actor=cast.admin, assessment=assessment, because="My brother.")
    assert cast.deal in Deal.objects.visible_to(cast.admin)
    with pytest.raises(Refused, match="You declared a conflict"):
        open_scorecard(actor=cast.admin, assessment=assessment)


def test_a_reviewer_behind_a_barrier_is_neither_reminded_nor_asked_and_has_to_be_replaced(
    cast: Cast, assessment: Assessment
) -> None:
    raise_barrier(actor=cast.partner, deal=cast.deal, user=cast.reviewer, reason="Shares.")
    assert "Rita Reviewer has a conflict" in sign_off_blockers(assessment)[0].text
    assert remind_reviewers(actor=cast.analyst, assessment=assessment) == 1
    give_up_seat(actor=cast.analyst, seat=assessment.seats.get(user=cast.reviewer))
    assert cast.reviewer not in assignable(assessment)
    with pytest.raises(Refused, match="lift the barrier first"):
        assign(actor=cast.analyst, assessment=assessment, user=cast.reviewer)


def test_whoever_takes_over_starts_anew_and_the_others_work_is_kept(
    cast: Cast, assessment: Assessment
) -> None:
    old = a_scorecard(assessment, cast.reviewer)
    a_scorecard(assessment, cast.outsider, locked=True)
    replace(actor=cast.analyst, seat=assessment.seats.get(user=cast.reviewer), user=cast.partner)
    assert {str(p.seat.user) for p in places_of(assessment)} == {"Otto Outsider", "Pia Partner"}
    new = open_scorecard(actor=cast.partner, assessment=assessment)
    assert not new.scores.exists()
    assert old.scores.exists()
    a_scorecard(assessment, cast.partner, locked=True)
    assert sees(cast.analyst)


def test_whoever_declared_a_conflict_is_not_asked_again(cast: Cast, assessment: Assessment) -> None:
    declare_conflict(actor=cast.reviewer, assessment=assessment, because="Shares.")
    give_up_seat(actor=cast.analyst, seat=assessment.seats.get(user=cast.reviewer))
    with pytest.raises(Refused, match="declared a conflict"):
        assign(actor=cast.analyst, assessment=assessment, user=cast.reviewer)


def test_the_last_missing_reviewer_who_is_taken_off_ends_the_blindness(
    cast: Cast, assessment: Assessment
) -> None:
    ask_to_score(assessment, cast.partner)
    for user in (cast.reviewer, cast.outsider):
        a_scorecard(assessment, user, locked=True)
    assert not sees(cast.analyst)
    give_up_seat(actor=cast.analyst, seat=assessment.seats.get(user=cast.partner))
    assert sees(cast.analyst)
    assert Standing.objects.get().headline is not None


def test_scores_that_were_seen_are_hidden_again_while_a_successor_scores(
    cast: Cast, assessment: Assessment
) -> None:
    for user in (cast.reviewer, cast.outsider):
        a_scorecard(assessment, user, locked=True)
    with pytest.raises(Refused, match="would not be blind"):
        assign(actor=cast.analyst, assessment=assessment, user=cast.partner)
    declare_conflict(actor=cast.outsider, assessment=assessment, because="Hired by them.")
    assert [b.obstacle for b in sign_off_blockers(assessment)] == ["conflict", "scoring"]
    replace(actor=cast.analyst, seat=assessment.seats.get(user=cast.outsider), user=cast.partner)
    assert not sees(cast.analyst)
    assert Standing.objects.get().headline is None


def test_reminders_reach_the_missing_once_a_day(cast: Cast, assessment: Assessment) -> None:
    a_scorecard(assessment, cast.reviewer, locked=True)
    before = OutboundMail.objects.count()
    assert remind_reviewers(actor=cast.analyst, assessment=assessment) == 1
    assert remind_reviewers(actor=cast.analyst, assessment=assessment) == 0
    mail = OutboundMail.objects.order_by("created_at").last()
    assert mail is not None
    assert (mail.to, OutboundMail.objects.count()) == (cast.outsider.email, before + 1)
    assert "is not in yet" in mail.body
    Seat.objects.update(reminded_at=timezone.now() - timedelta(days=2))
    assert remind_reviewers(actor=cast.analyst, assessment=assessment) == 1
