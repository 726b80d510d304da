"""People around a deal: the team, the founders in its room, and notes."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Note
from diligence.policies import require
from diligence.selectors.deals import firm_people_for
from diligence.services.deals import add_member, edit_note, remove_member, write_note
from diligence.services.errors import Refused
from diligence.services.invitations import (
    invite_founder,
    remove_room_member,
    revoke_invitation,
)
from diligence.web.forms.deals import InviteForm, MemberForm, NoteForm


def _first_error(form: InviteForm | MemberForm | NoteForm) -> str:
    for errors in form.errors.values():
        return str(errors[0])
    return "This could not be read; try again."


@firm_only
@require_POST
def member_add(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Puts someone of the firm on the deal."""
    deal = visible_deal(request, pk)
    form = MemberForm(request.POST, people=firm_people_for(deal))
    try:
        if not form.is_valid():
            raise Refused("Choose someone of the firm from the list.")
        member = add_member(actor=request.user, deal=deal, user=form.cleaned_data["user"])
        said = member.role or f"{member.user.get_firm_role_display()}, as at the firm"
        messages.success(request, f"{member.user} is on the deal: {said}.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("diligence:deal_detail", pk=deal.pk)


@firm_only
@require_POST
def member_remove(request: SignedInRequest, pk: UUID, member: UUID) -> HttpResponseBase:
    """Takes someone off the deal."""
    deal = visible_deal(request, pk)
    row = get_object_or_404(deal.members.filter(removed_at=None), pk=member)
    try:
        remove_member(actor=request.user, member=row)
        messages.success(request, f"{row.user} is off the deal.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("diligence:deal_detail", pk=deal.pk)


@firm_only
@require_POST
def founder_invite(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Mails an invitation to someone of the startup."""
    deal = visible_deal(request, pk)
    form = InviteForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_first_error(form))
        invitation = invite_founder(actor=request.user, deal=deal, **form.cleaned_data)
        messages.success(request, f"The invitation to {invitation.email} is on its way.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("diligence:deal_detail", pk=deal.pk)


@firm_only
@require_POST
def invitation_revoke(request: SignedInRequest, pk: UUID, invitation: UUID) -> HttpResponseBase:
    """Makes an open invitation worthless."""
    deal = visible_deal(request, pk)
    row = get_object_or_404(deal.invitations, pk=invitation)
    try:
        revoke_invitation(actor=request.user, invitation=row)
        messages.success(request, f"The link that {row.email} got no longer works.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("diligence:deal_detail", pk=deal.pk)


@firm_only
@require_POST
def room_member_remove(request: SignedInRequest, pk: UUID, member: UUID) -> HttpResponseBase:
    """Closes the room to someone of the startup."""
    deal = visible_deal(request, pk)
    row = get_object_or_404(deal.room_members.filter(removed_at=None), pk=member)
    remove_room_member(actor=request.user, member=row)
    messages.success(request, f"{row.user} can no longer enter the room; what they gave stays.")
    return redirect("diligence:deal_detail", pk=deal.pk)


@firm_only
@require_POST
def note_write(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Adds a note."""
    deal = visible_deal(request, pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        write_note(actor=request.user, deal=deal, body=form.cleaned_data["body"])
    else:
        messages.error(request, _first_error(form))
    return redirect("diligence:deal_detail", pk=deal.pk)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def note_edit(request: SignedInRequest, pk: UUID, note: UUID) -> HttpResponseBase:
    """Changes one's own note."""
    deal = visible_deal(request, pk)
    row = get_object_or_404(Note, pk=note, deal=deal)
    require(request.user, "note.edit", row)
    form = NoteForm(request.POST or None, initial={"body": row.body})
    if request.method == "POST" and form.is_valid():
        edit_note(actor=request.user, note=row, body=form.cleaned_data["body"])
        return redirect("diligence:deal_detail", pk=deal.pk)
    context = {"nav": "pipeline", "deal": deal, "form": form, "note": row}
    return render(request, "diligence/note_edit.html", context)
