"""An administrator adds a webhook, tries it, and a real worker delivers what happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from diligence.models import FirmRole, Stage, WebhookDelivery
from diligence.services.deals import move_deal
from tests.browser.premises import furnish, let_sign_in, open_premises, sign_in
from tests.cast import a_deal, person
from tests.faults.workers import wait_for
from tests.forge import make_certificate
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.browser


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with receiving(make_certificate(tmp_path / "both.pem")) as made:
        yield made


@pytest.fixture
def page(
    process_environment: dict[str, str], tmp_path: Path, browser: Browser, receiver: Receiver
) -> Iterator[Page]:
    """An administrator's browser; the receiver is of the firm's own network, let in by name."""
    furnish()
    let_sign_in(person("admin", FirmRole.ADMIN, name="Alma Admin"))
    environment = process_environment | {
        "PROOFROOM_PRIVATE_HOSTS": "localhost", "PROOFROOM_SWEEP_SECONDS": "1",
        "REQUESTS_CA_BUNDLE": str(tmp_path / "both.pem"),
    }  # fmt: skip
    names = ("web", "worker-short", "beat")
    with open_premises(environment, tmp_path / "processes", names) as address:
        context = browser.new_context(base_url=address, locale="en-GB", timezone_id="UTC")
        page = context.new_page()
        sign_in(page, "admin@firm.example", "/webhooks/")
        yield page
        context.close()


def ended(status: int) -> int:
    """How many messages were answered like this at last."""
    return WebhookDelivery.objects.filter(status=status).count()


def test_a_webhook_is_added_tried_told_and_removed(page: Page, receiver: Receiver) -> None:
    expect(page.get_by_text("No webhooks yet")).to_be_visible()
    page.get_by_label("Which system is it?").fill("Warehouse")
    page.get_by_label("Address").fill(receiver.address)
    page.get_by_label("A deal moves to another stage").check()
    page.get_by_role("button", name="Add", exact=True).click()
    secret = page.locator("#new-secret").inner_text()
    page.get_by_role("button", name="Send a test to Warehouse").click()
    wait_for(lambda: ended(204) == 1)
    page.goto("/webhooks/")
    expect(page.get_by_text("Delivered")).to_be_visible()
    expect(page.get_by_text(secret)).to_have_count(0)

    analyst = person("analyst", FirmRole.ANALYST)
    deal = a_deal(analyst)
    receiver.status, receiver.says = 503, b"busy busy"
    move_deal(actor=analyst, deal=deal, stage=Stage.objects.exclude(pk=deal.stage_id)[0])
    wait_for(lambda: ended(503) == 1)
    page.goto("/webhooks/")
    expect(page.get_by_text("busy busy")).to_be_visible()
    receiver.status = 200
    page.get_by_role("button", name="Send again to Warehouse: A deal moves").click()
    wait_for(lambda: ended(200) == 1)
    told = receiver.verified(secret)
    assert [each["type"] for each in told[:3]] == ["webhook.test", "deal.move", "deal.move"]
    assert len({each["id"] for each in told}) == 2

    page.get_by_role("button", name="Remove Warehouse").click()
    expect(page.get_by_text("its deliveries are deleted")).to_be_visible()
    page.locator("[data-confirmed]").click()
    expect(page.get_by_text("No webhooks yet")).to_be_visible()
