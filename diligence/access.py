"""Who is asking: the request of someone signed in, and the doors of the two sides.

Someone who is not signed in is sent to sign in. What a signed-in person may not see does not exist
for them: they get 404, never a hint.
"""

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from diligence.models import Deal, User

P = ParamSpec("P")


class HtmxRequest(HttpRequest):
    """A request as the middleware leaves it."""

    htmx: HtmxDetails


class SignedInRequest(HtmxRequest):
    """A request of someone who is signed in."""

    user: User


SignedInView = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class TermsFirst(Exception):
    """Whoever asks is of the room but has not accepted its terms; carries the deal's id."""

    def __init__(self, deal: UUID) -> None:
        super().__init__(str(deal))
        self.deal = deal


def signed_in(view: SignedInView[P]) -> AnyView[P]:
    """Sends whoever is not signed in to the sign-in page, and back afterwards.

    Someone of a room whose terms they have not accepted is sent to read them.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(cast("SignedInRequest", request), *args, **kwargs)
        except TermsFirst as first:
            return redirect("diligence:room_terms", deal=first.deal)

    return cast("AnyView[P]", login_required(guarded))


def firm_only(view: SignedInView[P]) -> AnyView[P]:
    """Lets people of the firm through; for founders the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        signed = cast("SignedInRequest", request)
        if not signed.user.is_firm:
            raise Http404
        return view(signed, *args, **kwargs)

    return cast("AnyView[P]", login_required(guarded))


def was_proved_lately(request: HttpRequest) -> bool:
    """Whether whoever is signed in showed lately that it is them: by signing in, or again since."""
    records = get_authentication_records(request, cast("SignedInRequest", request).user)
    last = max((record["at"] for record in records if record.get("reauthenticated")), default=0.0)
    return bool(time() - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def way_back(request: HttpRequest) -> str:
    """The page that a browser is led back to by GET: the one asked for, or the one it stands on.

    A form's own address may answer nothing but the form.
    """
    if request.method in ("GET", "HEAD") and not is_fragment(request):
        return request.get_full_path()
    page = cast("HtmxRequest", request).htmx.current_url or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def proving_address(request: HttpRequest) -> str:
    """Where one shows that it is oneself, and from where one is led back."""
    return f"{reverse('diligence:prove')}?{urlencode({'next': way_back(request)})}"


def asked_again(request: HttpRequest) -> HttpResponseBase:
    """Leads to where one shows that it is oneself, and back; a form that was sent goes on then.

    Raises ReauthenticationRequired, which allauth's middleware answers, where a password or a
    device is at hand; who has neither signs in once more, and sends the form again.
    """
    details = cast("SignedInRequest", request)
    address = proving_address(request)
    if details.htmx:
        return HttpResponseClientRedirect(address)
    if get_reauthentication_flows(details.user):
        raise ReauthenticationRequired
    return redirect(address)


def proved_lately(view: SignedInView[P]) -> SignedInView[P]:
    """For what can do lasting harm in the wrong hands: asks again who it is."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not was_proved_lately(request):
            return asked_again(request)
        return view(request, *args, **kwargs)

    return cast("SignedInView[P]", guarded)


def proved_lately_to_write(view: SignedInView[P]) -> SignedInView[P]:
    """The same, but looking at the page is free."""
    strict = proved_lately(view)

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        chosen = view if request.method in ("GET", "HEAD") else strict
        return chosen(request, *args, **kwargs)

    return cast("SignedInView[P]", guarded)


def is_fragment(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for."""
    htmx = cast("HtmxRequest", request).htmx
    return bool(htmx) and not htmx.boosted


def visible_deal(request: SignedInRequest, pk: UUID) -> Deal:
    """The deal, or 404 for whoever may not see it."""
    deals = Deal.objects.visible_to(request.user).select_related("startup", "stage", "owner")
    return get_object_or_404(deals, pk=pk)
