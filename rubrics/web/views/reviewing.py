"""Who scores an assessment: assign, replace, remind, and declare a conflict of one's own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Deal
from diligence.policies import may, require, sees
from diligence.services.errors import Refused
from rubrics.models import Assessment
from rubrics.selectors.assessments import assessment_of
from rubrics.selectors.dashboards import may_see_scores
from rubrics.selectors.panels import assignable, places_of, sign_off_blockers
from rubrics.services.reviewing import (
    assign,
    declare_conflict,
    give_up_seat,
    remind_reviewers,
    replace,
)
from rubrics.web.forms.reviewing import AssignForm, ConflictForm, ReplaceForm


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def reviewers(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Who scores and how far they are; those who run the deal ask somebody."""
    deal = visible_deal(request, pk)
    assessment = _assessment(deal)
    people = assignable(assessment)
    form = AssignForm(request.POST or None, people=people)
    if request.method == "POST":
        require(request.user, "score.assign", deal)
        try:
            if not form.is_valid():
                raise Refused("Choose somebody of the firm, and what they are asked for.")
            seat = assign(actor=request.user, assessment=assessment, **form.cleaned_data)
            messages.success(request, f"{seat.user} is asked and told by mail.")
        except Refused as error:
            messages.error(request, str(error))
        return redirect("rubrics:reviewers", pk=deal.pk)
    shown = may_see_scores(request.user, assessment)
    context = {
        "nav": "pipeline", "deal": deal, "tab": "scorecard", "assessment": assessment,
        "places": places_of(assessment), "form": form, "replace": ReplaceForm(people=people),
        "may_assign": may(request.user, "score.assign", deal), "shown": shown,
        "blockers": sign_off_blockers(assessment),
    }  # fmt: skip
    return render(request, "rubrics/reviewers.html", context)


def _assessment(deal: Deal) -> Assessment:
    assessment = assessment_of(deal)
    if assessment is None:
        raise Http404
    return assessment


@firm_only
@require_POST
def seat_replace(request: SignedInRequest, pk: UUID, seat: UUID) -> HttpResponseBase:
    """Takes somebody off the scoring, and puts somebody else in their place."""
    deal = visible_deal(request, pk)
    assessment = _assessment(deal)
    row = get_object_or_404(
        assessment.seats.taken().select_related("user", "assessment__deal"), pk=seat
    )
    require(request.user, "score.assign", deal)
    form = ReplaceForm(request.POST, people=assignable(assessment))
    try:
        if not form.is_valid():
            raise Refused("Choose somebody of the firm from the list.")
        if instead := form.cleaned_data["user"]:
            replace(actor=request.user, seat=row, user=instead)
            messages.success(request, f"{instead} takes over from {row.user}.")
        else:
            give_up_seat(actor=request.user, seat=row)
            messages.success(request, f"{row.user} is off the scoring; what they scored is kept.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("rubrics:reviewers", pk=deal.pk)


@firm_only
@require_POST
def reviewers_remind(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Mails whoever has not submitted."""
    deal = visible_deal(request, pk)
    sent = remind_reviewers(actor=request.user, assessment=_assessment(deal))
    noun = "reviewer is" if sent == 1 else "reviewers are"
    words = f"{sent} {noun} reminded by mail." if sent else (
        "Nobody was reminded: each gets one mail a day at most."
    )  # fmt: skip
    messages.success(request, words)
    return redirect("rubrics:reviewers", pk=deal.pk)


@firm_only
@require_POST
def conflict_declare(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """One's own conflict of interest ends one's scoring of the deal, and closes it to oneself."""
    deal = visible_deal(request, pk)
    form = ConflictForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("Say in a sentence what the conflict is; those who run the deal read it.")
        declare_conflict(actor=request.user, assessment=_assessment(deal), **form.cleaned_data)
        messages.success(request, "Your conflict is declared; somebody else scores the deal.")
    except Refused as error:
        messages.error(request, str(error))
    if not sees(request.user, deal):
        return redirect("diligence:board")
    return redirect("rubrics:deal_scorecard", pk=deal.pk)
