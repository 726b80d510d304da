"""The door: what it asks, what it tells to whom, and how often it lets somebody try."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.test.client import RequestFactory

from diligence.models import User
from diligence.web.accounts import ClosedAdapter
from tests.cast import PASSWORD, Cast, a_founder, an_invitation, signed_in, without_tokens

UNKNOWN = "nobody@elsewhere.example"
NONCE = re.compile(r'nonce="[^"]*"')
LOGIN, CODE, SECOND = "/account/login/", "/account/login/code/", "/account/second-factor/"


def knock(email: str, password: str, *, browser: Client | None = None, address: str = "") -> str:
    """What the page says after this was entered; empty where it let in or asked for more."""
    browser = browser or Client()
    form = {"login": email, "password": password}
    extra = {"REMOTE_ADDR": address} if address else {}
    # Headers go on as they were given.
    response = browser.post(LOGIN, form, **extra)  # type: ignore[arg-type]
    if response.status_code == 302:
        return ""
    errors = " ".join(response.context["form"].non_field_errors())
    assert errors in html.unescape(response.content.decode())
    return errors


def with_app(user: User) -> str:
    """Gives them an authenticator app; returns its key."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def is_in(browser: Client) -> bool:
    return browser.get("/account/sessions/").status_code == 200


@contextmanager
def hashing() -> Iterator[list[str]]:
    """What is hashed meanwhile: the costly part of an answer."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MD5PasswordHasher, "encode", counted)
        yield hashed


def test_a_wrong_address_and_a_wrong_password_get_one_answer_at_one_price(cast: Cast) -> None:
    with hashing() as for_known:
        known = knock(cast.partner.email, "wrong")
    with hashing() as for_unknown:
        unknown = knock(UNKNOWN, "wrong")
    assert known
    assert known == unknown
    assert for_known == for_unknown == ["wrong"]


def test_a_code_is_promised_to_every_address_and_each_gets_one_mail(cast: Cast) -> None:
    pages = []
    for email in (cast.founder.email, UNKNOWN):
        browser = Client()
        assert browser.post(CODE, {"email": email}).headers["Location"] == f"{CODE}confirm/"
        page = without_tokens(browser.get(f"{CODE}confirm/").content.decode())
        pages.append(NONCE.sub("", page.replace(email, "it")))
    assert [sent.to for sent in mail.outbox] == [[cast.founder.email], [UNKNOWN]]
    assert pages[0] == pages[1]


def test_a_new_password_is_promised_to_every_address(cast: Cast) -> None:
    for email in (cast.founder.email, UNKNOWN):
        answer = Client().post("/account/password/reset/", {"email": email})
        assert answer.headers["Location"] == "/account/password/reset/done/"
    assert [sent.to for sent in mail.outbox] == [[cast.founder.email], [UNKNOWN]]


@pytest.mark.parametrize("who", ["known", "unknown"])
def test_an_account_is_tried_five_times_from_wherever(cast: Cast, who: str) -> None:
    email = cast.partner.email if who == "known" else UNKNOWN
    answers = [knock(email, "wrong", address=f"203.0.113.{n}") for n in range(6)]
    assert len(set(answers[:5])) == 1
    assert "Too many" in answers[5]
    assert "Too many" in knock(email, PASSWORD, address="203.0.113.99")
    # The attempts are counted where all workers see them.
    # Only the Redis behind the cache can be asked.
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    assert list(client.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*login_failed*"))


def test_an_address_tries_twenty_accounts_a_minute_and_no_more(cast: Cast) -> None:
    answers = [knock(f"a{n}@elsewhere.example", "wrong", address="203.0.113.7") for n in range(21)]
    assert "Too many" in answers[20]
    assert "Too many" not in answers[19]
    assert not knock(cast.partner.email, PASSWORD, address="203.0.113.8")


def test_whoever_has_an_app_is_not_in_before_its_code_and_no_code_works_twice(cast: Cast) -> None:
    secret = with_app(cast.partner)
    browser, again = Client(), Client()
    assert not knock(cast.partner.email, PASSWORD, browser=browser)
    assert not is_in(browser)
    wrong = browser.post(f"{SECOND}authenticate/", {"code": "000000"})
    assert "not right" in wrong.content.decode()
    code = code_of(secret)
    browser.post(f"{SECOND}authenticate/", {"code": code})
    assert is_in(browser)
    assert not knock(cast.partner.email, PASSWORD, browser=again)
    again.post(f"{SECOND}authenticate/", {"code": code})
    assert not is_in(again)


def test_codes_of_an_app_are_guessed_five_times_and_no_more(cast: Cast) -> None:
    secret = with_app(cast.partner)
    browser = Client()
    knock(cast.partner.email, PASSWORD, browser=browser)
    for guess in range(5):
        browser.post(f"{SECOND}authenticate/", {"code": f"00000{guess}"})
    answer = browser.post(f"{SECOND}authenticate/", {"code": code_of(secret)})
    assert "Too many" in answer.content.decode()
    assert not is_in(browser)


def test_a_recovery_code_works_once(cast: Cast) -> None:
    with_app(cast.partner)
    code = RecoveryCodes.activate(cast.partner).get_unused_codes()[0]
    for works in (True, False):
        browser = Client()
        knock(cast.partner.email, PASSWORD, browser=browser)
        browser.post(f"{SECOND}authenticate/", {"code": code})
        assert is_in(browser) is works


def test_no_second_factor_lies_open_in_the_database(cast: Cast) -> None:
    secret = with_app(cast.partner)
    codes = RecoveryCodes.activate(cast.partner).get_unused_codes()
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [code for code in codes if code in kept]


def test_an_app_is_set_up_by_its_code_and_codes_for_a_lost_device_are_shown_once(
    cast: Cast,
) -> None:
    browser = Client()
    knock(cast.partner.email, PASSWORD, browser=browser)
    page = browser.get(f"{SECOND}totp/activate/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    answer = browser.post(f"{SECOND}totp/activate/", {"code": code_of(secret)}, follow=True)
    codes = answer.context["unused_codes"]
    assert len(codes) == 10
    assert all(code in answer.content.decode() for code in codes)
    again = browser.get(f"{SECOND}recovery-codes/").content.decode()
    assert not [code for code in codes if code in again]


def test_a_forwarded_link_is_no_way_around_a_second_factor(cast: Cast) -> None:
    founder = a_founder(cast.deal, "careful@northwind.example")
    secret = with_app(founder)
    link = f"/invitation/{an_invitation(cast.other_deal, founder.email)}/"
    browser = Client()
    browser.post(link, {"name": "Cara"})
    mailed = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert mailed is not None
    after = browser.post(f"{CODE}confirm/", {"code": mailed[1], "next": link})
    assert after.headers["Location"] == f"{SECOND}authenticate/"
    assert not is_in(browser)
    entered = browser.post(f"{SECOND}authenticate/", {"code": code_of(secret)}, follow=True)
    assert entered.redirect_chain[-1][0] == f"/room/{cast.other_deal.pk}/"


def test_nobody_moves_an_account_to_another_mailbox(cast: Cast) -> None:
    browser = signed_in(cast.founder)
    for address in ("/account/email/", "/account/confirm-email/", "/account/confirm-email/x/"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"email": UNKNOWN, "action_add": ""}).status_code == 404


def test_the_back_office_has_no_door_of_its_own() -> None:
    answer = Client().post("/admin/login/", {"username": "admin@firm.example", "password": "x"})
    assert answer.headers["Location"].startswith(LOGIN)


def test_one_sees_where_one_is_signed_in_and_ends_it(cast: Cast) -> None:
    here, there, elsewhere = Client(), Client(headers={"user-agent": "Firefox/1 Linux"}), Client()
    for browser in (here, there, elsewhere):
        knock(cast.partner.email, PASSWORD, browser=browser)
        assert is_in(browser)
    rows = here.get("/account/sessions/").context["sign_ins"]
    assert [row.is_this for row in rows] == [True, False, False]
    other = next(row for row in rows if row.browser == "Firefox on Linux")
    assert signed_in(cast.analyst).post(f"/account/sessions/{other.pk}/end/").status_code == 404
    assert is_in(there)
    here.post(f"/account/sessions/{other.pk}/end/")
    assert not is_in(there)
    here.post("/account/sessions/others/end/")
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_sign_in_shows_its_last_use_without_a_query_for_it(cast: Cast) -> None:
    browser = Client()
    knock(cast.partner.email, PASSWORD, browser=browser)
    began = browser.get("/account/sessions/").context["sign_ins"][0]
    browser.get("/inbox/")
    again = browser.get("/account/sessions/").context["sign_ins"][0]
    assert again.last_seen > began.last_seen >= began.since


def test_a_forged_header_does_not_change_by_which_address_attempts_are_counted() -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.1"})
    assert ClosedAdapter().get_client_ip(request) == "127.0.0.1"
