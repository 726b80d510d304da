"""Whoever comes in, fails to, and leaves stands in the trail, with the address and the program."""

import pytest
from django.test import Client

from diligence.models import Activity, FirmRole
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db
AGENT = "Firefox of a test"


def _sign_in(browser: Client, email: str, password: str) -> None:
    browser.post(
        "/account/login/", {"login": email, "password": password}, headers={"User-Agent": AGENT}
    )


def test_a_failure_names_the_account_and_never_what_was_typed() -> None:
    person("ada", FirmRole.ANALYST)
    _sign_in(Client(), "ada@firm.example", "not the password")
    line = Activity.objects.filter(verb="account.sign-in-failed").latest("pk")
    assert line.text == "somebody failed to sign in as ada@firm.example"
    assert line.actor is None
    assert "not the password" not in f"{line.text} {line.data} {line.before} {line.after}"


def test_an_unknown_address_is_not_kept() -> None:
    _sign_in(Client(), "my-password-typed-here@firm.example", "x")
    lines = Activity.objects.filter(verb="account.sign-in-failed")
    assert lines.exists()
    for line in lines:
        assert line.text == "somebody failed to sign in with an address that has no account"


def test_coming_in_and_leaving_is_one_line_each_with_from_where() -> None:
    ada = person("ada", FirmRole.ANALYST)
    browser = Client(REMOTE_ADDR="203.0.113.7")
    _sign_in(browser, ada.email, PASSWORD)
    browser.post("/account/logout/")
    came, left = Activity.objects.filter(actor=ada).order_by("pk")
    assert (came.verb, left.verb) == ("account.sign-in", "account.sign-out")
    assert (came.via, came.address, came.agent) == ("web", "203.0.113.7", AGENT)
