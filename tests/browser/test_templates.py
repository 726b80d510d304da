"""The template editor in a browser: the wrong line is named, the preview follows, two meet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from diligence.models import QuestionnaireTemplate, TemplateDraft, User
from diligence.questionnaires.editing import question_in
from diligence.services.templates import start_draft
from tests.browser.premises import open_premises
from tests.cast import Cast, signed_in, whole_cast

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return whole_cast()


@pytest.fixture
def address(process_environment: dict[str, str], cast: Cast, tmp_path: Path) -> Iterator[str]:
    with open_premises(process_environment, tmp_path / "processes", ("web",)) as address:
        yield address


def opened(browser: Browser, address: str, user: User, draft: TemplateDraft) -> Page:
    """The editor in this person's browser."""
    context = browser.new_context(base_url=address, locale="en-GB", timezone_id="UTC")
    session = signed_in(user).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.goto(f"/templates/drafts/{draft.pk}/")
    return page


def typed(page: Page, before: str, after: str) -> None:
    """Puts other words into the text."""
    text = page.locator("#source")
    text.fill(text.input_value().replace(before, after, 1))


def test_a_draft_is_written_corrected_looked_at_and_published(
    cast: Cast, address: str, browser: Browser
) -> None:
    draft = start_draft(actor=cast.analyst, based_on=cast.questionnaire.template)
    page = opened(browser, address, cast.admin, draft)
    expect(page.locator("#template-preview")).to_contain_text("9 questions")
    typed(page, "type: yes-no", "type: maybe")
    verdict = page.locator("#draft-verdict")
    expect(verdict).to_contain_text("Line 12:")
    expect(page.locator("[data-lines] b")).to_have_text("12")
    expect(page.locator("#template-preview")).to_contain_text("9 questions")
    page.get_by_role("button", name="Go to line 12").click()
    assert page.evaluate("document.getSelection().toString()").strip() == "- id: trains"

    typed(page, "type: maybe", "type: yes-no")
    typed(page, "Do you train models of your own?", "Do you train?")
    expect(verdict).to_contain_text("The text is right")
    preview = page.locator("#template-preview")
    expect(preview).to_contain_text("Do you train?")
    expect(preview.locator("#q-retraining")).to_have_count(0)
    preview.locator("#q-trains").get_by_label("Yes").check()
    expect(preview.locator("#q-retraining")).to_be_visible()
    expect(preview.locator("#q-trains").get_by_label("Yes")).to_be_focused()
    expect(preview).to_contain_text("10 questions")

    page.locator("#draft-outline summary").first.click()
    first = page.locator(".outline__question").first
    first.get_by_role("button", name="Down").click()
    page.wait_for_load_state()
    expect(page.locator("#draft-verdict")).to_contain_text("comes later")
    page.locator("#draft-outline summary").first.click()
    second = page.locator(".outline__question").nth(1)
    second.get_by_role("button", name="Up").click()
    expect(page.locator("#draft-verdict")).to_contain_text("The text is right")

    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A little of everything")
    expect(page.get_by_role("heading", name="Version 2")).to_be_visible()
    newest = QuestionnaireTemplate.objects.get(version=2)
    assert newest.source == cast.questionnaire.template.source.replace(
        "version: 1", "version: 2", 1
    ).replace("Do you train models of your own?", "Do you train?")


def test_the_second_of_two_editors_sees_both_texts_and_chooses(
    cast: Cast, address: str, browser: Browser
) -> None:
    draft = start_draft(actor=cast.analyst, based_on=cast.questionnaire.template)
    first = opened(browser, address, cast.admin, draft)
    second = opened(browser, address, cast.analyst, draft)
    typed(first, "minutes: 12", "minutes: 20")
    expect(first.locator("[data-autosave-state]")).to_contain_text("Saved")
    typed(second, "minutes: 12", "minutes: 30")
    told = second.locator("[data-autosave-conflict]")
    expect(told).to_contain_text("Alma Admin changed this draft")
    assert "minutes: 20" in told.locator("textarea").input_value()
    assert "minutes: 30" in second.locator("#source").input_value()
    draft.refresh_from_db()
    assert "minutes: 20" in draft.source
    told.get_by_role("button", name="Save mine instead").click()
    second.wait_for_load_state()
    expect(second.locator("#draft-verdict")).to_contain_text("The text is right")
    draft.refresh_from_db()
    assert "minutes: 30" in draft.source


def test_a_condition_is_set_by_form_and_one_that_can_never_hold_is_refused(
    cast: Cast, address: str, browser: Browser
) -> None:
    draft = start_draft(actor=cast.analyst, based_on=cast.questionnaire.template)
    page = opened(browser, address, cast.analyst, draft)
    page.goto(f"/templates/drafts/{draft.pk}/questions/retraining/")
    second = page.get_by_role("group", name="Test 2")
    second.get_by_label("Earlier question").select_option("trains")
    second.get_by_label("Answer").fill("no")
    page.get_by_role("button", name="Write into the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("can never hold")
    expect(second.get_by_label("Answer")).to_have_value("no")
    draft.refresh_from_db()
    assert draft.source == cast.questionnaire.template.source.replace("version: 1", "version: 2", 1)
    page.get_by_label("Asked when").select_option("any")
    page.get_by_role("button", name="Write into the draft").click()
    expect(page.locator("#draft-verdict")).to_contain_text("The text is right")
    draft.refresh_from_db()
    assert question_in(draft.source, "retraining")["show_if"] == {
        "any": [{"question": "trains", "equals": True}, {"question": "trains", "equals": False}]
    }
