"""The Excel round trip in the room: download, upload, look, take over."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from diligence.models import WorkbookImport
from diligence.questionnaires.workbooks.cells import NO_WORKBOOK
from diligence.services.questionnaires import submit_questionnaire
from tests.cast import Cast, a_founder, answer, answer_all, signed_in
from tests.diligence.questionnaires.workbooks.test_round_trip import cell_of, saved


def base(cast: Cast) -> str:
    return f"/room/{cast.deal.pk}/questionnaire/{cast.questionnaire.pk}/workbook/"


def stored(cast: Cast, question: str) -> Any:
    row = cast.questionnaire.answers.filter(question=question).first()
    return row.value if row else None


def downloaded(browser: Client, cast: Cast) -> openpyxl.Workbook:
    response = browser.get(f"{base(cast)}download/")
    assert response.status_code == 200
    assert "northwind-vision-a-little-of-everything.xlsx" in response["Content-Disposition"]
    return openpyxl.load_workbook(BytesIO(response.content))


def upload(browser: Client, cast: Cast, data: bytes) -> Any:
    return browser.post(base(cast), {"workbook": SimpleUploadedFile("answers.xlsx", data)})


def typed(browser: Client, cast: Cast, **answers: Any) -> bytes:
    book = downloaded(browser, cast)
    for name, value in answers.items():
        cell_of(book, name.replace("_", "-")).value = value
    return saved(book)


@pytest.fixture
def browser(cast: Cast) -> Client:
    return signed_in(cast.founder)


def test_nobody_but_the_rooms_people_gets_a_workbook_or_uploads_one(cast: Cast) -> None:
    for user in (cast.other_founder, cast.outsider, cast.analyst, cast.partner, cast.reviewer):
        browser = signed_in(user)
        assert browser.get(f"{base(cast)}download/").status_code == 404
        assert browser.get(base(cast)).status_code == 404
        assert upload(browser, cast, b"").status_code == 404


def test_a_colleague_does_not_see_the_workbook_that_one_uploaded(
    cast: Cast, browser: Client
) -> None:
    response = upload(browser, cast, typed(browser, cast, rows=5))
    colleague = signed_in(a_founder(cast.deal, "colleague@northwind.example"))
    assert colleague.get(response.url).status_code == 404
    assert colleague.post(response.url).status_code == 404
    assert stored(cast, "rows") is None


def test_it_is_looked_at_before_anything_is_stored(cast: Cast, browser: Client) -> None:
    response = upload(browser, cast, typed(browser, cast, rows=5, story="=1+1"))
    assert response.status_code == 302
    assert stored(cast, "rows") is None
    page = browser.get(response.url).content.decode()
    assert "Answers to take over" in page
    assert "=1+1" in page
    assert browser.post(response.url).status_code == 302
    assert (stored(cast, "rows"), stored(cast, "story")) == (5, "=1+1")
    assert cast.questionnaire.answers.get(question="rows").updated_by == cast.founder


def test_cells_that_do_not_fit_are_listed_and_the_others_taken(cast: Cast, browser: Client) -> None:
    response = upload(browser, cast, typed(browser, cast, rows="many", story="One."))
    page = browser.get(response.url).content.decode()
    assert "Numbers and dates!C" in page
    assert "Enter a number, such as 12.5." in page
    browser.post(response.url)
    assert (stored(cast, "rows"), stored(cast, "story")) == (None, "One.")


def test_a_newer_answer_stays_unless_one_chooses_otherwise(cast: Cast, browser: Client) -> None:
    data = typed(browser, cast, rows=5, story="From the workbook.")
    colleague = a_founder(cast.deal, "colleague@northwind.example", name="Carla Colleague")
    answer(cast.questionnaire, "rows", "9", by=colleague)
    answer(cast.questionnaire, "story", "From the page.", by=colleague)
    response = upload(browser, cast, data)
    page = browser.get(response.url).content.decode()
    assert "by Carla Colleague" in page
    assert "From the page." in page
    assert "From the workbook." in page
    browser.post(response.url, {"keep-story": "workbook", "keep-rows": "here"})
    assert (stored(cast, "rows"), stored(cast, "story")) == (9, "From the workbook.")


def test_what_is_no_workbook_is_said_beside_the_field(cast: Cast, browser: Client) -> None:
    response = upload(browser, cast, b"not a workbook")
    assert response.status_code == 422
    assert NO_WORKBOOK in response.content.decode()
    assert browser.post(base(cast)).status_code == 422


def test_a_workbook_can_be_put_aside_and_is_decided_only_once(cast: Cast, browser: Client) -> None:
    response = upload(browser, cast, typed(browser, cast, rows=5))
    browser.post(response.url, {"drop": "1"})
    browser.post(response.url)
    assert stored(cast, "rows") is None
    assert WorkbookImport.objects.get().state == WorkbookImport.State.DROPPED


def test_a_second_upload_replaces_the_one_that_waits(cast: Cast, browser: Client) -> None:
    upload(browser, cast, typed(browser, cast, rows=5))
    second = upload(browser, cast, typed(browser, cast, rows=6))
    assert "waits for your decision" in browser.get(base(cast)).content.decode()
    assert WorkbookImport.objects.filter(state="open").count() == 1
    browser.post(second.url)
    assert stored(cast, "rows") == 6


def test_after_submitting_it_can_be_downloaded_but_not_taken_over(
    cast: Cast, browser: Client
) -> None:
    data = typed(browser, cast, rows=5)
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    book = downloaded(browser, cast)
    assert cell_of(book, "rows").protection.locked
    assert upload(browser, cast, data).status_code == 403
    assert stored(cast, "rows") is None
