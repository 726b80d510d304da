"""The door of a room: what an invitation shows, and how it is used up."""

from allauth.account.utils import perform_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from diligence.models import Invitation, User
from diligence.services.errors import Refused
from diligence.services.invitations import accept_invitation, open_invitation
from diligence.web.forms.invitations import EnterForm


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
    known = User.objects.filter(email=row.email).first()
    form = EnterForm(request.POST or None, initial={"name": known.name if known else row.name})
    if request.method == "POST" and form.is_valid():
        return _enter(request, row, secret, form)
    context = {"invitation": row, "form": form}
    return render(
        request, "diligence/invitation_open.html", context, status=422 if form.errors else 200
    )


def _enter(request: HttpRequest, row: Invitation, secret: str, form: EnterForm) -> HttpResponseBase:
    actor = request.user if isinstance(request.user, User) else None
    try:
        user = accept_invitation(secret=secret, name=form.cleaned_data["name"], actor=actor)
    except Refused as refused:
        context = {"reason": str(refused)}
        return render(request, "diligence/invitation_closed.html", context, status=410)
    if actor is not None:
        return redirect("diligence:room_home", deal=row.deal_id)
    # Having the mail is one factor; who has set up a second one is asked for it like everywhere.
    entered: HttpResponseBase = perform_login(
        request, user, redirect_url=resolve_url("diligence:room_home", deal=row.deal_id)
    )
    return entered
