"""Reading answers: beside their evidence, against what they said before, never a draft."""

import pytest
from django.test import Client

from diligence.models import Questionnaire
from diligence.services.questionnaires import ask_back, submit_questionnaire
from tests.cast import Cast, answer, answer_all, signed_in


@pytest.fixture
def submitted(cast: Cast) -> Questionnaire:
    answer_all(cast.questionnaire, by=cast.founder)
    return submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)


def read(client: Client, questionnaire: Questionnaire, question: str) -> str:
    page = client.get(f"/questionnaires/{questionnaire.pk}/read/{question}/")
    assert page.status_code == 200
    return page.content.decode()


def again(cast: Cast, words: str, *, hand_in: bool) -> None:
    ask_back(
        actor=cast.analyst, questionnaire=cast.questionnaire, question_id="main-model", body="So?"
    )
    answer(cast.questionnaire, "main-model", words, by=cast.founder)
    if hand_in:
        submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)


def test_an_open_questionnaire_and_a_hidden_question_have_no_page(cast: Cast) -> None:
    client = signed_in(cast.analyst)
    assert client.get(f"/questionnaires/{cast.questionnaire.pk}/read/trains/").status_code == 404
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    assert client.get(f"/questionnaires/{cast.questionnaire.pk}/read/nothing/").status_code == 404


def test_what_is_being_rewritten_is_not_among_the_changes(
    cast: Cast, submitted: Questionnaire
) -> None:
    again(cast, "half a thought", hand_in=False)
    page = read(signed_in(cast.analyst), submitted, "main-model")
    assert "defects-v7" in page
    assert "thought" not in page


def test_two_submissions_are_compared_in_words(cast: Cast, submitted: Questionnaire) -> None:
    again(cast, "defects-v8", hand_in=True)
    page = read(signed_in(cast.analyst), submitted, "main-model")
    assert "defects-v7<span" in page.split("<del>")[1]
    assert "defects-v8<span" in page.split("<ins>")[1]


def test_the_startup_sees_every_change_of_its_own(cast: Cast, submitted: Questionnaire) -> None:
    again(cast, "half a thought", hand_in=False)
    address = f"/room/{cast.deal.pk}/questionnaire/{submitted.pk}/answer/main-model/changes/"
    page = signed_in(cast.founder).get(address).content.decode()
    assert "half a thought" in page
    assert "handed in" in page
    assert signed_in(cast.other_founder).get(address).status_code == 404


def test_accepting_leads_to_the_next_answer(cast: Cast, submitted: Questionnaire) -> None:
    form = {"question": "trains", "reading": "retraining"}
    answered = signed_in(cast.analyst).post(f"/questionnaires/{submitted.pk}/accept/", form)
    assert answered.url == f"/questionnaires/{submitted.pk}/read/retraining/"  # type: ignore[attr-defined] # a redirect, which the test client does not type
    assert submitted.answers.get(question="trains").state == "accepted"
