"""Answers: every change is kept, only who may changes them, and nothing can get stuck."""

import pytest
from django.core.exceptions import PermissionDenied

from diligence.models import Answer, OutboundMail, Questionnaire
from diligence.selectors.questionnaires import handed_in_sheet, sheet_of
from diligence.services.errors import Conflict, Refused
from diligence.services.evidence import withdraw_evidence
from diligence.services.questionnaires import (
    GivenAnswer,
    accept_answers,
    ask_back,
    attach_evidence,
    publish_template,
    reply,
    save_answer,
    submit_questionnaire,
)
from tests.cast import (
    EVERY_TYPE,
    Cast,
    a_template,
    answer,
    answer_all,
    signed_in,
    some_evidence,
)


@pytest.fixture
def submitted(cast: Cast) -> Questionnaire:
    answer_all(cast.questionnaire, by=cast.founder)
    return submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)


@pytest.mark.parametrize("who", ["admin", "partner", "analyst", "reviewer", "other_founder"])
def test_nobody_answers_for_the_startup(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        answer(cast.questionnaire, "main-model", "x", by=getattr(cast, who))
    with pytest.raises(PermissionDenied):
        submit_questionnaire(actor=getattr(cast, who), questionnaire=cast.questionnaire)


@pytest.mark.parametrize("who", ["founder", "reviewer", "outsider"])
def test_only_those_who_run_the_deal_accept_or_ask_back(
    cast: Cast, submitted: Questionnaire, who: str
) -> None:
    with pytest.raises(PermissionDenied):
        accept_answers(actor=getattr(cast, who), questionnaire=submitted)
    with pytest.raises(PermissionDenied):
        ask_back(
            actor=getattr(cast, who), questionnaire=submitted, question_id="trains", body="Why?"
        )


def test_a_published_version_never_changes(cast: Cast) -> None:
    a_template()
    source = EVERY_TYPE.read_text(encoding="utf-8").replace("every day", "never") + "\n# touched\n"
    with pytest.raises(Refused, match="a published version never changes"):
        publish_template(source=source, name=EVERY_TYPE.name)


def test_every_change_of_an_answer_is_kept(cast: Cast) -> None:
    for value in ("v1", "v2", "v2", "v3"):
        answer(cast.questionnaire, "main-model", value, by=cast.founder)
    row = cast.questionnaire.answers.get()
    assert [(r.number, r.value) for r in row.revisions.all()] == [(3, "v3"), (2, "v2"), (1, "v1")]


def test_a_stale_answer_is_refused(cast: Cast) -> None:
    answer(cast.questionnaire, "main-model", "v1", by=cast.founder)
    with pytest.raises(Conflict, match="Freya Founder changed this answer"):
        save_answer(
            actor=cast.founder, questionnaire=cast.questionnaire, question_id="main-model",
            given=GivenAnswer("v2", revision=0),
        )  # fmt: skip


def test_files_are_not_claimed_by_their_ids(cast: Cast) -> None:
    item = some_evidence(cast.other_deal, by=cast.other_founder)
    answer(cast.questionnaire, "card", [str(item.pk)], by=cast.founder)
    asked = sheet_of(cast.questionnaire).find("card")
    assert asked is not None
    assert not asked.is_given


def test_a_plain_no_needs_no_evidence_and_a_date_does(cast: Cast) -> None:
    answer(cast.questionnaire, "last-trained", "2026-10-01", by=cast.founder)
    asked = sheet_of(cast.questionnaire).find("last-trained")
    assert asked is not None
    assert asked.lacks_evidence


def test_the_last_accepted_answer_accepts_the_whole(cast: Cast, submitted: Questionnaire) -> None:
    accept_answers(actor=cast.analyst, questionnaire=submitted, questions=["trains"])
    submitted.refresh_from_db()
    assert submitted.state == "submitted"
    accept_answers(actor=cast.analyst, questionnaire=submitted)
    submitted.refresh_from_db()
    assert submitted.state == "accepted"


def test_asking_back_mails_the_room_with_a_readable_line(
    cast: Cast, submitted: Questionnaire
) -> None:
    before = OutboundMail.objects.filter(to=cast.founder.email).count()
    ask_back(actor=cast.analyst, questionnaire=submitted, question_id="trains", body="Which ones?")
    assert OutboundMail.objects.filter(to=cast.founder.email).count() == before + 1
    line = cast.deal.activities.get(verb="answer.ask-back")
    assert line.text == "asked back: Do you train models of your own?"


def test_a_draft_cannot_be_asked_back(cast: Cast) -> None:
    with pytest.raises(Refused, match="still has this questionnaire"):
        ask_back(
            actor=cast.analyst, questionnaire=cast.questionnaire, question_id="trains", body="?"
        )


def test_strangers_do_not_write_into_a_thread(cast: Cast, submitted: Questionnaire) -> None:
    row = submitted.answers.get(question="trains")
    for user in (cast.outsider, cast.other_founder):
        with pytest.raises(PermissionDenied):
            reply(actor=user, answer=row, body="Hello")


def test_evidence_withdrawn_after_submission_can_be_replaced_when_returned(
    cast: Cast, submitted: Questionnaire
) -> None:
    card = submitted.answers.get(question="card").evidence.get()
    withdraw_evidence(actor=cast.founder, item=card, because="Wrong one")
    ask_back(actor=cast.analyst, questionnaire=submitted, question_id="trains", body="?")
    with pytest.raises(Refused, match="1 answer is still missing"):
        submit_questionnaire(actor=cast.founder, questionnaire=submitted)
    newer = some_evidence(cast.deal, by=cast.founder, filename="card-2.md", content=b"# New")
    attach_evidence(actor=cast.founder, questionnaire=submitted, question_id="card", item=newer)
    submit_questionnaire(actor=cast.founder, questionnaire=submitted)
    states = set(submitted.answers.values_list("state", flat=True))
    assert states == {Answer.State.SUBMITTED}


def test_the_firm_reads_what_was_handed_in_and_not_what_is_being_written(cast: Cast) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    ask_back(
        actor=cast.analyst,
        questionnaire=cast.questionnaire,
        question_id="main-model",
        body="Which?",
    )
    answer(cast.questionnaire, "main-model", "a thought", by=cast.founder)

    def read() -> str:
        asked = handed_in_sheet(cast.questionnaire).find("main-model")
        return asked.shown_value if asked else ""

    assert read() == "defects-v7"
    assert "a thought" not in signed_in(cast.analyst).get(review(cast)).content.decode()
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    assert read() == "a thought"


def test_evidence_that_is_attached_again_is_read_after_it_was_handed_in(cast: Cast) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    ask_back(
        actor=cast.analyst, questionnaire=cast.questionnaire, question_id="main-model", body="Show."
    )
    card = some_evidence(cast.deal, by=cast.founder, filename="log.csv", content=b"a,b\n1,2\n")
    attach_evidence(
        actor=cast.founder, questionnaire=cast.questionnaire, question_id="main-model", item=card
    )

    def read() -> list[str]:
        asked = handed_in_sheet(cast.questionnaire).find("main-model")
        return [item.title for item in asked.attached] if asked else []

    assert read() == []
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    assert read() == ["log.csv"]
    numbers = cast.questionnaire.answers.get(question="main-model").revisions.exclude(
        handed_in_at=None
    )
    assert [row.number for row in numbers] == [2, 1]


def review(cast: Cast) -> str:
    return f"/questionnaires/{cast.questionnaire.pk}/"
