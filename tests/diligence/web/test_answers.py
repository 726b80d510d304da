"""Answering: a section as a form, one answer at a time, at the same time, to the end."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from diligence.models import Answer, AnswerMessage, EvidenceItem, Questionnaire
from diligence.services.deals import DealDetails, edit_deal
from diligence.services.questionnaires import accept_answers, ask_back, submit_questionnaire
from tests.cast import Cast, a_founder, answer, answer_all, signed_in, some_evidence


def base(cast: Cast) -> str:
    return f"/room/{cast.deal.pk}/questionnaire/{cast.questionnaire.pk}/"


def stored(cast: Cast, question: str) -> Any:
    row = cast.questionnaire.answers.filter(question=question).first()
    return row.value if row else None


def autosave(browser: Client, cast: Cast, question: str, **fields: Any) -> Any:
    """What the page's script posts for one question; `value=…` becomes `<question>.value`."""
    data = {f"{question}.{name.replace('__', '.')}": value for name, value in fields.items()}
    return browser.post(f"{base(cast)}answer/{question}/", data, headers={"X-Autosave": "1"})


@pytest.fixture
def browser(cast: Cast) -> Client:
    return signed_in(cast.founder)


@pytest.fixture
def submitted(cast: Cast) -> Questionnaire:
    answer_all(cast.questionnaire, by=cast.founder)
    return submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)


# Who may -------------------------------------------------------------------------------------


def test_nobody_but_the_rooms_people_sees_or_writes_answers(cast: Cast) -> None:
    pages = ("", "models/", "missing/", "submit/")
    for user in (cast.other_founder, cast.outsider, cast.analyst, cast.partner, cast.reviewer):
        browser = signed_in(user)
        assert {browser.get(base(cast) + page).status_code for page in pages} == {404}
        assert autosave(browser, cast, "main-model", value="x", revision=0).status_code == 404
        assert browser.post(base(cast) + "submit/").status_code == 404
        assert browser.post(base(cast) + "answer/card/evidence/").status_code == 404
    assert not cast.questionnaire.answers.exists()


def test_a_questionnaire_is_not_reached_through_another_room(cast: Cast) -> None:
    address = f"/room/{cast.other_deal.pk}/questionnaire/{cast.questionnaire.pk}/"
    for user in (cast.founder, cast.other_founder):
        assert signed_in(user).get(address).status_code == 404


def test_there_is_no_section_or_question_but_those_asked(cast: Cast, browser: Client) -> None:
    assert browser.get(base(cast) + "nothing/").status_code == 404
    assert autosave(browser, cast, "nothing", value="x", revision=0).status_code == 404


# One answer at a time ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "fields", "expected"),
    [
        ("trains", {"value": "no"}, False),
        ("tools", {"value": ["dvc", "other"], "other": "Kedro"}, ["dvc", "other:Kedro"]),
        ("maturity", {"value": "4"}, 4),
        ("main-model", {"value": "  defects v7 "}, "defects v7"),
        ("story", {"value": "One.\r\nTwo."}, "One.\nTwo."),
        ("rows", {"value": "1 250 000"}, 1250000),
        ("last-trained", {"value": "2026-10-01"}, "2026-10-01"),
        (
            "metrics",
            {
                "0__metric": "AUC", "0__value": "0.91", "0__held-out": "yes", "0__split": "time",
                "7__metric": "F1",
            },
            [
                {"metric": "AUC", "value": 0.91, "held-out": True, "split": "time"},
                {"metric": "F1", "value": None, "held-out": None, "split": None},
            ],
        ),
    ],
)  # fmt: skip
def test_every_type_of_answer_is_saved_and_shown_again(
    cast: Cast, browser: Client, question: str, fields: dict[str, Any], expected: Any
) -> None:
    response = autosave(browser, cast, question, revision=0, **fields)
    assert response.status_code == 200
    assert stored(cast, question) == expected
    text = response.content.decode()
    assert f'name="{question}.revision" value="1"' in text
    assert 'id="section-nav"' in text
    section = "models" if question in ("trains", "tools", "maturity", "main-model") else "numbers"
    shown = browser.get(f"{base(cast)}{section}/")
    assert shown.status_code == 200
    assert shown.context["sheet"].answered == 1


def test_what_does_not_fit_is_said_and_not_stored(cast: Cast, browser: Client) -> None:
    response = autosave(browser, cast, "rows", value="many", revision=0)
    assert response.status_code == 422
    assert "Enter a number, such as 12.5." in response.content.decode()
    assert stored(cast, "rows") is None


