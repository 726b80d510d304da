"""Webhooks of the firm, for administrators; for everybody else these pages do not exist."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, proved_lately
from diligence.models import WebhookDelivery, WebhookEndpoint
from diligence.policies import may
from diligence.services.errors import Refused
from diligence.services.webhooks import (
    FAILING_FOR,
    FAILURES,
    add_endpoint,
    pause_endpoint,
    remove_endpoint,
    renew_secret,
    resume_endpoint,
    send_again,
    try_endpoint,
)
from diligence.web.forms.webhooks import EndpointForm

SHOWN = 50
"""Deliveries on the page, the newest of all endpoints."""

ACTS: dict[str, tuple[Callable[..., None], str]] = {
    "pause": (pause_endpoint, "{} is paused."),
    "resume": (resume_endpoint, "{} is told again of what happens."),
    "test": (try_endpoint, "A test to {} is on its way; look again in a moment."),
    "remove": (remove_endpoint, "{} is removed."),
}


def _administrator(request: SignedInRequest) -> None:
    if not may(request.user, "webhook.manage"):
        raise Http404


def _page(
    request: SignedInRequest, form: EndpointForm, endpoint: object = None, secret: str = ""
) -> HttpResponseBase:
    """The page; a new secret stands in the answer to what made it, and never again."""
    context = {
        "endpoints": WebhookEndpoint.objects.all(),
        "deliveries": WebhookDelivery.objects.select_related("endpoint")[:SHOWN],
        "shown": SHOWN,
        "form": form,
        "made_for": endpoint,
        "secret": secret,
        "most_failures": FAILURES,
        "days_failing": FAILING_FOR.days,
    }
    status = 422 if form.errors else 200
    return render(request, "diligence/webhook_list.html", context, status=status)


@firm_only
@proved_lately
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: SignedInRequest) -> HttpResponseBase:
    """All endpoints and what was sent to them of late; a POST adds one."""
    _administrator(request)
    form = EndpointForm(request.POST or None)
    if form.is_valid():
        try:
            endpoint, secret = add_endpoint(actor=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("address", str(refused))
        else:
            return _page(request, EndpointForm(), endpoint, secret)
    return _page(request, form)


@firm_only
@proved_lately
@never_cache
@require_POST
def webhook(request: SignedInRequest, pk: uuid.UUID) -> HttpResponseBase:
    """One endpoint: paused, resumed, tried, given a new secret, removed."""
    _administrator(request)
    endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
    act = request.POST.get("act")
    if act == "secret":
        secret = renew_secret(actor=request.user, endpoint=endpoint)
        return _page(request, EndpointForm(), endpoint, secret)
    if act in ACTS:
        does, sentence = ACTS[act]
        try:
            does(actor=request.user, endpoint=endpoint)
            messages.success(request, sentence.format(endpoint))
        except Refused as refused:
            messages.error(request, str(refused))
    return redirect("diligence:webhooks")


@firm_only
@proved_lately
@require_POST
def delivery_again(request: SignedInRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Sends one message again."""
    _administrator(request)
    delivery = get_object_or_404(WebhookDelivery.objects.select_related("endpoint"), pk=pk)
    try:
        send_again(actor=request.user, delivery=delivery)
        messages.success(request, "It is on its way again, under the same id.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("diligence:webhooks")
