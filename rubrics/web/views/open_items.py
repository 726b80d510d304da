"""What is open on a deal and with whom: the page, its panel, and the closing of a condition."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.policies import may
from diligence.services.errors import Refused
from rubrics.models import FollowUp
from rubrics.selectors.open_items import open_items
from rubrics.selectors.terms import follow_ups_of
from rubrics.services.follow_ups import close_follow_up
from rubrics.web.forms.terms import CloseForm

IN_SHORT = 6
"""Lines of the panel on the deal's page."""


@firm_only
@require_safe
def deal_open(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """All that is open, and the conditions with what became of them."""
    deal = visible_deal(request, pk)
    found = follow_ups_of(deal, request.user)
    rows = [(row, bool(may(request.user, "follow-up.close", row))) for row in found]
    context = {
        "nav": "pipeline", "deal": deal, "tab": "overview", "items": open_items(deal, request.user),
        "conditions": rows, "close_form": CloseForm(),
    }  # fmt: skip
    return render(request, "rubrics/deal_open.html", context)


@firm_only
@require_safe
def open_panel(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What is open in short, for the deal's page."""
    deal = visible_deal(request, pk)
    items = open_items(deal, request.user)
    context = {"deal": deal, "items": items[:IN_SHORT], "more": max(0, len(items) - IN_SHORT)}
    return render(request, "rubrics/_open_panel.html", context)


@firm_only
@require_POST
def follow_up_close(request: SignedInRequest, pk: UUID, follow_up: UUID) -> HttpResponseBase:
    """Says that a condition is met or dropped."""
    deal = visible_deal(request, pk)
    rows = FollowUp.objects.visible_to(request.user).filter(deal=deal)
    row = get_object_or_404(rows, pk=follow_up)
    form = CloseForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("Choose whether it is met or dropped, and say what shows it or why.")
        close_follow_up(actor=request.user, follow_up=row, **form.cleaned_data)
        messages.success(request, "The condition is closed.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("rubrics:deal_open", pk=deal.pk)
