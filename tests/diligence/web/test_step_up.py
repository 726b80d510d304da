"""Who lacks the second factor that is asked gets nowhere; what can do harm is asked for again."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from diligence.models import Activity, ApiToken, FirmRole, OutboundMail, User
from diligence.services.deal_roles import define_role
from diligence.services.errors import Refused
from diligence.services.people import (
    add_colleague,
    require_second_factor,
    set_role,
    switch_off,
    take_off_second_factors,
)
from diligence.services.tokens import create_token, user_of_token
from tests.cast import PASSWORD, Cast, signed_in

AGAIN = "/account/reauthenticate/"
SECOND = "/account/second-factor/"


def long_signed_in(user: User) -> Client:
    """A browser that somebody left open."""
    browser = signed_in(user)
    session = browser.session
    at = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT - 1
    session["account_authentication_methods"][0]["at"] = at
    session.save()
    return browser


def with_device(user: User) -> User:
    TOTP.activate(user, generate_totp_secret())
    return user


# The second factor that the firm asks for ---------------------------------------------------


def test_nobody_is_led_anywhere_while_nothing_is_asked(cast: Cast) -> None:
    for user in (cast.partner, cast.founder):
        assert signed_in(user).get("/", follow=True).status_code == 200


def test_who_lacks_it_gets_to_where_it_is_set_up_and_nowhere_else(cast: Cast) -> None:
    require_second_factor(actor=cast.admin, roles=[FirmRole.ANALYST])
    browser = signed_in(cast.analyst)
    deal = reverse("diligence:deal_detail", kwargs={"pk": cast.deal.pk})
    for address in ("/board/", deal, "/tokens/", "/api/schema/", "/admin/", "/"):
        answer = browser.get(address)
        if address == "/api/schema/":
            assert answer.status_code == 200
            continue
        assert answer.headers["Location"] == SECOND, address
    assert browser.post("/deals/new/", {"name": "x"}).headers["Location"] == SECOND
    assert browser.get("/board/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == SECOND
    assert "Set up a second factor to go on" in browser.get(SECOND).content.decode()
    assert browser.get(f"{SECOND}totp/activate/").status_code == 200
    assert browser.get("/account/sessions/").status_code == 200
    assert signed_in(cast.partner).get("/board/").status_code == 200


def test_who_has_it_goes_on_and_cannot_take_it_off(cast: Cast) -> None:
    require_second_factor(actor=cast.admin, roles=[FirmRole.ANALYST])
    browser = signed_in(with_device(cast.analyst))
    assert browser.get("/board/").status_code == 200
    answer = browser.post(f"{SECOND}totp/deactivate/")
    assert "add another device" in answer.content.decode()
    assert Authenticator.objects.filter(user=cast.analyst).exists()


def test_founders_can_be_asked_as_well(cast: Cast) -> None:
    require_second_factor(actor=cast.admin, roles=[FirmRole.NONE])
    assert signed_in(cast.founder).get("/").headers["Location"] == SECOND
    assert signed_in(cast.analyst).get("/board/").status_code == 200


def test_their_tokens_rest_until_it_is_set_up(cast: Cast) -> None:
    token, secret = create_token(actor=cast.analyst, name="Sheet")
    require_second_factor(actor=cast.admin, roles=[FirmRole.ANALYST])
    assert user_of_token(secret) is None
    assert ApiToken.objects.get(pk=token.pk).last_used_at is None
    answer = Client().get("/api/v1/deals/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert "second factor" in answer.json()["detail"]
    with_device(cast.analyst)
    assert user_of_token(secret) is not None


# What is asked for again --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "address"),
    [
        ("get", "/tokens/"),
        ("post", "/tokens/"),
        ("get", "/people/"),
        ("post", "/people/"),
        ("get", "/webhooks/"),
        ("post", "/webhooks/"),
        ("post", "/webhooks/{none}/"),
        ("post", "/webhooks/deliveries/{none}/again/"),
        ("post", "/deals/{deal}/archive/"),
        ("post", "/trail/export/csv/"),
        ("get", "/archives/{none}/download/"),
        ("get", "/reports/{none}/as/json/"),
        ("get", "/reports/{none}/download/"),
        ("get", "/reports/copies/{none}/download/"),
        ("post", "/roles/"),
        ("post", "/roles/{none}/"),
        ("post", "/roles/{none}/retire/"),
        ("post", "/deals/{deal}/team/{none}/role/"),
        ("post", "/deals/{deal}/conflicts/{none}/lift/"),
    ],
)
def test_a_browser_left_open_is_asked_again(cast: Cast, verb: str, address: str) -> None:
    none = "00000000-0000-4000-8000-000000000000"
    address = address.format(deal=cast.deal.pk, none=none)
    answer = getattr(long_signed_in(cast.admin), verb)(address)
    assert answer.status_code == 302, answer.status_code
    assert answer.headers["Location"].startswith(AGAIN)


def test_looking_at_archives_is_free(cast: Cast) -> None:
    assert long_signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/archive/").status_code == 200


def test_a_form_that_was_sent_goes_on_after_the_password(cast: Cast) -> None:
    browser = long_signed_in(cast.analyst)
    form = {"name": "Robot", "days": "30", "scopes": ["read"]}
    asked = browser.post("/tokens/", form)
    assert not ApiToken.objects.exists()
    wrong = browser.post(asked.headers["Location"], {"password": "wrong"})
    assert wrong.status_code == 200
    assert not ApiToken.objects.exists()
    done = browser.post(asked.headers["Location"], {"password": PASSWORD, "next": "/tokens/"})
    assert done.context["secret"]
    assert ApiToken.objects.get().name == "Robot"
    assert browser.get("/tokens/").status_code == 200


def test_who_has_neither_password_nor_device_signs_in_anew(cast: Cast) -> None:
    cast.founder.set_unusable_password()
    cast.founder.save()
    answer = long_signed_in(cast.founder).get(f"{SECOND}totp/activate/", follow=True)
    assert answer.redirect_chain[0][0].startswith("/account/prove/")
    assert "Sign in again" in answer.content.decode()
    assert signed_in(cast.founder).get(f"{SECOND}totp/activate/").status_code == 200


def test_an_address_that_takes_forms_alone_goes_on_after_the_password(cast: Cast) -> None:
    role = define_role(actor=cast.admin, name="Reads", verbs=[])
    browser = long_signed_in(cast.admin)
    address = f"/roles/{role.pk}/retire/"
    asked = browser.post(address)
    browser.post(asked.headers["Location"], {"password": PASSWORD, "next": address})
    role.refresh_from_db()
    assert role.retired_at is not None


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/trail/?words=x", "/trail/?words=x"),
        ("http://elsewhere.example/trail/", "/"),
        ("http://testserver//elsewhere.example/", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_who_signs_in_anew_comes_back_to_the_page_of_the_form(
    cast: Cast, page: str, back: str
) -> None:
    """Its address takes the form alone: led there by GET they would see an empty page."""
    cast.admin.set_unusable_password()
    cast.admin.save()
    browser = long_signed_in(cast.admin)
    asked = browser.post("/trail/export/csv/", headers={"Referer": page}, follow=True)
    login = urlsplit(asked.context["again"])
    assert parse_qs(login.query) == {"next": [back]}
    assert signed_in(cast.admin).get(back, follow=True).status_code == 200


def test_nobody_is_led_out_of_the_house(cast: Cast) -> None:
    cast.founder.set_unusable_password()
    cast.founder.save()
    page = signed_in(cast.founder).get("/account/prove/?next=https://evil.example/")
    assert "evil.example" not in page.content.decode()


def test_the_back_office_is_looked_at_freely_and_changed_after_proof(cast: Cast) -> None:
    User.objects.filter(pk=cast.admin.pk).update(is_staff=True, is_superuser=True)
    browser = long_signed_in(cast.admin)
    assert browser.get("/admin/").status_code == 200
    address = "/admin/auth/group/add/"
    asked = browser.post(address, headers={"Referer": f"http://testserver{address}"})
    assert asked.headers["Location"] == f"/account/prove/?{urlencode({'next': address})}"


# Who is of the firm -------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["partner", "analyst", "reviewer", "founder"])
def test_only_administrators_look_after_people(cast: Cast, who: str) -> None:
    actor: User = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        set_role(actor=actor, user=cast.reviewer, role=FirmRole.PARTNER)
    with pytest.raises(PermissionDenied):
        add_colleague(actor=actor, email="x@firm.example", name="X", role=FirmRole.ANALYST)
    with pytest.raises(PermissionDenied):
        require_second_factor(actor=actor, roles=[])


def test_nobody_changes_their_own_account_or_makes_a_founder_a_partner(cast: Cast) -> None:
    with pytest.raises(PermissionDenied, match="own account"):
        switch_off(actor=cast.admin, user=cast.admin)
    with pytest.raises(PermissionDenied, match="Founders"):
        set_role(actor=cast.admin, user=cast.founder, role=FirmRole.PARTNER)
    with pytest.raises(Refused):
        set_role(actor=cast.admin, user=cast.partner, role=FirmRole.NONE)


def test_another_role_holds_from_the_next_click_and_stands_in_the_trail(cast: Cast) -> None:
    browser = signed_in(cast.admin)
    browser.post(f"/people/{cast.partner.pk}/", {"role": "reviewer"})
    cast.partner.refresh_from_db()
    assert cast.partner.firm_role == FirmRole.REVIEWER
    line = Activity.objects.get(verb="people.role")
    assert (line.before, line.after) == ({"firm_role": "partner"}, {"firm_role": "reviewer"})


def test_a_closed_account_is_out_at_once_with_its_tokens(cast: Cast) -> None:
    browser = signed_in(cast.analyst)
    _, secret = create_token(actor=cast.analyst, name="Sheet")
    switch_off(actor=cast.admin, user=cast.analyst)
    assert browser.get("/board/").status_code == 302
    assert user_of_token(secret) is None


def test_a_colleague_is_told_how_to_come_in_without_a_secret_in_the_mail(cast: Cast) -> None:
    form = {"email": "New@Firm.example", "name": "Nell", "role": "analyst"}
    assert signed_in(cast.admin).post("/people/", form).status_code == 302
    sent = OutboundMail.objects.get(to="new@firm.example")
    assert "/account/login/code/" in sent.body
    again = signed_in(cast.admin).post("/people/", form)
    assert again.status_code == 422
    assert "has an account already" in again.content.decode()
    Client().post("/account/login/code/", {"email": "new@firm.example"})
    assert mail.outbox[0].to == ["new@firm.example"]


def test_lost_devices_are_taken_off_by_an_administrator_and_the_owner_is_told(cast: Cast) -> None:
    with_device(cast.partner)
    browser = signed_in(cast.admin)
    page = f"/people/{cast.partner.pk}/"
    assert "Take it off" in browser.get(page).content.decode()
    browser.post(page, {"act": "factors"})
    assert not Authenticator.objects.filter(user=cast.partner).exists()
    assert "taken off" in OutboundMail.objects.get(to=cast.partner.email).subject
    with pytest.raises(Refused):
        take_off_second_factors(actor=cast.admin, user=cast.partner)


def test_of_two_tabs_that_ask_again_the_first_is_told_to_send_its_form_again(cast: Cast) -> None:
    browser = long_signed_in(cast.admin)
    role = define_role(actor=cast.admin, name="Keeper", verbs=[])
    first = reverse("diligence:role_retire", args=[role.pk])
    led = browser.post(first).headers["Location"]
    browser.post("/tokens/", {"name": "Sheet", "scopes": ["read"]})
    answer = browser.post(led, {"password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == first
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "Send it again: nothing was done" in answer.content.decode()
    role.refresh_from_db()
    assert (role.retired_at, ApiToken.objects.count()) == (None, 0)
