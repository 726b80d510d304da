"""Answers taken over: only the startup's own, only where they fit, only what one may see."""

import pytest

from diligence.models import Deal, Questionnaire, User
from diligence.selectors.delegation import sheet_for
from diligence.selectors.earlier_answers import earlier_answers
from diligence.selectors.questionnaires import handed_in_sheet, sheet_of
from diligence.services.deals import DealDetails, create_deal
from diligence.services.earlier_answers import take_over_answer
from diligence.services.errors import Refused
from diligence.services.invitations import accept_invitation
from diligence.services.questionnaires import (
    ask_back,
    issue_questionnaire,
    publish_template,
    submit_questionnaire,
)
from tests.cast import (
    EVERY_TYPE,
    Cast,
    a_founder,
    an_invitation,
    an_issued_questionnaire,
    answer,
    answer_all,
    signed_in,
)


def next_round(cast: Cast) -> Deal:
    """Another deal of the same startup, with the same founder in its room."""
    details = DealDetails(name="Series A 2027", round="series-a", archetypes=["clf"])
    deal = create_deal(actor=cast.analyst, startup=cast.deal.startup, details=details)
    secret = an_invitation(deal, cast.founder.email)
    accept_invitation(secret=secret, name="", actor=cast.founder)
    return deal


@pytest.fixture
def again(cast: Cast) -> Questionnaire:
    """The questionnaire of the next round, after the first one was handed in."""
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    return an_issued_questionnaire(next_round(cast))


def offered(user: User, questionnaire: Questionnaire) -> dict[str, str]:
    sheet = sheet_for(user, questionnaire)
    return {each.asked.question.id: each.in_words for each in earlier_answers(user, sheet)}


def test_nothing_crosses_from_one_startup_to_another(cast: Cast, again: Questionnaire) -> None:
    other = an_issued_questionnaire(cast.other_deal)
    assert offered(cast.other_founder, other) == {}
    with pytest.raises(Refused):
        take_over_answer(actor=cast.other_founder, questionnaire=other, question_id="trains")


def test_a_colleague_who_was_not_in_the_earlier_room_is_offered_nothing(
    cast: Cast, again: Questionnaire
) -> None:
    newcomer = a_founder(again.deal, "new@northwind.example")
    assert offered(newcomer, again) == {}
    page = signed_in(newcomer).get(f"/room/{again.deal_id}/questionnaire/{again.pk}/earlier/")
    assert "defects-v7" not in page.content.decode()


def test_what_was_not_handed_in_is_not_offered(cast: Cast, again: Questionnaire) -> None:
    ask_back(
        actor=cast.analyst, questionnaire=cast.questionnaire, question_id="main-model", body="So?"
    )
    answer(cast.questionnaire, "main-model", "half a thought", by=cast.founder)
    assert offered(cast.founder, again)["main-model"] == "defects-v7"


def test_files_and_answers_that_no_longer_fit_are_not_offered(
    cast: Cast, again: Questionnaire
) -> None:
    source = EVERY_TYPE.read_text(encoding="utf-8").replace("version: 1", "version: 2", 1)
    source = source.replace("{id: monthly,", "{id: each-month,").replace(
        "when: [weekly, monthly]", "when: [weekly, each-month]"
    ).replace("monthly: 31", "each-month: 31")  # fmt: skip
    template = publish_template(source=source, name="every-type.v2.yaml")
    newer = issue_questionnaire(actor=cast.analyst, deal=again.deal, template=template)
    answer(newer, "trains", "yes", by=cast.founder)
    assert "main-model" in offered(cast.founder, newer)
    assert "retraining" not in offered(cast.founder, newer)
    assert "card" not in offered(cast.founder, newer)


def test_an_answer_taken_over_keeps_its_age_until_it_is_changed(
    cast: Cast, again: Questionnaire
) -> None:
    assert offered(cast.founder, again)["main-model"] == "defects-v7"
    take_over_answer(actor=cast.founder, questionnaire=again, question_id="main-model")
    said = sheet_of(again).find("main-model").said  # type: ignore[union-attr] # it is there, or the test fails
    first = cast.questionnaire.answers.get(question="main-model").revisions.get()
    assert said is not None
    assert (said.value, said.answered_at) == ("defects-v7", first.at)
    assert "main-model" not in offered(cast.founder, again)
    with pytest.raises(Refused):
        take_over_answer(actor=cast.founder, questionnaire=again, question_id="main-model")
    answer(again, "main-model", "defects-v9", by=cast.founder)
    assert again.answers.get(question="main-model").taken_from is None


def test_the_firm_sees_that_it_was_taken_over(cast: Cast, again: Questionnaire) -> None:
    answer_all(again, by=cast.founder)
    answer(again, "main-model", "", by=cast.founder)
    take_over_answer(actor=cast.founder, questionnaire=again, question_id="main-model")
    submit_questionnaire(actor=cast.founder, questionnaire=again)
    said = handed_in_sheet(again).find("main-model").said  # type: ignore[union-attr] # it is there, or the test fails
    assert said is not None
    assert said.taken_from is not None
    page = signed_in(cast.analyst).get(f"/questionnaires/{again.pk}/").content.decode()
    assert "Taken over" in page


def test_the_page_takes_over_one_and_not_the_rest(cast: Cast, again: Questionnaire) -> None:
    address = f"/room/{again.deal_id}/questionnaire/{again.pk}/earlier/"
    client = signed_in(cast.founder)
    assert "defects-v7" in client.get(address).content.decode()
    client.post(address, {"question": "main-model"})
    assert list(again.answers.values_list("question", flat=True)) == ["main-model"]