def test_cannot_answer_needs_its_reason(cast: Cast, browser: Client) -> None:
    response = autosave(browser, cast, "main-model", cannot="1", because=" ", revision=0)
    assert response.status_code == 422
    assert "Say in a few words why" in response.content.decode()
    response = autosave(browser, cast, "main-model", cannot="1", because="Unnamed", revision=0)
    assert response.status_code == 200
    assert cast.questionnaire.answers.get().cannot_answer == "Unnamed"


def test_a_reason_without_the_tick_does_not_wipe_the_answer(cast: Cast, browser: Client) -> None:
    autosave(browser, cast, "main-model", value="v7", because="old thought", revision=0)
    assert stored(cast, "main-model") == "v7"


def test_an_empty_field_that_was_empty_makes_no_answer(cast: Cast, browser: Client) -> None:
    assert autosave(browser, cast, "main-model", value="", revision=0).status_code == 200
    assert not cast.questionnaire.answers.exists()


def test_who_was_slower_sees_both_versions_and_loses_nothing(cast: Cast, browser: Client) -> None:
    colleague = a_founder(cast.deal, "cto@northwind.example", name="Chris Colleague")
    answer(cast.questionnaire, "main-model", "theirs", by=colleague)
    response = autosave(browser, cast, "main-model", value="mine", revision=0)
    assert response.status_code == 409
    text = response.content.decode()
    assert "Chris Colleague changed this answer" in text
    assert "theirs" in text
    assert 'name="main-model.revision" value="1">Save mine instead' in text
    assert stored(cast, "main-model") == "theirs"
    assert autosave(browser, cast, "main-model", value="mine", revision=1).status_code == 200
    assert stored(cast, "main-model") == "mine"


def test_the_same_answer_twice_is_no_conflict(cast: Cast, browser: Client) -> None:
    autosave(browser, cast, "main-model", value="v7", revision=0)
    assert autosave(browser, cast, "main-model", value="v7", revision=0).status_code == 200
    assert cast.questionnaire.answers.get().revisions.count() == 1


def test_a_question_comes_up_and_goes_away_with_its_condition(cast: Cast, browser: Client) -> None:
    assert (
        '<section id="q-retraining" hidden>' in browser.get(base(cast) + "models/").content.decode()
    )
    text = autosave(browser, cast, "trains", value="yes", revision=0).content.decode()
    assert "How often is the main model retrained?" in text
    answer(cast.questionnaire, "retraining", "weekly", by=cast.founder)
    text = autosave(browser, cast, "trains", value="no", revision=1).content.decode()
    assert '<section id="q-retraining" hidden>' in text
    text = autosave(browser, cast, "trains", value="yes", revision=2).content.decode()
    assert 'value="weekly" checked' in text


def test_questions_of_other_products_are_not_asked(cast: Cast, browser: Client) -> None:
    details = DealDetails(name=cast.deal.name, round="seed", archetypes=["rag"])
    edit_deal(actor=cast.analyst, deal=cast.deal, details=details, revision=1)
    assert browser.get(base(cast) + "models/").status_code == 200


def test_a_question_says_why_it_is_asked_and_what_its_answer_claims(
    cast: Cast, browser: Client
) -> None:
    answer(cast.questionnaire, "trains", "yes", by=cast.founder)
    text = browser.get(base(cast) + "models/").content.decode()
    assert "A model that is never retrained decays." in text
    assert "“Every week or more often” or “Every month” makes a claim" in text
    assert "<q>The main model is retrained: …</q>" in text


# Evidence of an answer -----------------------------------------------------------------------


def test_a_file_answers_a_file_question(cast: Cast, browser: Client) -> None:
    file = SimpleUploadedFile("card.md", b"# Card")
    response = browser.post(f"{base(cast)}answer/card/evidence/", {"card.files": file})
    assert response.status_code == 200
    item = EvidenceItem.objects.get(title="card.md")
    assert stored(cast, "card") == [str(item.pk)]
    text = response.content.decode()
    assert 'id="q-card-evidence"' in text
    assert 'name="card.revision" value="1"' in text
    browser.post(f"{base(cast)}answer/card/evidence/", {"detach": f"card:{item.pk}"})
    assert stored(cast, "card") is None
    assert EvidenceItem.objects.filter(pk=item.pk).exists()


