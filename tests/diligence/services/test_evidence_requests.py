"""What is still needed: who asks, who answers, what the mail says, and what opens again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from diligence.models import Activity, EvidenceRequest, OutboundMail
from diligence.selectors.evidence_requests import counts_of, requests_for, requests_of
from diligence.services.errors import Refused
from diligence.services.evidence import withdraw_evidence
from diligence.services.evidence_requests import (
    GATHERS,
    AskedFor,
    Need,
    answer_request,
    request_evidence,
    tell_of_requests,
    withdraw_request,
)
from diligence.services.invitations import remove_room_member
from tests.cast import Cast, some_evidence

LOG = Need("Prediction log", "To measure drift ourselves.", minutes=25)


def asked(cast: Cast, need: Need = LOG) -> EvidenceRequest:
    return request_evidence(actor=cast.analyst, deal=cast.deal, need=need)


def mails() -> list[OutboundMail]:
    return list(OutboundMail.objects.filter(body__contains="asked of").order_by("to"))


def let_it_rest() -> None:
    EvidenceRequest.objects.update(asked_at=timezone.now() - GATHERS)


# Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["founder", "reviewer", "outsider", "other_founder"])
def test_only_those_who_run_the_deal_ask_and_stop_asking(cast: Cast, who: str) -> None:
    someone, row = getattr(cast, who), asked(cast)
    with pytest.raises(PermissionDenied):
        request_evidence(actor=someone, deal=cast.deal, need=LOG)
    with pytest.raises(PermissionDenied):
        withdraw_request(actor=someone, request=row, because="no")
    assert EvidenceRequest.objects.get().is_open


@pytest.mark.parametrize("who", ["analyst", "admin", "outsider", "other_founder"])
def test_only_the_startup_answers(cast: Cast, who: str) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    with pytest.raises(PermissionDenied):
        answer_request(actor=getattr(cast, who), request=asked(cast), evidence=[item])


def test_each_sees_the_requests_of_their_own_deals(cast: Cast) -> None:
    asked(cast)
    for user in (cast.other_founder, cast.outsider):
        assert not EvidenceRequest.objects.visible_to(user).exists()
    for user in (cast.founder, cast.analyst, cast.reviewer, cast.partner):
        assert EvidenceRequest.objects.visible_to(user).count() == 1


# Asking --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("need", "sentence"),
    [
        (Need("Log", "  "), "what is needed and why"),
        (Need("Log", "why", timezone.localdate() - timedelta(days=1)), "lies in the past"),
        (Need("Log", "why", minutes=0), "between 1 and 6000 minutes"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(cast: Cast, need: Need, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        asked(cast, need)
    assert not EvidenceRequest.objects.exists()


def test_a_claim_finds_what_it_asked_for_and_no_other(cast: Cast) -> None:
    asked(cast)
    claim = AskedFor("claim", "auc-2025", "AUC above 0.9 all year")
    mine = request_evidence(actor=cast.analyst, deal=cast.deal, need=LOG, asked_for=claim)
    assert list(requests_for(cast.deal, cast.analyst, "claim", "auc-2025")) == [mine]


def test_open_ones_come_first_by_date_and_are_counted(cast: Cast) -> None:
    today = timezone.localdate()
    undated, later = asked(cast), asked(cast, Need("Card", "why", today + timedelta(days=9)))
    soon = asked(cast, Need("Register", "why", today))
    done = asked(cast, Need("Contract", "why", today))
    answer_request(actor=cast.founder, request=done, reply="We have none.")
    EvidenceRequest.objects.filter(pk=later.pk).update(due_on=today - timedelta(days=1))
    rows = requests_of(cast.deal, cast.analyst)
    assert list(rows) == [later, soon, undated, done]
    counts = counts_of(rows)
    assert (counts.open, counts.answered, counts.overdue) == (3, 1, 1)


# Answering -----------------------------------------------------------------------------------


def test_an_answer_is_a_file_or_a_reason(cast: Cast) -> None:
    row = asked(cast)
    with pytest.raises(Refused, match="say in a few words why there is none"):
        answer_request(actor=cast.founder, request=row, reply="  ")
    answer_request(actor=cast.founder, request=row, reply="We log no predictions.")
    row.refresh_from_db()
    assert (row.state, row.reply) == ("answered", "We log no predictions.")
    assert row.answered_by == cast.founder


def test_it_is_not_answered_with_what_is_not_the_startups_own(cast: Cast) -> None:
    row = asked(cast)
    gone = some_evidence(cast.deal, by=cast.founder)
    withdraw_evidence(actor=cast.founder, item=gone, because="Wrong file")
    for item in (
        gone,
        some_evidence(cast.deal, by=cast.analyst),
        some_evidence(cast.other_deal, by=cast.other_founder),
    ):
        with pytest.raises(Refused, match="that you handed in here"):
            answer_request(actor=cast.founder, request=row, evidence=[item])
    row.refresh_from_db()
    assert row.is_open


def test_more_can_be_added_to_an_answer(cast: Cast) -> None:
    row = asked(cast)
    first, second = (some_evidence(cast.deal, by=cast.founder) for _ in range(2))
    answer_request(actor=cast.founder, request=row, evidence=[first], reply="The first half.")
    answer_request(actor=cast.founder, request=row, evidence=[second])
    row.refresh_from_db()
    assert set(row.given) == {first, second}
    assert row.reply == "The first half."


def test_withdrawing_the_only_answer_opens_the_request_again(cast: Cast) -> None:
    row, kept = asked(cast), asked(cast, Need("Card", "why"))
    first, second = (some_evidence(cast.deal, by=cast.founder) for _ in range(2))
    answer_request(actor=cast.founder, request=row, evidence=[first])
    answer_request(actor=cast.founder, request=kept, evidence=[first, second])
    withdraw_evidence(actor=cast.founder, item=first, because="Wrong file")
    row.refresh_from_db()
    kept.refresh_from_db()
    assert (row.is_open, kept.state) == (True, "answered")


def test_what_is_no_longer_asked_needs_a_reason_and_takes_no_answer(cast: Cast) -> None:
    row = asked(cast)
    with pytest.raises(Refused, match="why this is no longer needed"):
        withdraw_request(actor=cast.analyst, request=row, because=" ")
    withdraw_request(actor=cast.analyst, request=row, because="Found it in the repository.")
    with pytest.raises(PermissionDenied, match="no longer asks"):
        answer_request(actor=cast.founder, request=row, reply="Late")
    line = Activity.objects.get(verb="request.withdraw")
    assert "Found it in the repository." in line.text
    assert line.in_room


# The mail ------------------------------------------------------------------------------------


def test_ten_requests_make_one_mail_and_only_once(cast: Cast) -> None:
    for n in range(10):
        asked(cast, Need(f"Thing {n}", "Because."))
    tell_of_requests()
    assert mails() == []
    let_it_rest()
    tell_of_requests()
    tell_of_requests()
    (mail,) = mails()
    assert mail.to == cast.founder.email
    assert mail.subject == "Northwind Vision: 10 things are asked of you"
    assert "Thing 0" in mail.body
    assert "Thing 9" in mail.body
    assert f"/room/{cast.deal.pk}/" in mail.body


def test_nobody_is_told_of_what_was_taken_back_or_after_leaving_the_room(cast: Cast) -> None:
    row = asked(cast)
    withdraw_request(actor=cast.analyst, request=row, because="Mistake")
    let_it_rest()
    tell_of_requests()
    asked(cast)
    remove_room_member(actor=cast.analyst, member=cast.deal.room_members.get(user=cast.founder))
    let_it_rest()
    tell_of_requests()
    assert mails() == []
