"""A variant of the rubric in a browser: the wrong line, what it changes, preview, publishing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rubrics.models import RubricVersion
from rubrics.selectors.rubrics import default_rubric
from tests.browser.premises import open_premises
from tests.cast import Cast, signed_in, whole_cast
from tests.rubrics.building import the_rubric

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return whole_cast()


@pytest.fixture
def address(process_environment: dict[str, str], cast: Cast, tmp_path: Path) -> Iterator[str]:
    with open_premises(process_environment, tmp_path / "processes", ("web",)) as address:
        yield address


def typed_over(page: Page, before: str, after: str) -> None:
    """Selects the first of these words in the text and types others, as a person would."""
    select = """(text, words) => {
      const at = text.value.indexOf(words);
      text.focus();
      text.setSelectionRange(at, at + words.length);
    }"""
    page.locator("#source").evaluate(select, before)
    page.keyboard.insert_text(after)


def test_a_variant_is_copied_edited_compared_and_published(
    cast: Cast, address: str, browser: Browser
) -> None:
    shipped = the_rubric()
    context = browser.new_context(base_url=address, locale="en-GB")
    session = signed_in(cast.admin).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.goto("/rubrics/")
    page.get_by_role("link", name="MLOps diligence", exact=True).click()
    page.get_by_label("Name of the variant").fill("Ours")
    page.get_by_label("Short name").fill("ours")
    page.get_by_role("button", name="Copy").click()

    verdict = page.locator("#draft-verdict")
    expect(verdict).to_contain_text("The text is right: ours, version 1, 45 criteria")
    typed_over(page, "weight: 0.18", "weight: much")
    expect(verdict).to_contain_text("Line 28:")
    expect(page.locator("[data-lines] b")).to_have_text("28")
    page.get_by_role("button", name="Go to line 28").click()
    assert "weight: much" in page.evaluate("document.getSelection().toString()")

    anchor = shipped.source.split("levels:", 1)[1].split("- ", 2)[1].splitlines()[0].strip(" '\"")
    typed_over(page, "weight: much", "weight: 0.25")
    typed_over(page, anchor, "Nobody can list them")
    expect(page.locator("#draft-differs")).to_contain_text("weight 0.18 → 0.25")
    preview = page.locator("#template-preview")
    expect(preview).to_contain_text("Nobody can list them")
    preview.get_by_label("As the reviewer will see").select_option("data-versioning")
    expect(preview).to_contain_text("keystone · weight 3")

    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ours")
    expect(page.locator("main")).to_contain_text("weight 0.18 → 0.25")
    assert RubricVersion.objects.get(slug="ours").based_on == shipped
    assert default_rubric() == shipped
