"""The terms of a room: where the firm sets them, and where the startup's people accept them."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from diligence.access import SignedInRequest, firm_only, signed_in, visible_deal
from diligence.policies import require
from diligence.selectors.rooms import doors_of
from diligence.services.errors import Refused
from diligence.services.room_terms import accept_terms, set_room
from diligence.web.forms.room_terms import RoomSettingsForm


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def room_settings(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What whoever enters the room has to accept, and whether documents carry the viewer's name."""
    deal = visible_deal(request, pk)
    require(request.user, "room.set", deal)
    now = deal.terms.filter(lifted_at=None).first()
    initial = {"terms": now.text if now else "", "watermark": deal.watermark}
    form = RoomSettingsForm(request.POST or None, initial=initial)
    if request.method == "POST":
        form = RoomSettingsForm(request.POST, initial=initial)
        if form.is_valid():
            set_room(actor=request.user, deal=deal, **form.cleaned_data)
            messages.success(request, "The room is set.")
            return redirect("diligence:room_settings", pk=deal.pk)
    accepted = now.acceptances.select_related("user") if now else ()
    context = {
        "nav": "pipeline", "deal": deal, "tab": "evidence", "form": form, "terms": now,
        "accepted": accepted,
    }  # fmt: skip
    return render(request, "diligence/room_settings.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room_terms(request: SignedInRequest, deal: UUID) -> HttpResponseBase:
    """The text in force, to read and accept; afterwards to read again."""
    row = get_object_or_404(doors_of(request.user), pk=deal)
    terms = row.terms.filter(lifted_at=None).first()
    if terms is None:
        return redirect("diligence:room_home", deal=row.pk)
    if request.method == "POST":
        read = get_object_or_404(row.terms, pk=request.POST.get("terms") or terms.pk)
        try:
            accept_terms(actor=request.user, terms=read)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("diligence:room_terms", deal=row.pk)
        return redirect("diligence:room_home", deal=row.pk)
    context = {
        "deal": row, "room_name": row.startup.name, "terms": terms,
        "accepted": terms.acceptances.filter(user=request.user).first(),
    }  # fmt: skip
    return render(request, "diligence/room_terms.html", context)
