"""Stated against proven maturity, as a panel of the claims ledger."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from rubrics.charts.maturity import MaturityChart, MaturityRow
from rubrics.selectors.assessments import assessment_of
from rubrics.selectors.dashboards import may_see_scores
from rubrics.selectors.maturity import maturity_of


@firm_only
@require_safe
def maturity_panel(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """A line a lens. It shows proposed levels, so a blind reviewer sees it after scoring."""
    deal = visible_deal(request, pk)
    assessment = assessment_of(deal)
    shows = assessment is None or may_see_scores(request.user, assessment)
    found = maturity_of(deal) if shows else ()
    rows = tuple(MaturityRow(m.title, m.stated, m.proven, m.unexamined) for m in found)
    drawing = MaturityChart("maturity", "Stated against proven maturity", rows) if rows else None
    context = {"deal": deal, "drawing": drawing, "shows": shows}
    return render(request, "rubrics/_maturity_panel.html", context)
