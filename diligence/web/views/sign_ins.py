"""Where one is signed in: every browser, each with a button that ends it."""

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from diligence.access import SignedInRequest, signed_in
from diligence.selectors.sign_ins import sign_ins_of
from diligence.services.ending_sign_ins import end_other_sign_ins, end_sign_in


@signed_in
@never_cache
@require_safe
def sign_ins(request: SignedInRequest) -> HttpResponseBase:
    """One's own sessions."""
    rows = sign_ins_of(request.user, this=request.session.session_key)
    return render(request, "diligence/sign_in_list.html", {"sign_ins": rows})


@signed_in
@require_POST
def sign_in_end(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Ends one of one's own; the present one is ended by signing out."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sign_in(actor=request.user, session=session)
    messages.success(request, "That browser is signed out.")
    return redirect("diligence:sign_ins")


@signed_in
@require_POST
def sign_ins_end(request: SignedInRequest) -> HttpResponseBase:
    """Ends all but the present one."""
    count = end_other_sign_ins(actor=request.user, this=str(request.session.session_key))
    messages.success(request, f"{count} other browser{'' if count == 1 else 's'} signed out.")
    return redirect("diligence:sign_ins")


@signed_in
@never_cache
@require_safe
def prove(request: SignedInRequest) -> HttpResponseBase:
    """Where one shows again that it is oneself: by password or device, or by signing in anew."""
    path = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        path = "/"
    back = urlencode({"next": path})
    if get_reauthentication_flows(request.user):
        return redirect(f"{reverse('account_reauthenticate')}?{back}")
    return render(request, "diligence/prove.html", {"again": f"{reverse('account_login')}?{back}"})
