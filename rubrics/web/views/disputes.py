"""What is put to the startup and what it disputes: the firm's page and the room's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, firm_only, signed_in, visible_deal
from diligence.models import Deal
from diligence.policies import may, require
from diligence.selectors.rooms import rooms_of
from diligence.services.errors import Refused
from rubrics.models import Dispute, PutLevel
from rubrics.selectors.assessments import assessment_of, leading_scorecard
from rubrics.selectors.dashboards import may_see_scores
from rubrics.selectors.disputes import findings_put, fresh_evidence, may_rescore, to_be_put
from rubrics.services.disputes import close_dispute, dispute_level, put_levels
from rubrics.services.rescoring import rescore_disputed
from rubrics.web.forms.disputes import CloseForm, DisputeForm
from rubrics.web.forms.scores import ScoreForm
from rubrics.web.scoring import criterion_page


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_findings_put(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What was put to the startup, what it disputes, and what could be put."""
    deal = visible_deal(request, pk)
    assessment = assessment_of(deal)
    if assessment is None or not may_see_scores(request.user, assessment):
        raise Http404
    if request.method == "POST":
        require(request.user, "level.put", deal)
        chosen = request.POST.getlist("criterion")
        try:
            put = put_levels(actor=request.user, assessment=assessment, criteria=chosen)
            messages.success(request, f"{len(put)} put to the startup; it has five working days.")
        except Refused as error:
            messages.error(request, str(error))
        return redirect("rubrics:deal_findings_put", pk=deal.pk)
    context = {
        "nav": "pipeline", "deal": deal, "tab": "scorecard", "assessment": assessment,
        "shown": True, "findings": findings_put(deal, request.user), "rest": to_be_put(assessment),
        "close": CloseForm(), "may_put": may(request.user, "level.put", deal),
        "may_close": may(request.user, "level.close", deal),
        "may_rescore": may_rescore(assessment, request.user),
    }  # fmt: skip
    return render(request, "rubrics/findings_put.html", context)


@firm_only
@require_POST
def dispute_close(request: SignedInRequest, pk: UUID, dispute: UUID) -> HttpResponseBase:
    """Closes a dispute with a reason."""
    deal = visible_deal(request, pk)
    row = _seen_dispute(request, deal, dispute)
    try:
        told = _cleaned(CloseForm(request.POST))
        close_dispute(actor=request.user, dispute=row, **told)
        messages.success(request, "The dispute is closed; the startup reads your reason.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("rubrics:deal_findings_put", pk=deal.pk)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def dispute_rescore(request: SignedInRequest, pk: UUID, dispute: UUID) -> HttpResponseBase:
    """The one reviewer of an assisted assessment scores a disputed criterion again."""
    deal = visible_deal(request, pk)
    row = _seen_dispute(request, deal, dispute)
    criterion, scorecard = row.put.criterion, leading_scorecard(row.put.assessment)
    if scorecard is None or not row.is_open or not may_rescore(row.put.assessment, request.user):
        raise Http404
    if request.method != "POST":
        return criterion_page(request, deal, scorecard, criterion, dispute=row)
    try:
        form = ScoreForm(request.POST)
        _cleaned(form)
        rescore_disputed(actor=request.user, dispute=row, given=form.given(request.POST))
    except Refused as error:
        return criterion_page(request, deal, scorecard, criterion, refused=error, dispute=row)
    messages.success(request, "Scored again; both levels are kept. A partner closes the dispute.")
    return redirect("rubrics:deal_findings_put", pk=deal.pk)


def _seen_dispute(request: SignedInRequest, deal: Deal, dispute: UUID) -> Dispute:
    seen = PutLevel.objects.visible_to(request.user).filter(assessment__deal=deal)
    rows = Dispute.objects.filter(put__in=seen)
    return get_object_or_404(rows.select_related("put__assessment__rubric", "author"), pk=dispute)


def _cleaned(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Refused(next(str(errors[0]) for errors in form.errors.values()))
    return form.cleaned_data


# The startup's side ---------------------------------------------------------------------------


def _whole_room(request: SignedInRequest, deal: UUID) -> Deal:
    rooms = rooms_of(request.user).filter(pk__in=Deal.objects.whole_room_of(request.user))
    return get_object_or_404(rooms, pk=deal)


@signed_in
@require_safe
def room_findings_panel(request: SignedInRequest, deal: UUID) -> HttpResponseBase:
    """That the firm put findings to the startup, on the room's first page; else nothing."""
    row = get_object_or_404(rooms_of(request.user), pk=deal)
    found = findings_put(row, request.user)
    waiting = sum(each.may_be_disputed for each in found)
    context = {"deal": row, "findings": found, "waiting": waiting}
    return render(request, "rubrics/_room_findings.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room_findings(request: SignedInRequest, deal: UUID) -> HttpResponseBase:
    """What the firm found, in the rubric's words, and where the startup disputes it."""
    row = _whole_room(request, deal)
    choices = fresh_evidence(row, request.user)
    form, sent = DisputeForm(choices=choices), ""
    if request.method == "POST":
        sent = request.POST.get("put", "")
        form = DisputeForm(request.POST, choices=choices)
        if _disputed(request, row, sent, form):
            return redirect("rubrics:room_findings", deal=row.pk)
    context = {
        "deal": row, "room_name": row.startup.name, "findings": findings_put(row, request.user),
        "form": form, "blank": DisputeForm(choices=choices), "sent": sent,
    }  # fmt: skip
    return render(request, "rubrics/room_findings.html", context, status=422 if sent else 200)


def _disputed(request: SignedInRequest, deal: Deal, put: str, form: DisputeForm) -> bool:
    """Whether the dispute was taken; else its sentence stands on the page."""
    rows = PutLevel.objects.visible_to(request.user).filter(assessment__deal=deal)
    found = next((row for row in rows.select_related("assessment__deal", "assessment__rubric")
                  if str(row.pk) == put), None)  # fmt: skip
    if found is None:
        raise Http404
    try:
        dispute_level(actor=request.user, put=found, **_cleaned(form))
    except Refused as error:
        messages.error(request, str(error))
        return False
    messages.success(request, "The firm sees your dispute; the finding is flagged now.")
    return True
