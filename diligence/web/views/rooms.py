"""The founder's side of the door: where one lands, the rooms, the first page of a room."""

import uuid

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, TermsFirst, signed_in
from diligence.models import Deal, FirmRole
from diligence.selectors.rooms import doors_of, room_of, rooms_of


def room_or_404(request: SignedInRequest, deal: uuid.UUID) -> Deal:
    """The deal whose room the person may enter; for everyone else there is none.

    Raises TermsFirst for one of the room who has yet to accept its terms.
    """
    row = rooms_of(request.user).filter(pk=deal).first()
    if row is not None:
        return row
    raise TermsFirst(get_object_or_404(doors_of(request.user), pk=deal).pk)


@signed_in
@require_safe
def home(request: SignedInRequest) -> HttpResponseBase:
    """Where one's work is: the board, a reviewer's scorecards, a founder's rooms; or the one."""
    if request.user.firm_role == FirmRole.REVIEWER:
        deals = list(Deal.objects.visible_to(request.user)[:2])
        if len(deals) == 1:
            return redirect("rubrics:deal_scorecard", pk=deals[0].pk)
        return redirect("rubrics:own_scorecards")
    if request.user.is_firm:
        return redirect("diligence:board")
    rooms = list(doors_of(request.user)[:2])
    if len(rooms) == 1:
        return redirect("diligence:room_home", deal=rooms[0].pk)
    return redirect("diligence:room_list")


@signed_in
@require_safe
def room_list(request: SignedInRequest) -> HttpResponseBase:
    """The rooms of someone who is in several, or in none."""
    if request.user.is_firm:
        raise Http404
    context = {"rooms": doors_of(request.user), "room_name": "Your rooms"}
    return render(request, "diligence/room_list.html", context)


@signed_in
@require_safe
def room_home(request: SignedInRequest, deal: uuid.UUID) -> HttpResponseBase:
    """What is asked, what was given, who is here."""
    row = room_or_404(request, deal)
    room = room_of(row, request.user)
    context = {"room": room, "deal": row, "room_name": row.startup.name}
    return render(request, "diligence/room_home.html", context)
