"""What browsers are told: the list of the OWASP Secure Headers Project, over HTTPS as in use."""

import http.client
import os
import re
import runpy
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from diligence.config.faults import server_error
from diligence.config.headers import UNUSED_ABILITIES, content_policy
from diligence.config.processes import processes
from tests.cast import Cast, signed_in, some_evidence

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = ROOT / "diligence/config/settings.py"
OURS = (
    "SECURE_", "SESSION_", "CSRF_", "X_FRAME", "ALLOWED_HOSTS", "SILENCED", "PROOFROOM_TRUSTED",
    "PROOFROOM_URL",
)  # fmt: skip
PRODUCTION = {
    "PROOFROOM_URL": "https://proofroom.example",
    "PROOFROOM_BEHIND_PROXY": "1",
    "PROOFROOM_TRUSTED_PROXIES": "127.0.0.1",
    "PROOFROOM_SECRET_KEY": secrets.token_urlsafe(50),
    "EMAIL_URL": "smtp://mail.example",
}
PROXIED = {"X-Forwarded-Proto": "https", "Host": "proofroom.example"}


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the settings make of a production environment, in force."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    read = runpy.run_path(str(SETTINGS))
    chosen = {name: value for name, value in read.items() if name.startswith(OURS)}
    with override_settings(**chosen):
        yield read


OWASP = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED_ABILITIES),
}
"""The headers that the OWASP Secure Headers Project wants sent, with what each says here: keep to
HTTPS for a year, be framed by nobody, take files for what they are said to be, let no plug-in read
across sites, tell other sites no address of ours, share no process, window or file with another
site, and use no device. Three more have a value that depends on the page and tests of their own:
Content-Security-Policy, Cache-Control, and Clear-Site-Data, which is sent on signing out alone."""
NOT_SENT = {
    "X-XSS-Protection": "its filter is gone from browsers; the content policy does the work",
    "Content-Security-Policy-Report-Only": "the policy holds; reports would be one more way out",
    "Public-Key-Pins": "browsers dropped it, and a mistake in it shut a site out for months",
    "Expect-CT": "browsers ask for logged certificates by themselves",
    "Feature-Policy": "the earlier name of Permissions-Policy",
    "Pragma": "of HTTP/1.0; Cache-Control says it",
    "X-Download-Options": "of Internet Explorer",
    "X-DNS-Prefetch-Control": "no page links to another site by itself",
    "Access-Control-Allow-Origin": "no other site may read anything",
    "Report-To": "nothing is reported to anybody",
    "NEL": "nothing is reported to anybody",
    "X-Powered-By": "it would tell what to attack",
    "X-AspNet-Version": "it would tell what to attack",
    "Via": "it would tell what to attack",
    "Server": "it would tell what to attack",
    "X-Generator": "it would tell what to attack",
}
"""What the list knows beside them, and why it is not sent."""


def test_a_page_carries_every_header_of_the_list_and_none_that_is_out_of_use(
    production: dict[str, Any], db: None, client: Client
) -> None:
    page = client.get(reverse("rubrics:verify"), headers=PROXIED)
    assert page.status_code == 200
    assert {name: page.headers.get(name) for name in OWASP} == OWASP
    # Pages that never may be kept say so in Django's own words.
    assert "no-store" in page.headers["Cache-Control"]
    assert directives(page)["default-src"] == "'none'"
    assert [name for name in NOT_SENT if name in page.headers] == []


def test_what_is_not_a_page_carries_them_too(
    production: dict[str, Any], db: None, client: Client
) -> None:
    addresses = ("/healthz", "/static/tokens.css", "/nowhere/", "/api/v1/deals/", "/api/schema/")
    for address in addresses:
        answer = client.get(address, headers=PROXIED)
        for name, value in OWASP.items():
            if name != "X-Frame-Options":  # the policy of each page says that too
                assert answer.headers.get(name) == value, (address, name)
        assert [name for name in NOT_SENT if name in answer.headers] == [], address


def test_the_web_server_does_not_tell_its_name(web_port: int) -> None:
    for address, expected in (("/verify/", 200), ("/nowhere/", 404)):
        answer = asked(web_port, address)
        assert (answer.status, bool(answer.getheader("Date"))) == (expected, True)
        assert [name for name in NOT_SENT if answer.getheader(name)] == [], address


def test_a_connection_that_was_idle_for_a_while_is_still_answered(web_port: int) -> None:
    """Or what a proxy asks in the moment in which it is closed would be lost."""
    asked(web_port, "/verify/").read()
    kept = http.client.HTTPConnection("127.0.0.1", web_port, timeout=20)
    kept.request("GET", "/verify/")
    kept.getresponse().read()
    first = kept.sock
    time.sleep(5)
    kept.request("GET", "/verify/")
    assert (kept.getresponse().status, kept.sock) == (200, first)


