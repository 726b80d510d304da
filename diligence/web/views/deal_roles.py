"""Roles of deals: administrators define them, those who staff a deal give them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import (
    SignedInRequest,
    firm_only,
    proved_lately,
    proved_lately_to_write,
    visible_deal,
)
from diligence.models import DealRole
from diligence.policies import may
from diligence.selectors.deal_roles import roles_in_use
from diligence.services.deal_roles import change_role, define_role, give_role, retire_role
from diligence.services.errors import Refused
from diligence.web.forms.deal_roles import GiveRoleForm, RoleForm


def _administers_or_404(request: SignedInRequest) -> None:
    if not may(request.user, "role.define"):
        raise Http404


@firm_only
@proved_lately_to_write
@require_http_methods(["GET", "HEAD", "POST"])
def role_list(request: SignedInRequest) -> HttpResponseBase:
    """The firm's roles, and a form for a new one."""
    _administers_or_404(request)
    form = RoleForm(request.POST or None)
    if form.is_valid():
        try:
            role = define_role(actor=request.user, **form.said())
        except Refused as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"{role} can be given on every deal now.")
            return redirect("diligence:role_list")
    context = {"roles": roles_in_use(), "form": form}
    status = 422 if form.errors else 200
    return render(request, "diligence/role_list.html", context, status=status)


@firm_only
@proved_lately_to_write
@require_http_methods(["GET", "HEAD", "POST"])
def role_detail(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Changes a role for everybody who has it."""
    _administers_or_404(request)
    role = get_object_or_404(roles_in_use(), pk=pk)
    form = RoleForm(request.POST or None, role=role)
    if form.is_valid():
        try:
            change_role(actor=request.user, role=role, **form.said())
        except Refused as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "Saved; it holds from now on.")
            return redirect("diligence:role_list")
    status = 422 if form.errors else 200
    return render(
        request, "diligence/role_detail.html", {"role": role, "form": form}, status=status
    )


@firm_only
@proved_lately
@require_POST
def role_retire(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Offers a role no more."""
    _administers_or_404(request)
    role = get_object_or_404(DealRole, pk=pk)
    try:
        retire_role(actor=request.user, role=role)
        messages.success(request, f"{role} is not offered any more.")
    except Refused as error:
        messages.error(request, str(error))
        return redirect("diligence:role_detail", pk=role.pk)
    return redirect("diligence:role_list")


@firm_only
@proved_lately
@require_POST
def member_role(request: SignedInRequest, pk: UUID, member: UUID) -> HttpResponseBase:
    """Says what somebody of the team may do on the deal."""
    deal = visible_deal(request, pk)
    row = get_object_or_404(deal.members.filter(removed_at=None).select_related("deal"), pk=member)
    form = GiveRoleForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("Choose a role from the list.")
        given = give_role(actor=request.user, member=row, role=form.cleaned_data["role"])
        said = given.role or f"{given.user.get_firm_role_display()}, as at the firm"
        messages.success(request, f"{given.user} is now: {said}.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("diligence:deal_detail", pk=deal.pk)
