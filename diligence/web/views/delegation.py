"""The people of a room: who is here, who takes over what, bring in a colleague."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, signed_in
from diligence.models import Deal
from diligence.policies import may
from diligence.selectors.delegation import (
    delegable_sections,
    open_colleague_invitations,
    room_people,
)
from diligence.services.delegation import (
    assign,
    invite_colleague,
    remove_colleague,
    revoke_colleague,
)
from diligence.services.errors import Refused
from diligence.web.forms.delegation import AssignForm, ColleagueForm, present_shares
from diligence.web.views.rooms import room_or_404


def _whole_room_or_404(request: SignedInRequest, deal: uuid.UUID) -> Deal:
    """The room of someone who may bring in others; for a delegate the page does not exist."""
    room = room_or_404(request, deal)
    if not may(request.user, "room.delegate", room):
        raise Http404
    return room


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room_people_page(request: SignedInRequest, deal: uuid.UUID) -> HttpResponseBase:
    """Everybody who is here or invited, and the form that invites a colleague."""
    room = _whole_room_or_404(request, deal)
    delegable = delegable_sections(room)
    posted = request.method == "POST"
    form = ColleagueForm(
        request.POST if posted else None, delegable=delegable, initial={"limited": True}
    )
    if posted and form.is_valid():
        try:
            sent = invite_colleague(actor=request.user, deal=room, colleague=form.colleague())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The invitation is on its way to {sent.email}.")
            return redirect("diligence:room_people", deal=room.pk)
    context = {
        "form": form, "people": room_people(room), "delegable": delegable,
        "invitations": open_colleague_invitations(room), "deal": room,
        "room_name": room.startup.name,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "diligence/room_people.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room_person(request: SignedInRequest, deal: uuid.UUID, member: uuid.UUID) -> HttpResponseBase:
    """What one person takes over; or take them out of the room."""
    room = _whole_room_or_404(request, deal)
    row = get_object_or_404(room_people(room), pk=member)
    initial = {"sections": present_shares(row), "limited": row.limited}
    posted = request.method == "POST"
    form = AssignForm(
        request.POST if posted else None, delegable=delegable_sections(room), initial=initial
    )
    if posted:
        try:
            if "remove" in request.POST:
                remove_colleague(actor=request.user, member=row)
                messages.success(request, f"{row.user} cannot enter the room any more.")
                return redirect("diligence:room_people", deal=room.pk)
            if form.is_valid():
                limited = form.cleaned_data["limited"]
                assign(actor=request.user, member=row, sections=form.shares(), limited=limited)
                messages.success(request, "Saved.")
                return redirect("diligence:room_people", deal=room.pk)
        except Refused as error:
            form.add_error(None, str(error))
    context = {"form": form, "member": row, "deal": room, "room_name": room.startup.name}
    status = 422 if form.errors else 200
    return render(request, "diligence/room_person.html", context, status=status)


@signed_in
@require_POST
def colleague_revoke(
    request: SignedInRequest, deal: uuid.UUID, invitation: uuid.UUID
) -> HttpResponseBase:
    """Makes an open link worthless."""
    room = _whole_room_or_404(request, deal)
    rows = room.invitations.filter(invited_by__firm_role="")
    row = get_object_or_404(rows.select_related("deal", "invited_by"), pk=invitation)
    try:
        revoke_colleague(actor=request.user, invitation=row)
        messages.success(request, f"The invitation of {row.email} is revoked.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("diligence:room_people", deal=room.pk)
