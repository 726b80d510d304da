"""Pages of long lists are turned in a browser: the list changes and everything else stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from diligence.models import Activity, FirmRole
from tests.browser.premises import furnish, let_sign_in, open_premises, sign_in
from tests.cast import a_deal, person

pytestmark = pytest.mark.browser


@pytest.fixture
def page(process_environment: dict[str, str], tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """An administrator's browser at a firm with thirty deals and a long trail."""
    furnish()
    admin = person("admin", FirmRole.ADMIN, name="Alma Admin")
    let_sign_in(admin)
    for number in range(30):
        a_deal(admin, startup=f"Startup {number:02}")
    Activity.objects.bulk_create(
        Activity(verb="test.many", text=f"deed {number:03}") for number in range(120)
    )
    with open_premises(process_environment, tmp_path / "processes", ("web",)) as address:
        context = browser.new_context(base_url=address, locale="en-GB", timezone_id="UTC")
        page = context.new_page()
        sign_in(page, "admin@firm.example", "/trail/?q=test.many")
        yield page
        context.close()


def first_row(page: Page) -> str:
    """What the first row of the only table says; of the only page that is there."""
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    return page.get_by_role("row").nth(1).inner_text()


def test_pages_are_turned_in_place_and_back(page: Page) -> None:
    expect(page.get_by_text("120 lines found")).to_be_visible()
    assert "deed 119" in first_row(page)
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("deed 069")).to_be_visible()
    assert "deed 069" in first_row(page)
    page.get_by_role("link", name="Older").press("Enter")
    expect(page.get_by_text("deed 019")).to_be_visible()
    assert "deed 019" in first_row(page)
    expect(page.get_by_role("link", name="Older")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("deed 069")).to_be_visible()
    assert "deed 069" in first_row(page)
    page.get_by_role("link", name="Newest").click()
    expect(page.get_by_text("deed 119")).to_be_visible()
    page.get_by_role("link", name="Oldest").click()
    expect(page.get_by_text("deed 000")).to_be_visible()

    page.goto("/deals/?sort=startup")
    assert "Startup 00" in first_row(page)
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("Startup 29")).to_be_visible()
    assert "Startup 25" in first_row(page)
    page.wait_for_function("() => window.scrollY === 0")  # a moment after the rows are there
    page.reload()
    assert "Startup 25" in first_row(page)
