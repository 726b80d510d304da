"""Dashboards: a deal's risk, one lens unfolded to its terms, and the portfolio."""

from datetime import date
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only, is_fragment, visible_deal
from diligence.models import Deal, Stage
from diligence.policies import may
from rubrics.charts.of_rollup import coverage_bar, lens_bars, score_bar
from rubrics.selectors.assessments import rubric_of, standing_scores
from rubrics.selectors.brief import brief_of
from rubrics.selectors.comparing import among_the_firm
from rubrics.selectors.dashboards import (
    dashboard_of,
    lens_of,
    may_see_scores,
)
from rubrics.web.drawings import trend
from rubrics.web.forms.knock_outs import SuspicionForm


@firm_only
@require_safe
def deal_panel(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The headline in short, for the deal's page."""
    deal = visible_deal(request, pk)
    dashboard = dashboard_of(deal)
    seen = dashboard is not None and may_see_scores(request.user, dashboard.assessment)
    return render(
        request,
        "rubrics/_deal_panel.html",
        {
            "deal": deal,
            "dashboard": dashboard,
            "bar": score_bar("panel-score", dashboard.rollup) if dashboard and seen else None,
            "may_open": may(request.user, "assessment.open", deal),
        },
    )


@firm_only
@require_safe
def deal_dashboard(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The brief on one screen: headline, knock-outs, lenses, what is missing, what is unknown."""
    deal = visible_deal(request, pk)
    dashboard = dashboard_of(deal)
    context = {"nav": "pipeline", "deal": deal, "tab": "dashboard", "dashboard": dashboard}
    if dashboard is None or not may_see_scores(request.user, dashboard.assessment):
        context["may_open"] = may(request.user, "assessment.open", deal)
        return render(request, "rubrics/dashboard_empty.html", context)
    rollup = dashboard.rollup
    context |= {
        "rollup": rollup,
        "stage": rubric_of(dashboard.assessment.rubric).stage(rollup.stage).title,
        "bar": score_bar("headline", rollup),
        "lens_chart": lens_bars("lenses", rollup),
        "coverage_chart": coverage_bar("coverage", rollup),
        "brief": brief_of(deal, request.user, dashboard.assessment.standing),
        "among": among_the_firm(request.user, dashboard.assessment.standing),
        "trend": trend("trend", dashboard.assessment.points.all(), _invested_on(deal)),
        "suspicion": SuspicionForm(assessment=dashboard.assessment),
    }
    return render(request, "rubrics/deal_dashboard.html", context)


def _invested_on(deal: Deal) -> date | None:
    """The day on which the deal entered a stage that is won, if it lies there."""
    return deal.stage_entered_at.date() if deal.stage.outcome == Stage.Outcome.WON else None


@firm_only
@require_safe
def lens_detail(request: SignedInRequest, pk: UUID, lens: str) -> HttpResponseBase:
    """Why this number: a lens down to its criteria, weights, levels and what they rest on."""
    deal = visible_deal(request, pk)
    dashboard = dashboard_of(deal)
    if dashboard is None or not may_see_scores(request.user, dashboard.assessment):
        raise Http404
    score = lens_of(dashboard.rollup, lens)
    if score is None:
        raise Http404
    scores = standing_scores(dashboard.assessment)
    context = {
        "nav": "pipeline",
        "deal": deal,
        "tab": "dashboard",
        "dashboard": dashboard,
        "lens": score,
        "rows": [(term, scores.get(term.criterion)) for term in score.terms],
    }
    name = "rubrics/_lens_terms.html" if is_fragment(request) else "rubrics/lens_detail.html"
    return render(request, name, context)
