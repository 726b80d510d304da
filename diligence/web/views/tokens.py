"""API tokens: one's own, made, shown once, revoked."""

import uuid

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, proved_lately
from diligence.models import ApiToken
from diligence.services.tokens import create_token, revoke_token
from diligence.web.forms.tokens import TokenForm


@firm_only
@proved_lately
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: SignedInRequest) -> HttpResponseBase:
    """Lists one's tokens; a new one's secret stands in the answer to its form, and never again."""
    form = TokenForm(request.POST or None)
    secret = ""
    if form.is_valid():
        given = form.cleaned_data
        _, secret = create_token(
            actor=request.user, name=given["name"], days=int(given["days"]), scopes=given["scopes"]
        )
        form = TokenForm()
    context = {
        "tokens": ApiToken.objects.filter(user=request.user),
        "now": timezone.now(),
        "form": form,
        "secret": secret,
    }
    status = 422 if form.errors else 200
    return render(request, "diligence/token_list.html", context, status=status)


@firm_only
@require_POST
def token_revoke(request: SignedInRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Makes one of one's tokens worthless."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    if token.revoked_at is None:
        revoke_token(actor=request.user, token=token)
    messages.success(request, f"{token.name} no longer works.")
    return redirect("diligence:tokens")
