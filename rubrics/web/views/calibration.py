"""Calibration over deals: reviewers, anchors, practice cases, and the engine apart."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only
from rubrics.scoring.calibration import FEWEST_DEALS
from rubrics.selectors.calibration import MOST_DEALS, calibration_of


@firm_only
@require_safe
def calibration(request: SignedInRequest) -> HttpResponseBase:
    """What many deals say. Whoever does not run the firm sees of the reviewers only themselves."""
    try:
        rubric = UUID(request.GET.get("rubric", ""))
    except ValueError:
        rubric = None
    context = {
        "nav": "portfolio", "found": calibration_of(request.user, rubric),
        "fewest": FEWEST_DEALS, "most": MOST_DEALS, "levels": range(5),
    }  # fmt: skip
    return render(request, "rubrics/calibration.html", context)
