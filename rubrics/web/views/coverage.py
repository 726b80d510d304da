"""The coverage map of a deal."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from rubrics.selectors.coverage import KINDS, coverage_of


@firm_only
@require_safe
def deal_coverage(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Criteria by kind of evidence. It shows no level and no score, so whoever is blind sees it."""
    deal = visible_deal(request, pk)
    context = {
        "nav": "pipeline", "deal": deal, "tab": "evidence", "kinds": KINDS,
        "coverage": coverage_of(deal),
    }  # fmt: skip
    return render(request, "rubrics/deal_coverage.html", context)
