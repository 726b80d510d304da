"""A founder hands in evidence and answers a request without a mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from diligence.models import EvidenceItem, EvidenceRequest
from diligence.services.evidence_requests import Need, request_evidence
from tests.browser.premises import furnish, open_premises
from tests.cast import Cast, signed_in, whole_cast

pytestmark = pytest.mark.browser
PATIENCE = 60_000
FARTHEST = 80
"""How often Tab is pressed before a thing counts as out of reach."""
RINGED = """(it) => [it, it.parentElement, it.closest('label, .drop-zone, .card')].some((each) => {
  const style = each && getComputedStyle(each);
  return style && (style.outlineStyle !== 'none' || style.boxShadow !== 'none');
})"""
FOCUSED = "(it) => it === document.activeElement"
SEEN = """(it) => {
  const at = it.getBoundingClientRect();
  return at.top >= 0 && at.bottom <= innerHeight;
}"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    furnish()
    made = whole_cast()
    need = Need("The log of predictions", "To replay the accuracy that you state.")
    request_evidence(actor=made.analyst, deal=made.deal, need=need)
    return made


@pytest.fixture
def page(
    process_environment: dict[str, str], cast: Cast, tmp_path: Path, browser: Browser
) -> Iterator[Page]:
    """The founder's, in front of the first page of the room."""
    with open_premises(process_environment, tmp_path / "processes") as address:
        context = browser.new_context(base_url=address, locale="en-GB", timezone_id="UTC")
        session = signed_in(cast.founder).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()
        page.goto(f"/room/{cast.deal.pk}/")
        yield page
        context.close()


def tab_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until it has the focus; there it must be seen and stand out."""
    expect(wanted).to_have_count(1)
    expect(page.locator(".htmx-request")).to_have_count(0)  # or a panel would move it away
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if wanted.evaluate(FOCUSED):
            break
    expect(wanted).to_be_focused()
    assert wanted.evaluate(SEEN), f"{wanted} has the focus where nobody sees it."
    assert wanted.evaluate(RINGED), f"Nothing shows that {wanted} has the focus."


def test_evidence_is_handed_in_and_opened_by_keyboard_alone(page: Page, cast: Cast) -> None:
    tab_to(page, page.get_by_role("link", name="Evidence", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/evidence/")

    choose = page.get_by_label("Files", exact=True)
    tab_to(page, choose)
    choose.set_input_files({"name": "log.csv", "mimeType": "text/csv", "buffer": b"day,auc\n1,1\n"})
    tab_to(page, page.get_by_role("button", name="Hand in"))
    page.keyboard.press("Enter")

    link = page.get_by_role("link", name="log.csv", exact=True)
    expect(link).to_be_visible()
    tab_to(page, link)
    page.keyboard.press("Enter")
    item = EvidenceItem.objects.get(deal=cast.deal)
    page.wait_for_url(f"**/evidence/{item.pk}/")
    assert item.from_startup


def test_a_request_is_answered_by_keyboard_alone(page: Page, cast: Cast) -> None:
    tab_to(page, page.get_by_role("link", name="The log of predictions"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests/**")

    choose = page.get_by_label("Hand in files")
    tab_to(page, choose)
    choose.set_input_files({"name": "log.csv", "mimeType": "text/csv", "buffer": b"day,auc\n1,1\n"})
    tab_to(page, page.get_by_label("A word on it"))
    page.keyboard.type("All of November.")
    tab_to(page, page.get_by_role("button", name="Send to the firm"))
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/room/{cast.deal.pk}/", timeout=PATIENCE)
    answered = EvidenceRequest.objects.get(deal=cast.deal)
    assert answered.reply == "All of November."
    assert [item.title for item in answered.given] == ["log.csv"]