def test_what_is_there_already_can_be_chosen(cast: Cast, browser: Client) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    assert item.title in browser.get(base(cast) + "numbers/").content.decode()
    browser.post(f"{base(cast)}answer/last-trained/evidence/", {"last-trained.attach": item.pk})
    assert list(cast.questionnaire.answers.get().evidence.all()) == [item]


def test_evidence_of_elsewhere_cannot_be_attached(cast: Cast, browser: Client) -> None:
    theirs = some_evidence(cast.other_deal, by=cast.other_founder)
    firms = some_evidence(cast.deal, by=cast.analyst)
    for item in (theirs, firms):
        response = browser.post(f"{base(cast)}answer/card/evidence/", {"card.attach": item.pk})
        assert response.status_code == 422
        assert "not in your room" in response.content.decode()
        assert item.title not in response.content.decode()
    assert stored(cast, "card") is None


def test_an_empty_file_is_refused_beside_the_question(cast: Cast, browser: Client) -> None:
    data = {"card.files": [SimpleUploadedFile("a.md", b""), SimpleUploadedFile("b.md", b"b")]}
    response = browser.post(f"{base(cast)}answer/card/evidence/", data)
    assert response.status_code == 422
    assert "a.md is empty (0 bytes); choose the file again." in response.content.decode()
    assert cast.questionnaire.answers.get().evidence.get().title == "b.md"


# A section as a plain form -------------------------------------------------------------------


def section_form(**fields: str) -> dict[str, str]:
    """The form of the first section as a browser without scripts sends it."""
    ids = ("trains", "tools", "maturity", "main-model")
    revisions = {f"{question}.revision": "0" for question in ids}
    return revisions | {name.replace("__", "."): value for name, value in fields.items()}


def test_a_section_is_saved_as_a_whole(cast: Cast, browser: Client) -> None:
    form = section_form(trains__value="no", maturity__value="2") | {"main-model.value": "v7"}
    response = browser.post(base(cast) + "models/", form | {"next": "1"})
    assert response.headers["Location"] == base(cast) + "numbers/"
    assert (stored(cast, "trains"), stored(cast, "main-model")) == (False, "v7")


def test_a_question_that_came_up_is_not_passed_over(cast: Cast, browser: Client) -> None:
    form = section_form(trains__value="yes") | {"next": "1"}
    response = browser.post(base(cast) + "models/", form, follow=True)
    text = response.content.decode()
    assert response.redirect_chain[-1][0] == base(cast) + "models/"
    assert "How often is the main model retrained?" in text


def test_one_bad_answer_keeps_the_others_and_its_own_words(cast: Cast, browser: Client) -> None:
    form = {
        "rows.revision": "0", "rows.value": "a great many",
        "story.revision": "0", "story.value": "We redeploy the image before.",
    }  # fmt: skip
    response = browser.post(base(cast) + "numbers/", form)
    assert response.status_code == 422
    text = response.content.decode()
    assert 'value="a great many"' in text
    assert "Enter a number, such as 12.5." in text
    assert stored(cast, "story") == "We redeploy the image before."


def test_a_conflict_in_the_form_shows_both_versions(cast: Cast, browser: Client) -> None:
    answer(cast.questionnaire, "story", "theirs", by=cast.founder)
    form = {"story.revision": "0", "story.value": "mine"}
    response = browser.post(base(cast) + "numbers/", form)
    assert response.status_code == 409
    text = response.content.decode()
    assert "theirs" in text
    assert "mine</textarea>" in text
    taken = browser.post(base(cast) + "numbers/", {**form, "story.revision": ["0", "1"]})
    assert taken.status_code == 302
    assert stored(cast, "story") == "mine"


def test_a_table_gives_three_more_rows_each_time(cast: Cast, browser: Client) -> None:
    form = {"metrics.revision": "0", "metrics.0.metric": "AUC", "metrics.2.metric": "F1"}
    browser.post(base(cast) + "numbers/", form)
    fields = {f.question.id: f for f in browser.get(base(cast) + "numbers/").context["fields"]}
    assert [row[0].value for row in fields["metrics"].rows] == ["AUC", "F1", "", "", ""]


def test_files_come_in_with_the_form(cast: Cast, browser: Client) -> None:
    form = {"card.revision": "0", "card.files": SimpleUploadedFile("card.md", b"# Card")}
    assert browser.post(base(cast) + "numbers/", form).status_code == 302
    assert cast.questionnaire.answers.get(question="card").evidence.count() == 1