@pytest.fixture
def web_port(process_environment: dict[str, str], transactional_db: None) -> Iterator[int]:
    """The port of the web server of production, which may still be starting."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = processes(f"127.0.0.1:{port}")[0]
    server = subprocess.Popen(
        [sys.executable, "-m", *web.module], env=process_environment, cwd=ROOT
    )
    try:
        yield port
    finally:
        server.terminate()
        server.wait()


def asked(port: int, address: str) -> http.client.HTTPResponse:
    """The answer of a server that may still be starting."""
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", address)
            return connection.getresponse()
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the web server does not come up")


def test_plain_http_is_sent_to_https_and_the_health_check_is_not(
    production: dict[str, Any], db: None, client: Client
) -> None:
    answer = client.get("/account/login/", headers={"Host": "proofroom.example"})
    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        "https://proofroom.example/account/login/",
    )
    healthz = client.get("/healthz", headers={"Host": "127.0.0.1"})
    assert healthz.status_code in {200, 503}


def test_private_pages_and_answers_of_the_api_are_not_kept_by_any_cache(cast: Cast) -> None:
    browser = signed_in(cast.analyst)
    for address in (reverse("diligence:deal_detail", args=[cast.deal.pk]), "/api/v1/deals/"):
        assert browser.get(address).headers["Cache-Control"] == "private, no-store"


# Scripts --------------------------------------------------------------------------------------


def directives(page: Any) -> dict[str, str]:
    """The content policy by directive."""
    parts = (
        part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";")
    )
    return {name: rest[0] if rest else "" for name, *rest in parts}


def test_a_page_runs_the_scripts_with_the_number_of_this_answer_and_no_other(cast: Cast) -> None:
    browser = signed_in(cast.analyst)
    address = reverse("diligence:deal_detail", args=[cast.deal.pk])
    first, second = browser.get(address), browser.get(address)
    policy = directives(first)
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == policy["style-src"] == "'self'"
    number = re.fullmatch(r"'nonce-([\w-]{22})'", policy["script-src"])
    assert number is not None
    assert directives(second)["script-src"] != policy["script-src"]
    scripts = re.findall(r"<script[^>]*>", first.content.decode())
    assert len(scripts) >= 3
    assert all(f'nonce="{number[1]}"' in script for script in scripts)


def test_nothing_in_any_policy_allows_inline_code_or_another_site(cast: Cast) -> None:
    page = signed_in(cast.analyst).get(reverse("diligence:board"))
    text = page.headers["Content-Security-Policy"]
    assert "unsafe" not in text
    assert "http" not in text
    assert "*" not in text


def test_the_administration_runs_scripts_from_files_only(cast: Cast) -> None:
    page = signed_in(cast.admin).get("/admin/", follow=True)
    assert directives(page)["script-src"] == "'self'"


def test_the_page_for_faults_has_scripts_that_may_run(cast: Cast) -> None:
    answer = content_policy(server_error)(RequestFactory().get("/"))
    number = directives(answer)["script-src"].removeprefix("'nonce-").removesuffix("'")
    assert answer.status_code == 500
    assert answer.content.decode().count(f'nonce="{number}"') == 2


# Cookies --------------------------------------------------------------------------------------


def test_cookies_of_production_are_bound_to_this_host_and_closed_to_scripts(
    production: dict[str, Any], db: None, client: Client
) -> None:
    page = client.get(reverse("account_login"), headers=PROXIED)
    cookies = {**page.cookies, **_with_a_session().cookies}
    assert set(cookies) == {"__Host-csrftoken", "__Host-sessionid"}
    for name, cookie in cookies.items():
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name


def _with_a_session() -> HttpResponse:
    """An answer to somebody whose session holds something."""

    def view(request: HttpRequest) -> HttpResponse:
        request.session["something"] = True
        return HttpResponse()

    request = RequestFactory().get("/")
    middleware = SessionMiddleware(view)
    middleware.process_request(request)
    answer = middleware.process_response(request, view(request))
    assert isinstance(answer, HttpResponse)
    return answer


def test_messages_between_pages_travel_in_a_closed_cookie_too(production: dict[str, Any]) -> None:
    response = HttpResponse()
    storage = CookieStorage(HttpRequest())
    storage.add(messages.SUCCESS, "Saved.")
    storage.update(response)
    cookie = response.cookies["messages"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


def test_who_signs_out_leaves_nothing_in_the_browser(cast: Cast) -> None:
    browser = signed_in(cast.founder)
    assert "Clear-Site-Data" not in browser.get(reverse("account_logout")).headers
    left = browser.post(reverse("account_logout"))
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'


# What was handed in ---------------------------------------------------------------------------


def test_what_was_handed_in_comes_as_a_file_without_any_rights(cast: Cast) -> None:
    evil = b"<!doctype html><script>alert(document.cookie)</script>"
    item = some_evidence(cast.deal, by=cast.founder, filename="a.html", content=evil)
    version = item.versions.get()
    answer = signed_in(cast.analyst).get(reverse("diligence:evidence_download", args=[version.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_files_have_paths_apart_from_pages() -> None:
    version = "00000000-0000-0000-0000-000000000000"
    assert reverse("diligence:evidence_download", args=[version]).startswith("/evidence/")


# Django's own list ----------------------------------------------------------------------------


def test_the_production_settings_pass_the_check_for_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PROOFROOM_", "DJANGO_ALLOW"))
    }
    keys = {"PROOFROOM_FIELD_KEYS": os.environ["PROOFROOM_FIELD_KEYS"]}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**environment, **keys, **PRODUCTION, "PROOFROOM_DATA_DIR": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
