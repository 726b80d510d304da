"""What is asked of everybody who is signed in, on every request, before any page."""

from collections.abc import Callable
from contextlib import suppress
from time import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django_htmx.http import HttpResponseClientRedirect
from redis.exceptions import RedisError

from diligence.access import proving_address, was_proved_lately
from diligence.selectors.people import owes_second_factor
from diligence.selectors.sign_ins import seen_key

GetResponse = Callable[[HttpRequest], HttpResponse]

FREE = frozenset({
    "healthz", "api-schema", "account_logout", "account_reauthenticate", "account_change_password",
    "account_set_password", "diligence:prove", "diligence:sign_ins", "diligence:sign_in_end",
    "diligence:sign_ins_end",
})  # fmt: skip
"""Where somebody may go who owes a second factor, beside the pages on which it is set up."""
HARMFUL = frozenset({
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_remove_webauthn",
    "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "account_set_password",
})  # fmt: skip
"""Pages of allauth's on which a stolen browser could make itself at home.

allauth asks again by itself, but not where somebody has neither a password nor a device.
"""


class Gate:
    """Leads people to the second factor that they owe, asks again before what can do harm.

    Notes when a sign-in was last used. The API knows no sign-ins; its tokens are asked
    in their service.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        _note_use(request)
        return response

    def process_view(
        self, request: HttpRequest, *_: Callable[..., Any] | tuple[Any] | dict[str, Any]
    ) -> HttpResponseBase | None:
        """Before the view: None lets through."""
        match = request.resolver_match
        if match is None or match.namespace.endswith("-api") or not _is_signed_in(request):
            return None
        if _owes(request) and not _is_free(match):
            return _led_to(request, reverse("mfa_index"))
        if _is_harmful(request, match) and not was_proved_lately(request):
            return _led_to(request, proving_address(request))
        return None


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether a browser holds a sign-in; nobody is loaded for it."""
    return "_auth_user_id" in request.session


def _owes(request: HttpRequest) -> bool:
    """Whether a second factor is missing that the firm's provider did not ask for either."""
    user = request.user
    if not user.is_authenticated or not owes_second_factor(user):
        return False
    records = get_authentication_records(request, user)
    by_provider = any(record.get("method") == "socialaccount" for record in records)
    return not (settings.PROOFROOM_SSO_SECOND_FACTOR and by_provider)


def _is_free(match: ResolverMatch) -> bool:
    return match.view_name in FREE or match.view_name.startswith("mfa_")


def _is_harmful(request: HttpRequest, match: ResolverMatch) -> bool:
    """The named pages, and every change in the back office."""
    in_back_office = match.namespace == "admin" and request.method not in ("GET", "HEAD")
    return match.view_name in HARMFUL or in_back_office


def _led_to(request: HttpRequest, address: str) -> HttpResponseBase:
    """A redirect of the whole page, also where only a part of it was asked for."""
    htmx = request.headers.get("HX-Request")
    return HttpResponseClientRedirect(address) if htmx else redirect(address)


def _note_use(request: HttpRequest) -> None:
    """In Redis, where it costs a tenth of a millisecond and no row; without Redis pages go on."""
    session = request.session
    if not session.accessed or not session.session_key or "_auth_user_id" not in session:
        return
    with suppress(RedisError):
        cache.set(seen_key(session.session_key), time(), settings.SESSION_COOKIE_AGE)
