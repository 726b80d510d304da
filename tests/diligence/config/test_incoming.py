"""Whose a request is, and how much it may bring: decided before anything reads it."""

import uuid
from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings as configured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from diligence.config.incoming import Network, client_of, real_client
from diligence.lib.bodies import OPEN, SIGNED_IN
from tests.cast import Cast, signed_in

PROXIES: Sequence[Network] = (ip_network("10.0.0.0/24"), ip_network("fd00::/8"))


# Whose it is ----------------------------------------------------------------------------------


def seen(settings: Settings, **meta: str) -> dict[str, Any]:
    """What a view sees of a request with these variables."""
    settings.PROOFROOM_TRUSTED_PROXIES = list(PROXIES)
    request = HttpRequest()
    request.META.update(meta)
    real_client(lambda _: HttpResponse())(request)
    return request.META


def test_without_a_trusted_proxy_nobody_names_another_address(settings: Settings) -> None:
    assert configured.PROOFROOM_TRUSTED_PROXIES == []
    request = HttpRequest()
    request.META.update(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7")
    real_client(lambda _: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == "10.0.0.1"


def test_a_stranger_who_plays_the_proxy_is_not_heard(settings: Settings) -> None:
    meta = seen(
        settings, REMOTE_ADDR="192.0.2.66", HTTP_X_FORWARDED_FOR="127.0.0.1",
        HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_HOST="elsewhere.example",
    )  # fmt: skip
    assert meta == {"REMOTE_ADDR": "192.0.2.66"}


def test_the_word_of_a_trusted_proxy_counts(settings: Settings) -> None:
    meta = seen(settings, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7")
    assert meta["REMOTE_ADDR"] == "192.0.2.7"


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "no address", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1, 192.0.2.7, 10.0.0.9", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7:4711", "192.0.2.7"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, ::ffff:10.0.0.9", "192.0.2.7"),
        ("fd00::1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, broken, 10.0.0.9", "10.0.0.9"),
    ],
)
def test_the_nearest_that_is_no_proxy_is_the_client(peer: str, told: str, client: str) -> None:
    assert client_of(peer, told, PROXIES) == client


@given(st.text(max_size=200))
def test_whatever_a_client_invents_stands_left_of_what_the_proxy_saw(invented: str) -> None:
    assert client_of("10.0.0.1", f"{invented}, 192.0.2.7", PROXIES) == "192.0.2.7"


# How much it brings ---------------------------------------------------------------------------


class Unread:
    """A body that nobody may touch."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("The body was read before its length was looked at.")

    readline = read


def announce(client: Client, address: str, length: int) -> Any:
    """A form that says that it is so long, and whose body must not be read."""
    return client.generic(
        "POST", address, content_type="multipart/form-data; boundary=x",
        # An environ holds more than strings.
        **{"CONTENT_LENGTH": str(length), "wsgi.input": Unread()},  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.django_db
def test_a_stranger_cannot_fill_the_disk_with_a_form() -> None:
    stranger = Client(enforce_csrf_checks=True)
    for name in ("account_login", "account_request_login_code", "diligence:home"):
        answer = announce(stranger, reverse(name), OPEN + 1)
        assert answer.status_code == 413, name
        assert answer.content.decode() == "This is larger than the 1 MB that this page takes."


@pytest.mark.django_db
def test_the_page_that_verifies_refuses_a_file_before_it_arrives() -> None:
    stranger = Client(enforce_csrf_checks=True)
    answer = announce(stranger, reverse("rubrics:verify"), 102 * 1024**2)
    assert answer.status_code == 413
    assert "101 MB" in answer.content.decode()


@pytest.mark.django_db
def test_who_verifies_too_often_is_refused_before_the_file_arrives() -> None:
    stranger = Client(enforce_csrf_checks=True)
    for _ in range(30):
        stranger.post(reverse("rubrics:verify"), {"sha256": "0" * 64})
    assert announce(stranger, reverse("rubrics:verify"), 10 * 1024**2).status_code == 429


@pytest.mark.django_db
def test_a_forged_request_cannot_ask_whether_a_file_is_known() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("rubrics:verify"), {"sha256": "0" * 64})
    assert answer.status_code == 403


def test_pages_for_evidence_take_what_the_settings_allow_and_others_do_not(
    cast: Cast, settings: Settings
) -> None:
    settings.PROOFROOM_UPLOAD_BYTES = 1024**3
    deal, item, room = cast.deal.pk, uuid.uuid4(), cast.questionnaire.pk
    evidence = {
        reverse("diligence:deal_evidence", args=[deal]): cast.analyst,
        reverse("diligence:deal_evidence_item", args=[deal, item]): cast.analyst,
        reverse("audits:repository_file", args=[deal]): cast.analyst,
        reverse("diligence:room_evidence", args=[deal]): cast.founder,
        reverse("diligence:room_evidence_item", args=[deal, item]): cast.founder,
        reverse("diligence:room_request", args=[deal, item]): cast.founder,
        reverse("diligence:upload", args=[deal, item]): cast.founder,
        reverse("diligence:answer_section", args=[deal, room, "none"]): cast.founder,
        reverse("diligence:answer_save", args=[deal, room, "none"]): cast.founder,
        reverse("diligence:answer_evidence", args=[deal, room, "none"]): cast.founder,
    }
    for address, user in evidence.items():
        browser = signed_in(user)
        sent = browser.generic("POST", address, CONTENT_LENGTH=str(900 * 1024**2))
        assert sent.status_code != 413, address
        assert announce(browser, address, 2 * 1024**3).status_code == 413, address
    for name in ("diligence:template_list", "rubrics:letterhead_edit", "diligence:home"):
        sent = announce(signed_in(cast.admin), reverse(name), SIGNED_IN + 1)
        assert sent.status_code == 413, name
