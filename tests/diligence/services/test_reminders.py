"""Reminders: a week and a day before, once overdue, one mail a day, with one link."""

import re
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from diligence.models import OutboundMail, Questionnaire
from diligence.selectors.reminders import Step, step_of
from diligence.services.evidence_requests import Need, request_evidence
from diligence.services.invitations import remove_room_member
from diligence.services.questionnaires import submit_questionnaire
from diligence.services.reminders import send_reminders
from tests.cast import Cast, a_founder, an_issued_questionnaire, answer_all, whole_cast

DUE = date(2099, 3, 20)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def before(days: int) -> datetime:
    return at(DUE - timedelta(days=days))


@pytest.fixture
def due(cast: Cast) -> Questionnaire:
    """The only questionnaire, issued long before it is due."""
    Questionnaire.objects.update(due_on=DUE, issued_at=before(60))
    OutboundMail.objects.all().delete()
    return cast.questionnaire


def reminded() -> list[tuple[str, str]]:
    return list(OutboundMail.objects.order_by("created_at", "to").values_list("to", "subject"))


@pytest.mark.parametrize(
    ("left", "step"),
    [(8, None), (7, Step.WEEK), (4, Step.WEEK), (1, Step.DAY), (0, Step.DAY), (-1, Step.OVERDUE)],
)
def test_the_steps_are_a_week_a_day_and_overdue(left: int, step: Step | None) -> None:
    assert step_of(DUE, DUE - timedelta(days=60), DUE - timedelta(days=left)) == step


def test_nobody_is_reminded_at_a_step_that_was_past_when_it_was_asked() -> None:
    asked = DUE - timedelta(days=5)
    assert step_of(DUE, asked, asked) is None
    assert step_of(DUE, asked, DUE - timedelta(days=2)) is None
    assert step_of(DUE, asked, DUE - timedelta(days=1)) == Step.DAY
    assert step_of(DUE, DUE, DUE) is None
    assert step_of(DUE, DUE, DUE + timedelta(days=1)) == Step.OVERDUE


def test_each_step_is_told_once(cast: Cast, due: Questionnaire) -> None:
    assert [send_reminders(before(days)) for days in (9, 8, 7, 6, 2, 1, 0, -1, -2)] == [
        0, 0, 1, 0, 0, 1, 0, 1, 0,
    ]  # fmt: skip
    title = "Northwind Vision: A little of everything"
    assert reminded() == [("founder@northwind.example", title)] * 3
    last = OutboundMail.objects.latest("created_at").body
    assert "which was due on 20 March 2099" in last


def test_a_step_that_was_slept_through_is_not_made_up_for(due: Questionnaire) -> None:
    assert [send_reminders(before(days)) for days in (8, 0, -3)] == [0, 1, 1]


def test_all_that_is_due_is_in_one_mail_with_one_link(cast: Cast, due: Questionnaire) -> None:
    other = an_issued_questionnaire(cast.deal)
    request_evidence(
        actor=cast.analyst, deal=cast.deal, need=Need("Prediction log", "To recompute.", DUE)
    )
    Questionnaire.objects.filter(pk=other.pk).update(due_on=DUE, issued_at=before(60))
    OutboundMail.objects.all().delete()
    assert send_reminders(before(7)) == 1
    mail = OutboundMail.objects.get()
    assert mail.subject == "Northwind Vision: 3 things are due"
    assert "Prediction log, due on 20 March 2099" in mail.body
    assert len(re.findall(r"https?://", mail.body)) == 1


def test_what_comes_due_after_todays_mail_waits_for_tomorrow(
    cast: Cast, due: Questionnaire
) -> None:
    assert send_reminders(before(7)) == 1
    request_evidence(
        actor=cast.analyst, deal=cast.deal, need=Need("Prediction log", "To recompute.", DUE)
    )
    assert send_reminders(before(7)) == 0
    assert send_reminders(before(6)) == 1


def test_nobody_is_woken_up(due: Questionnaire) -> None:
    assert send_reminders(at(DUE - timedelta(days=7), hour=6)) == 0
    assert send_reminders(at(DUE - timedelta(days=7), hour=7)) == 1


def test_everyone_in_the_room_is_reminded_but_nobody_who_left_it(
    cast: Cast, due: Questionnaire
) -> None:
    colleague = a_founder(cast.deal, "colleague@northwind.example")
    gone = a_founder(cast.deal, "gone@northwind.example")
    remove_room_member(actor=cast.analyst, member=cast.deal.room_members.get(user=gone))
    OutboundMail.objects.all().delete()
    assert send_reminders(before(7)) == 2
    assert {to for to, _ in reminded()} == {cast.founder.email, colleague.email}


def test_what_is_submitted_or_has_no_date_reminds_of_nothing(
    cast: Cast, due: Questionnaire
) -> None:
    answer_all(due, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=due)
    assert send_reminders(before(1)) == 0
    Questionnaire.objects.update(state=Questionnaire.State.OPEN, due_on=None)
    assert send_reminders(timezone.now() + timedelta(days=400)) == 0


def test_one_person_in_two_rooms_gets_one_mail_that_names_both(
    cast: Cast, due: Questionnaire
) -> None:
    a_founder(cast.other_deal, cast.founder.email)
    other = an_issued_questionnaire(cast.other_deal)
    Questionnaire.objects.filter(pk=other.pk).update(due_on=DUE, issued_at=before(60))
    OutboundMail.objects.all().delete()
    send_reminders(before(7))
    mail = OutboundMail.objects.get(to=cast.founder.email)
    assert mail.subject == "Contoso Copilot, Northwind Vision: 2 things are due"
    assert "- Contoso Copilot: A little of everything, due on 20 March 2099" in mail.body


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_two_workers_at_once_send_one_mail() -> None:
    whole_cast()
    Questionnaire.objects.update(due_on=DUE, issued_at=before(60))
    OutboundMail.objects.all().delete()
    ready, sent = Barrier(2), []

    def work() -> None:
        ready.wait()
        sent.append(send_reminders(before(7)))
        connections.close_all()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sent) == [0, 1]
    assert OutboundMail.objects.count() == 1
