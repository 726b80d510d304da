"""Why a number is what it is: every figure of the roll-up, unfolded to terms and evidence."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from rubrics.catalog.schema import Criterion
from rubrics.models import Assessment, Score
from rubrics.scoring.bands import (
    COVERAGE_NEEDED,
    HIGH_CONFIDENCE,
    LENS_COVERAGE_NEEDED,
    MEDIUM_CONFIDENCE,
)
from rubrics.scoring.ceilings import ceiling, explain_ceiling
from rubrics.scoring.sensitivity import SWING
from rubrics.scoring.steps import steps_of
from rubrics.scoring.types import BANDS, CriterionTerm
from rubrics.scoring.why import confidence_lines, coverage_lines
from rubrics.selectors.assessments import rubric_of, standing_scores
from rubrics.selectors.dashboards import DealDashboard, dashboard_of, lens_of, may_see_scores
from rubrics.selectors.settling import circumstance_of

FURTHEST = 8
"""Lines of what one criterion would change before the rest is folded."""


def _seen(request: SignedInRequest, pk: UUID) -> DealDashboard:
    """The dashboard of a deal whose scores the person may see; for all others there is none."""
    dashboard = dashboard_of(visible_deal(request, pk))
    if dashboard is None or not may_see_scores(request.user, dashboard.assessment):
        raise Http404
    return dashboard


@firm_only
@require_safe
def deal_why(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Headline, interval, coverage, confidence, band, weights, single criteria, each in terms."""
    dashboard = _seen(request, pk)
    rollup = dashboard.rollup
    steps = steps_of(rubric_of(dashboard.assessment.rubric), rollup)
    context = {
        "nav": "pipeline", "deal": dashboard.assessment.deal, "tab": "dashboard",
        "rollup": rollup, "coverage_lines": coverage_lines(rollup),
        "confidence_lines": confidence_lines(rollup), "bands": BANDS,
        "unknown": [step for step in steps if step.level is None],
        "steps": steps[:FURTHEST], "more_steps": steps[FURTHEST:],
        "swing": round(100 * SWING), "needed": round(100 * COVERAGE_NEEDED),
        "needed_in_lens": round(100 * LENS_COVERAGE_NEEDED),
        "high": float(HIGH_CONFIDENCE), "medium": float(MEDIUM_CONFIDENCE),
    }  # fmt: skip
    return render(request, "rubrics/deal_why.html", context)


@firm_only
@require_safe
def criterion_why(
    request: SignedInRequest, pk: UUID, lens: str, criterion: str
) -> HttpResponseBase:
    """One criterion: its level, ceiling, strength and what it adds, down to what it rests on."""
    dashboard = _seen(request, pk)
    part = lens_of(dashboard.rollup, lens)
    term = next((t for t in part.terms if t.criterion == criterion), None) if part else None
    if term is None:
        raise Http404
    rubric = rubric_of(dashboard.assessment.rubric)
    step = next((s for s in steps_of(rubric, dashboard.rollup) if s.criterion == criterion), None)
    lines = {line.criterion: line for line in confidence_lines(dashboard.rollup)}
    context = {
        "nav": "pipeline", "deal": dashboard.assessment.deal, "tab": "dashboard",
        "rollup": dashboard.rollup, "lens": part, "term": term, "step": step,
        "line": lines.get(criterion),
        "is_blind": dashboard.assessment.mode == Assessment.Mode.BLIND,
        **_level(rubric.criterion(criterion), term, dashboard),
    }  # fmt: skip
    return render(request, "rubrics/criterion_why.html", context)


def _level(rule: Criterion, term: CriterionTerm, dashboard: DealDashboard) -> dict[str, Any]:
    """The anchors, the score that the level rests on, and the ceiling that its evidence sets."""
    score: Score | None = standing_scores(dashboard.assessment).get(rule.id)
    scored = score if score is not None and term.outcome == "scored" else None
    ceilings: dict[str, Any] = {}
    if scored is not None:
        circumstance = circumstance_of(scored)
        ceilings = {
            "ceiling": ceiling(scored.grade, rule, circumstance),
            "ceiling_because": explain_ceiling(scored.grade, rule, circumstance),
        }
    anchors = [(level, text, level == term.level) for level, text in enumerate(rule.levels)]
    return {"rule": rule, "score": score, "anchors": anchors, **ceilings}
