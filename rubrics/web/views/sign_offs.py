"""A partner's decision on a deal: what stands in the way, the form, and what was decided."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Deal
from diligence.policies import may, require
from diligence.services.errors import Refused
from rubrics.models import Assessment, SignOff
from rubrics.selectors.assessments import assessment_of, rolled_up
from rubrics.selectors.dashboards import may_see_scores
from rubrics.selectors.sign_offs import obstacles, sign_offs_of
from rubrics.services.sign_offs import sign_off
from rubrics.web.forms.reports import ConditionForms, SignOffForm, given_conditions


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_sign_off(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Reads the decisions; partners and administrators decide."""
    deal = visible_deal(request, pk)
    assessment = assessment_of(deal)
    if assessment is None or not may_see_scores(request.user, assessment):
        raise Http404
    form, rows = SignOffForm(), ConditionForms(prefix="conditions")
    if request.method == "POST":
        require(request.user, "deal.sign-off", assessment)
        form = SignOffForm(request.POST)
        rows = ConditionForms(request.POST, prefix="conditions")
        if form.is_valid() and rows.is_valid():
            given = form.given(given_conditions(rows))
            try:
                sign_off(actor=request.user, assessment=assessment, given=given)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "Your decision stands. The next report prints it.")
                return redirect("rubrics:deal_sign_off", pk=deal.pk)
    context = _context(request, deal, assessment) | {"form": form, "rows": rows}
    return render(
        request, "rubrics/deal_sign_off.html", context, status=422 if form.errors else 200
    )


def _context(request: SignedInRequest, deal: Deal, assessment: Assessment) -> dict[str, Any]:
    return {
        "nav": "pipeline",
        "deal": deal,
        "tab": "reports",
        "rollup": rolled_up(assessment),
        "sign_offs": sign_offs_of(deal),
        "in_the_way": obstacles(assessment, SignOff.Decision.GO),
        "may_sign": may(request.user, "deal.sign-off", assessment),
    }
