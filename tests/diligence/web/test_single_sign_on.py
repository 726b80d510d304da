"""The firm's own identity provider brings in whom the firm means, and nobody else."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from diligence.config import env
from diligence.models import Activity, FirmRole, User
from diligence.services.people import require_second_factor, switch_off
from diligence.services.tokens import create_token, user_of_token
from tests.cast import Cast, signed_in
from tests.diligence.web.identity_providers import (
    CLIENT,
    ENTITY,
    SECRET,
    Certified,
    Provider,
    Request,
    certified,
    openid_provider,
    saml_answer,
)

OIDC = "/account/sso/oidc/firm/login/"
SAML = "/account/sso/saml/firm/"
SSO_URL = "https://idp.firm.example/sso"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, Path]]:
    with openid_provider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(
    running: tuple[Provider, Path], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Provider:
    """The provider, configured as an operator would, with the firm's network let in by name."""
    provider, certificate = running
    for name, value in {
        "PROOFROOM_OIDC_ISSUER": provider.issuer, "PROOFROOM_OIDC_CLIENT_ID": CLIENT,
        "PROOFROOM_OIDC_SECRET": SECRET, "PROOFROOM_OIDC_NAME": "Firm ID",
        "PROOFROOM_PRIVATE_HOSTS": "localhost", "REQUESTS_CA_BUNDLE": str(certificate),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    settings.SOCIALACCOUNT_PROVIDERS = env.single_sign_on()
    provider.audience, provider.asked = CLIENT, []
    return provider


def come(provider: Provider, browser: Client | None = None, **claims: Any) -> Any:
    """A browser goes to the provider, is known there by these claims, and comes back."""
    browser = browser or Client()
    provider.claims = {"sub": "4711", **claims}
    sent = browser.get(f"{OIDC}?next=/tokens/")
    assert sent.headers["Location"].startswith(f"{provider.issuer}/auth?")
    query = provider.goes_to_sign_in(sent.headers["Location"])
    return browser.get(f"{OIDC}callback/", {"code": "x", "state": query["state"]})


def is_in(browser: Client) -> bool:
    return browser.get("/account/sessions/").status_code == 200


def refused(answer: Any) -> str:
    assert answer.status_code == 403
    return str(answer.context["reason"])


@pytest.mark.parametrize("who", ["founder", "stranger", "closed"])
def test_whom_the_firm_did_not_add_does_not_come_in(
    cast: Cast, provider: Provider, who: str
) -> None:
    email = cast.founder.email if who == "founder" else "x@firm.example"
    if who == "closed":
        switch_off(actor=cast.admin, user=cast.partner)
        email = cast.partner.email
    people = User.objects.count()
    browser = Client()
    answer = come(provider, browser, email=email, email_verified=True)
    assert "has not added you here" in refused(answer)
    assert not is_in(browser)
    assert User.objects.count() == people
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("claim", [{}, {"email_verified": False}])
def test_an_address_that_the_provider_did_not_verify_is_nobodys(
    cast: Cast, provider: Provider, claim: dict[str, bool]
) -> None:
    answer = come(provider, None, email=cast.partner.email, **claim)
    assert "did not say that your email address is verified" in refused(answer)
    assert "did not say" in refused(come(provider))


def test_a_colleague_comes_in_and_goes_on_where_they_wanted_to(
    cast: Cast, provider: Provider
) -> None:
    browser = Client()
    answer = come(provider, browser, email=cast.partner.email.upper(), email_verified=True)
    assert answer.headers["Location"] == "/tokens/"
    assert browser.get("/tokens/").status_code == 200
    cast.partner.refresh_from_db()
    assert cast.partner.check_password("correct horse battery staple")
    # From then on it is the provider's own name for them that counts, not the address.
    again = Client()
    come(provider, again, email="married@elsewhere.example", email_verified=False)
    assert is_in(again)
    assert SocialAccount.objects.get().user == cast.partner


def test_domains_are_vouched_for_by_name_and_let_in_by_name(
    cast: Cast, provider: Provider, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFROOM_SSO_VOUCHES_FOR", "firm.example")
    settings.SOCIALACCOUNT_PROVIDERS = env.single_sign_on()
    settings.PROOFROOM_SSO_ADMITS = ["firm.example"]
    for email in ("new@firm.example.evil.example", "new@elsewhere.example"):
        refused(come(provider, email=email, email_verified=True))
    browser = Client()
    come(provider, browser, email="New@Firm.example", name="Nell New")
    assert is_in(browser)
    user = User.objects.get(email="new@firm.example")
    assert (user.name, user.firm_role, user.is_staff) == ("Nell New", FirmRole.REVIEWER, False)
    assert not user.has_usable_password()
    assert Activity.objects.filter(verb="people.admit", actor=user).exists()


def test_an_answer_for_another_application_or_without_our_question_is_refused(
    cast: Cast, provider: Provider
) -> None:
    provider.audience = "another application"
    browser = Client()
    answer = come(provider, browser, email=cast.partner.email, email_verified=True)
    assert "did not work" in answer.content.decode()
    assert not is_in(browser)
    provider.audience = CLIENT
    stranger = Client()
    stranger.get(f"{OIDC}callback/", {"code": "x", "state": "guessed"})
    assert not is_in(stranger)


def test_a_provider_inside_the_network_is_asked_only_where_the_operator_named_it(
    cast: Cast, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROOFROOM_PRIVATE_HOSTS", "")
    answer = Client().get(OIDC)
    assert "did not work" in answer.content.decode()
    assert provider.asked == []


def test_nobody_joins_an_identity_to_the_account_that_is_signed_in(
    cast: Cast, provider: Provider
) -> None:
    browser = signed_in(cast.analyst)
    provider.claims = {"sub": "1", "email": "x@firm.example", "email_verified": True}
    sent = browser.get(f"{OIDC}?process=connect")
    query = provider.goes_to_sign_in(sent.headers["Location"])
    refused(browser.get(f"{OIDC}callback/", {"code": "x", "state": query["state"]}))
    assert not SocialAccount.objects.exists()
    assert browser.get("/account/sso/").status_code == 404
    assert browser.get("/account/sso/signup/").status_code == 404


def test_a_device_is_asked_for_after_the_provider_too(cast: Cast, provider: Provider) -> None:
    TOTP.activate(cast.partner, generate_totp_secret())
    browser = Client()
    answer = come(provider, browser, email=cast.partner.email, email_verified=True)
    assert answer.headers["Location"] == "/account/second-factor/authenticate/"
    assert not is_in(browser)


def test_the_second_factor_of_the_provider_counts_where_the_operator_says_so(
    cast: Cast, provider: Provider, settings: Settings
) -> None:
    require_second_factor(actor=cast.admin, roles=[FirmRole.PARTNER])
    _, secret = create_token(actor=cast.partner, name="Sheet")
    browser = Client()
    come(provider, browser, email=cast.partner.email, email_verified=True)
    assert browser.get("/board/").status_code == 302
    assert user_of_token(secret) is None
    settings.PROOFROOM_SSO_SECOND_FACTOR = True
    assert browser.get("/board/").status_code == 200
    assert user_of_token(secret) is not None
    assert signed_in(cast.partner).get("/board/").status_code == 302


def test_the_way_in_stands_on_the_page_where_there_is_one(provider: Provider, db: None) -> None:
    page = Client().get("/account/login/?next=/tokens/").content.decode()
    assert "Sign in with Firm ID" in page
    assert f"{OIDC}?process=login&amp;next=%2Ftokens%2F" in page


def test_no_way_in_stands_there_without_a_provider(db: None) -> None:
    assert "Sign in with Firm" not in Client().get("/account/login/").content.decode()
    assert Client().get(OIDC).status_code == 404
    assert Client().get(f"{SAML}login/").status_code == 404


# SAML -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def signer() -> Certified:
    return certified()


@pytest.fixture
def browser(
    cast: Cast, signer: Certified, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Client:
    """A browser before a firm whose provider speaks SAML."""
    for name, value in {
        "PROOFROOM_SAML_ENTITY_ID": ENTITY, "PROOFROOM_SAML_SSO_URL": SSO_URL,
        "PROOFROOM_SAML_CERTIFICATE": signer.certificate,
        "PROOFROOM_SSO_VOUCHES_FOR": "firm.example",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    settings.SOCIALACCOUNT_PROVIDERS = env.single_sign_on()
    return Client(headers={"host": "localhost"})


Alter = Callable[[str], str]


def answered(browser: Client, email: str, by: Certified | None, **other: str) -> Any:
    request = Request.of(browser.get(f"{SAML}login/?next=/tokens/").headers["Location"])
    return posted(browser, saml_answer(request, email, by, **other))


def posted(browser: Client, answer: str) -> Any:
    received = browser.post(f"{SAML}acs/", {"SAMLResponse": answer})
    assert received.headers["Location"] == f"{SAML}acs/finish/"
    return browser.get(received.headers["Location"])


def test_a_signed_answer_to_our_question_brings_a_colleague_in(
    cast: Cast, browser: Client, signer: Certified
) -> None:
    answer = answered(browser, cast.partner.email, signer)
    assert answer.headers["Location"] == "/tokens/"
    assert is_in(browser)


def test_what_is_not_signed_by_the_provider_for_us_is_refused(
    cast: Cast, browser: Client, signer: Certified
) -> None:
    email = cast.partner.email
    for by, other in (
        (None, {}), (certified(), {}), (signer, {"audience": "another application"}),
        (signer, {"issuer": "https://evil.example"}), (signer, {"later": "2020-01-01T00:00:00Z"}),
        (signer, {"acs": "https://evil.example/acs/"}), (signer, {"request": "_of_somebody_else"}),
    ):  # fmt: skip
        answer = answered(browser, email, by, **other)
        assert answer.status_code in (401, 403), other
        assert not is_in(browser)


def test_a_changed_answer_and_one_that_was_used_are_refused(
    cast: Cast, browser: Client, signer: Certified
) -> None:
    request = Request.of(browser.get(f"{SAML}login/").headers["Location"])
    good = saml_answer(request, cast.partner.email, signer)
    text = base64.b64decode(good).decode()
    changed = text.replace(cast.partner.email, cast.admin.email)
    assert changed != text
    posted(browser, base64.b64encode(changed.encode()).decode())
    assert not is_in(browser)
    thief = Client(headers={"host": "localhost"})
    posted(thief, good)
    assert not is_in(thief)
    posted(browser, good)
    assert is_in(browser)
    browser.post("/account/logout/")
    posted(browser, good)
    assert not is_in(browser)


def test_saml_brings_only_whom_the_provider_vouches_for(
    cast: Cast, browser: Client, signer: Certified
) -> None:
    assert "verified" in refused(answered(browser, "x@elsewhere.example", signer))
    assert "has not added you" in refused(answered(browser, "x@firm.example", signer))


def test_the_provider_finds_what_it_needs_to_know_of_us(browser: Client) -> None:
    page = browser.get(f"{SAML}metadata/").content.decode()
    assert "http://localhost/account/sso/saml/firm/acs/" in page


# The environment ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"PROOFROOM_OIDC_ISSUER": "https://id.firm.example"}, "Set all of"),
        (
            {
                "PROOFROOM_OIDC_ISSUER": "http://id.firm.example",
                "PROOFROOM_OIDC_CLIENT_ID": "x",
                "PROOFROOM_OIDC_SECRET": "x",
            },
            "https:// address",
        ),
        ({"PROOFROOM_SSO_VOUCHES_FOR": "someone@firm.example"}, "list domains"),
        ({"PROOFROOM_SAML_SSO_URL": SSO_URL}, "Set all of"),
    ],
)
def test_half_a_provider_stops_the_start_with_a_sentence(
    given: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        env.single_sign_on()