def test_a_bad_revision_is_no_server_error(cast: Cast, browser: Client) -> None:
    for revision in ("", "x", "-1", "²"):
        autosave(browser, cast, "main-model", value="v", revision=revision)


# Missing, submit, asked back -----------------------------------------------------------------


def test_what_is_missing_is_listed_with_links(cast: Cast, browser: Client) -> None:
    answer(cast.questionnaire, "last-trained", "2026-10-01", by=cast.founder)
    text = browser.get(base(cast) + "missing/").content.decode()
    assert f"{base(cast)}models/#q-main-model" in text
    assert "Evidence to attach" in text
    assert "q-retraining" not in text


def test_nothing_is_submitted_while_something_is_missing(cast: Cast, browser: Client) -> None:
    response = browser.post(base(cast) + "submit/", follow=True)
    assert response.redirect_chain[-1][0] == base(cast) + "missing/"
    assert "still missing" in response.content.decode()
    cast.questionnaire.refresh_from_db()
    assert cast.questionnaire.state == "open"


def test_submitting_asks_once_more_and_then_only_shows(cast: Cast, browser: Client) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    assert "Submit to the firm" in browser.get(base(cast) + "submit/").content.decode()
    response = browser.post(base(cast) + "submit/", follow=True)
    text = response.content.decode()
    assert "defects-v7" in text
    assert "This is with the firm now." in text
    assert "<textarea" not in browser.get(base(cast) + "models/").content.decode()
    late = autosave(browser, cast, "main-model", value="v8", revision=1)
    assert late.status_code == 403
    assert stored(cast, "main-model") == "defects-v7"


def test_only_what_was_asked_back_opens_again(
    cast: Cast, browser: Client, submitted: Questionnaire
) -> None:
    ask_back(
        actor=cast.analyst, questionnaire=submitted, question_id="main-model", body="Which version?"
    )
    text = browser.get(base(cast) + "models/").content.decode()
    assert "Which version?" in text
    assert 'name="main-model.value"' in text
    assert 'name="trains.value"' not in text
    closed = autosave(browser, cast, "trains", value="no", revision=1)
    assert closed.status_code == 422
    assert "Only the answers that the firm asked back" in closed.content.decode()
    assert autosave(browser, cast, "main-model", value="v7.2", revision=1).status_code == 200
    browser.post(base(cast) + "submit/")
    submitted.refresh_from_db()
    assert submitted.state == "submitted"
    assert submitted.answers.get(question="main-model").state == Answer.State.SUBMITTED


def test_a_reply_is_sent_with_its_button_only(
    cast: Cast, browser: Client, submitted: Questionnaire
) -> None:
    ask_back(actor=cast.analyst, questionnaire=submitted, question_id="main-model", body="Which?")
    autosave(browser, cast, "main-model", value="v7", reply="half a sen", revision=1)
    assert AnswerMessage.objects.count() == 1
    form = {
        "main-model.revision": "2",
        "main-model.value": "v7",
        "main-model.reply": "The newest.",
        "at": "main-model",
    }
    response = browser.post(base(cast) + "models/", form)
    assert response.headers["Location"].endswith("models/#q-main-model")
    assert [m.body for m in AnswerMessage.objects.all()] == ["Which?", "The newest."]


def test_an_answer_asked_back_can_bring_up_a_question_and_still_be_submitted(
    cast: Cast, browser: Client
) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    answer(cast.questionnaire, "trains", "no", by=cast.founder)
    answer(cast.questionnaire, "retraining", "", by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    ask_back(actor=cast.analyst, questionnaire=cast.questionnaire, question_id="trains", body="?")
    row = cast.questionnaire.answers.get(question="trains")
    autosave(browser, cast, "trains", value="yes", revision=row.revision)
    later = cast.questionnaire.answers.get(question="retraining")
    saved = autosave(browser, cast, "retraining", value="weekly", revision=later.revision)
    assert saved.status_code == 200
    browser.post(base(cast) + "submit/")
    cast.questionnaire.refresh_from_db()
    assert cast.questionnaire.state == "submitted"


def test_what_was_accepted_is_shown_as_done(
    cast: Cast, browser: Client, submitted: Questionnaire
) -> None:
    accept_answers(actor=cast.analyst, questionnaire=submitted)
    text = browser.get(base(cast)).content.decode()
    assert "The firm has accepted your answers." in text
