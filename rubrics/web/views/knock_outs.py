"""A knock-out: what raised it, and a person's word on it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.policies import may, require
from diligence.services.errors import Refused
from rubrics.models import Assessment, KnockOut
from rubrics.selectors.assessments import assessment_of, rubric_of
from rubrics.services.assessments import decide_knock_out, suspect_knock_out
from rubrics.web.forms.scores import KnockOutForm, SuspicionForm


@firm_only
@require_POST
def knock_out_suspect(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """A reviewer's suspicion."""
    deal = visible_deal(request, pk)
    assessment = assessment_of(deal)
    if assessment is None:
        raise Http404
    form = SuspicionForm(request.POST, rubric=rubric_of(assessment.rubric))
    try:
        if not form.is_valid():
            raise Refused("Choose a knock-out and say what makes you suspect it.")
        suspect_knock_out(actor=request.user, assessment=assessment, **form.cleaned_data)
        messages.success(request, "The suspicion stands beside the band now.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("rubrics:deal_dashboard", pk=deal.pk)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def knock_out(request: SignedInRequest, pk: UUID, code: str) -> HttpResponseBase:
    """Reads a knock-out; partners and administrators decide on it."""
    deal = visible_deal(request, pk)
    rows = KnockOut.objects.select_related("assessment__rubric", "assessment__deal", "decided_by")
    rows = rows.filter(assessment__in=Assessment.objects.scores_visible_to(request.user))
    row = get_object_or_404(rows, assessment__deal=deal, code=code)
    form = KnockOutForm(request.POST or None, initial={"state": row.state})
    if request.method == "POST":
        require(request.user, "knock-out.decide", row.assessment)
        if form.is_valid():
            try:
                decide_knock_out(actor=request.user, knock_out=row, **form.cleaned_data)
            except Refused as error:
                form.add_error("because", str(error))
            else:
                messages.success(request, f"{row.code} is {row.get_state_display().lower()} now.")
                return redirect("rubrics:deal_dashboard", pk=deal.pk)
    return render(
        request,
        "rubrics/knock_out.html",
        {
            "nav": "pipeline",
            "deal": deal,
            "tab": "dashboard",
            "knock_out": row,
            "rule": rubric_of(row.assessment.rubric).knock_out(row.code),
            "form": form,
            "may_decide": may(request.user, "knock-out.decide", row.assessment),
        },
    )
