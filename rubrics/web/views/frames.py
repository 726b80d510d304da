"""What a deal is assessed under: to read, and to change with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Deal
from diligence.policies import may, require
from diligence.selectors.evidence import first_opened
from diligence.services.errors import Conflict, Refused
from rubrics.models import Assessment
from rubrics.selectors.assessments import assessment_of, rubric_of
from rubrics.selectors.dashboards import may_see_scores
from rubrics.selectors.frames import frame_changes, frame_now, freezing_of, titles_of
from rubrics.services.frames import change_frame
from rubrics.web.forms.frames import FrameForm


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_frame(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Shows the frame with its history; whoever runs the deal changes it."""
    deal = visible_deal(request, pk)
    assessment = assessment_of(deal)
    if assessment is None:
        raise Http404
    now, changes = frame_now(assessment), frame_changes(assessment)
    form = FrameForm(now=now, changes=len(changes))
    if request.method == "POST":
        require(request.user, "assessment.frame", assessment)
        form = FrameForm(request.POST, now=now, changes=len(changes))
        if form.is_valid() and _changed(request, assessment, form):
            messages.success(request, "Changed. The score is computed anew; the report prints why.")
            return redirect("rubrics:deal_frame", pk=deal.pk)
    context = _context(request, deal, assessment) | {"form": form, "changes": changes}
    return render(request, "rubrics/deal_frame.html", context, status=422 if form.errors else 200)


@firm_only
@require_safe
def frame_first(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Above the evidence of a deal that is not framed: to freeze first; else nothing."""
    deal = visible_deal(request, pk)
    context = {
        "deal": deal, "opened": first_opened(deal), "framed": assessment_of(deal) is not None,
        "may_open": may(request.user, "assessment.open", deal),
    }  # fmt: skip
    return render(request, "rubrics/_frame_first.html", context)


def _changed(request: SignedInRequest, assessment: Assessment, form: FrameForm) -> bool:
    given = form.cleaned_data
    try:
        change_frame(
            actor=request.user, assessment=assessment, frame=form.given(),
            because=given["because"], seen=given["seen"],
        )  # fmt: skip
    except (Refused, Conflict) as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _context(request: SignedInRequest, deal: Deal, assessment: Assessment) -> dict[str, object]:
    return {
        "nav": "pipeline",
        "deal": deal,
        "tab": "scorecard",
        "assessment": assessment,
        "profile": titles_of(rubric_of(assessment.rubric), frame_now(assessment)),
        "shown": may_see_scores(request.user, assessment),
        "freezing": freezing_of(assessment),
        "submitted": assessment.scorecards.current().exclude(locked_at=None).count(),
        "may_change": may(request.user, "assessment.frame", assessment),
    }
