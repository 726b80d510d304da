"""A passkey and an authenticator app, from setting them up to signing in with each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Browser, Page, expect

from diligence.models import FirmRole
from tests.browser.premises import furnish, let_sign_in, open_premises
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.browser
EMAIL = "partner@firm.example"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
"""A laptop whose owner is always recognised, as Chromium plays it."""


@pytest.fixture
def page(
    process_environment: dict[str, str], transactional_db: None, tmp_path: Path, browser: Browser
) -> Iterator[Page]:
    """A partner's browser before the door. Passkeys are for names, so the address is one."""
    furnish()
    let_sign_in(person("partner", FirmRole.PARTNER, name="Pia Partner"))
    with open_premises(process_environment, tmp_path / "processes", ("web",)) as address:
        address = address.replace("127.0.0.1", "localhost")
        context = browser.new_context(base_url=address, locale="en-GB", timezone_id="UTC")
        page = context.new_page()
        devices = context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        page.goto("/account/login/")
        yield page
        context.close()


def sign_in_with_password(page: Page) -> None:
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")


def code_of(secret: str, *, ahead: int) -> str:
    """The code of the present half minute, or of the next, which counts as well."""
    now = list(yield_hotp_counters_from_time())[1]
    return str(format_hotp_value(hotp_value(secret, now + ahead)))


def test_a_passkey_signs_in_without_a_password_and_an_app_after_one(page: Page) -> None:
    sign_in_with_password(page)
    page.goto("/account/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert len(page.locator("#recovery-codes").inner_text().split()) == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("1 set up")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    page.goto("/account/second-factor/totp/activate/")
    secret = page.locator("#totp-key").inner_text()
    page.get_by_label("Authenticator code").fill(code_of(secret, ahead=0))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("link", name="Take the app off")).to_be_visible()
    sign_out(page)
    sign_in_with_password(page)
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Code").fill(code_of(secret, ahead=1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    sign_out(page)
    sign_in_with_password(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
