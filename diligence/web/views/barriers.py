"""Conflicts of interest on a deal: who sees nothing of it, raised and lifted with a reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, proved_lately, visible_deal
from diligence.models import Deal
from diligence.policies import may, require, sees
from diligence.selectors.barriers import barrable, barriers_of
from diligence.services.barriers import (
    declare_conflict_of_interest,
    lift_barrier,
    raise_barrier,
)
from diligence.services.errors import Refused
from diligence.web.forms.barriers import BarrierForm, LiftForm, OwnConflictForm


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_barriers(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Who is shut out and why; partners and administrators shut out somebody else."""
    deal = visible_deal(request, pk)
    require(request.user, "deal.staff", deal)
    form = BarrierForm(request.POST or None, people=barrable(deal))
    if request.method == "POST":
        require(request.user, "barrier.raise", deal)
        if form.is_valid():
            try:
                barrier = raise_barrier(actor=request.user, deal=deal, **form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"{barrier.user} sees nothing of this deal any more.")
                return _onwards(request, deal)
    status = 422 if form.errors else 200
    return render(
        request, "diligence/deal_barriers.html", _page(request, deal, form), status=status
    )


def _page(request: SignedInRequest, deal: Deal, form: BarrierForm) -> dict[str, Any]:
    return {
        "nav": "pipeline", "deal": deal, "tab": "", "form": form, "barriers": barriers_of(deal),
        "may_raise": may(request.user, "barrier.raise", deal),
    }  # fmt: skip


def _onwards(request: SignedInRequest, deal: Deal) -> HttpResponseBase:
    """Back to the deal, for whoever still sees it."""
    if sees(request.user, deal):
        return redirect("diligence:deal_barriers", pk=deal.pk)
    return redirect("diligence:board")


@firm_only
@proved_lately
@require_POST
def barrier_lift(request: SignedInRequest, pk: UUID, barrier: UUID) -> HttpResponseBase:
    """Lets somebody see the deal again."""
    deal = visible_deal(request, pk)
    row = get_object_or_404(deal.barriers.select_related("deal", "user"), pk=barrier)
    require(request.user, "barrier.lift", deal)
    form = LiftForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("Say in a sentence why there is no conflict any more.")
        lift_barrier(actor=request.user, barrier=row, reason=form.cleaned_data["reason"])
        messages.success(request, f"{row.user} sees the deal again, as far as their role goes.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("diligence:deal_barriers", pk=deal.pk)


@firm_only
@require_POST
def deal_conflict(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """One's own conflict: from now on the deal is closed to whoever declares it."""
    deal = visible_deal(request, pk)
    form = OwnConflictForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("Say in a sentence what the conflict is; those who run the deal read it.")
        declare_conflict_of_interest(
            actor=request.user, deal=deal, reason=form.cleaned_data["reason"]
        )
        messages.success(request, "Your conflict is declared; the deal is closed to you.")
    except Refused as error:
        messages.error(request, str(error))
        return redirect("diligence:deal_detail", pk=deal.pk)
    return redirect("diligence:board")
