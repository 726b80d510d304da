"""The door of a room: what an invitation shows, and how it is used up.

A link can be forwarded, a mailbox less so. Whoever is not signed in as the invited person therefore
proves the mailbox first, by a code that is sent there, and only then is the invitation used.
"""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.core import ratelimit
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from diligence.lib.secrets import hash_of
from diligence.models import Invitation, User
from diligence.services.errors import Refused
from diligence.services.invitations import (
    accept_invitation,
    account_of_invited,
    open_invitation,
)
from diligence.web.forms.invitations import EnterForm

ENTERING = "invitation_entering"
"""In the browser's session: the hash of the link whose form was sent, and the name in it."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Says who invites to what, asks for a name, and opens the room. Looking uses nothing up.

    The page keeps the house's referrer policy, `same-origin`: under `no-referrer` browsers send
    `Origin: null` with its form, which the protection against forged requests has to refuse.
    """
    row = open_invitation(secret)
    if row is None:
        return render(request, "diligence/invitation_closed.html", status=410)
    actor = request.user if isinstance(request.user, User) else None
    if actor is not None and actor.email != row.email:
        context: dict[str, object] = {"invitation": row, "actor": actor}
        return render(request, "diligence/invitation_other_account.html", context, status=403)
    came_back = request.session.get(ENTERING, {}).get("link") == hash_of(secret)
    if actor is not None and came_back:
        return _enter(request, row, secret, request.session.pop(ENTERING)["name"])
    known = User.objects.filter(email=row.email).first()
    form = EnterForm(request.POST or None, initial={"name": known.name if known else row.name})
    if request.method == "POST" and form.is_valid():
        return _enter(request, row, secret, form.cleaned_data["name"])
    context = {"invitation": row, "form": form}
    return render(
        request, "diligence/invitation_open.html", context, status=422 if form.errors else 200
    )


def _enter(request: HttpRequest, row: Invitation, secret: str, name: str) -> HttpResponseBase:
    actor = request.user if isinstance(request.user, User) else None
    try:
        if actor is None:
            return _code_first(request, row, secret, name)
        accept_invitation(secret=secret, name=name, actor=actor)
    except Refused as refused:
        context = {"reason": str(refused)}
        return render(request, "diligence/invitation_closed.html", context, status=410)
    return redirect("diligence:room_home", deal=row.deal_id)


def _code_first(request: HttpRequest, row: Invitation, secret: str, name: str) -> HttpResponseBase:
    """Mails a code to the invited address; who enters it comes back to the link, and in.

    Raises Refused where codes were asked for too often.
    """
    if not ratelimit.consume(request, action="request_login_code", key=row.email):
        raise Refused("A code was asked for several times already; wait a minute, then try again.")
    user = account_of_invited(secret=secret, name=name)
    request.session[ENTERING] = {"link": hash_of(secret), "name": name}
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=row.email)
    back = urlencode({"next": reverse("diligence:invitation", kwargs={"secret": secret})})
    return redirect(f"{reverse('account_confirm_login_code')}?{back}")
