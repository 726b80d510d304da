"""The scorecard: open the assessment, score criterion by criterion, submit."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Deal
from diligence.policies import may, require
from diligence.selectors.evidence import first_opened
from diligence.services.errors import Conflict, Refused
from rubrics.models import Assessment, Scorecard, Seat
from rubrics.selectors.assessments import (
    applicable_criteria,
    assessment_of,
    leading_scorecard,
    sheets_of,
)
from rubrics.selectors.dashboards import may_see_scores
from rubrics.selectors.panels import open_cards_of
from rubrics.services.assessments import open_assessment
from rubrics.services.scorecards import lock_scorecard, open_scorecard, submit_score
from rubrics.web.forms.knock_outs import SuspicionForm
from rubrics.web.forms.reviewing import ConflictForm
from rubrics.web.forms.scores import OpenAssessmentForm, ScoreForm
from rubrics.web.scoring import by_lens, criterion_page, page_context


def _shown_scorecard(request: SignedInRequest, assessment: Assessment) -> Scorecard | None:
    """One's own scorecard; without one, the leading one where scores may be seen.

    What several reviewers said is compared on pages of its own.
    """
    rows = assessment.scorecards.current().select_related("reviewer", "assessment__rubric")
    mine = rows.filter(reviewer=request.user).first()
    if mine is not None:
        return mine
    assisted = assessment.mode == Assessment.Mode.ASSISTED
    return leading_scorecard(assessment) if assisted and _sees(request, assessment) else None


def _sees(request: SignedInRequest, assessment: Assessment) -> bool:
    return may_see_scores(request.user, assessment)


@firm_only
@require_safe
def own_scorecards(request: SignedInRequest) -> HttpResponseBase:
    """What one has to score on all deals, the longest open first."""
    context = {"nav": "scorecards", "cards": open_cards_of(request.user)}
    return render(request, "rubrics/own_scorecards.html", context)


@firm_only
@require_safe
def deal_scorecard(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Where the scoring stands: not opened, not begun, or the list of all criteria."""
    deal = visible_deal(request, pk)
    assessment = assessment_of(deal)
    if assessment is None:
        return _open_page(request, deal, OpenAssessmentForm(late=_is_late(deal)))
    scorecard = _shown_scorecard(request, assessment)
    if scorecard is None:
        return _begin(request, deal, assessment)
    sheets = sheets_of(scorecard)
    decided = sum(1 for s in sheets if s.is_decided)
    mine = scorecard.reviewer_id == request.user.pk
    return render(
        request,
        "rubrics/scorecard_list.html",
        page_context(
            deal,
            assessment=assessment,
            shown=_sees(request, assessment),
            scorecard=scorecard,
            lenses=by_lens(assessment, sheets),
            decided=decided,
            total=len(sheets),
            progress=f"{decided} of {len(sheets)}",
            next_open=next((s for s in sheets if not s.is_decided), None),
            may_score=mine and scorecard.locked_at is None,
            conflict=ConflictForm(auto_id="conflict-%s"),
            suspicion=SuspicionForm(assessment=assessment),
        ),
    )


def _begin(request: SignedInRequest, deal: Deal, assessment: Assessment) -> HttpResponseBase:
    """Where somebody has no scorecard: to declare and begin, or why there is nothing to begin."""
    seat = assessment.seats.taken().filter(user=request.user).first()
    assisted = assessment.mode == Assessment.Mode.ASSISTED
    other = leading_scorecard(assessment) if assisted else None
    asked = assisted or (seat is not None and seat.role == Seat.Role.REVIEWER)
    context = page_context(
        deal, assessment=assessment, shown=_sees(request, assessment), seat=seat, asked=asked,
        conflict=ConflictForm(auto_id="conflict-%s"),
        taken_by=other.reviewer if other else None,
    )  # fmt: skip
    return render(request, "rubrics/scorecard_begin.html", context)


@firm_only
@require_POST
def assessment_open(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Freezes rubric and profile for the deal."""
    deal = visible_deal(request, pk)
    form = OpenAssessmentForm(request.POST, late=_is_late(deal))
    require(request.user, "assessment.open", deal)
    if not form.is_valid():
        return _open_page(request, deal, form)
    try:
        open_assessment(actor=request.user, deal=deal, **form.cleaned_data)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The assessment is open; rubric and profile are frozen.")
    return redirect("rubrics:deal_scorecard", pk=deal.pk)


def _is_late(deal: Deal) -> bool:
    """Whether the startup's evidence was opened before anything was frozen."""
    return first_opened(deal) is not None


def _open_page(
    request: SignedInRequest, deal: Deal, form: OpenAssessmentForm
) -> HttpResponseBase:  # fmt: skip
    context = page_context(deal, form=form, may_open=may(request.user, "assessment.open", deal))
    status = 422 if form.errors else 200
    return render(request, "rubrics/assessment_open.html", context, status=status)


@firm_only
@require_POST
def scorecard_begin(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Declares that there is no conflict of interest and opens one's scorecard."""
    deal = visible_deal(request, pk)
    assessment = assessment_of(deal)
    if assessment is None:
        raise Http404
    try:
        if request.POST.get("no_conflict") != "yes":
            raise Refused("Declare first that you have no conflict of interest.")
        open_scorecard(actor=request.user, assessment=assessment)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("rubrics:deal_scorecard", pk=deal.pk)


@firm_only
@require_POST
def scorecard_lock(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Submits one's scorecard for good."""
    deal = visible_deal(request, pk)
    scorecard = _own_scorecard(request, deal)
    try:
        lock_scorecard(actor=request.user, scorecard=scorecard)
        messages.success(request, _submitted(scorecard))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("rubrics:deal_scorecard", pk=deal.pk)


def _submitted(scorecard: Scorecard) -> str:
    """What follows from it; the assessment is read anew, as the last one ends the blindness."""
    if Assessment.objects.get(pk=scorecard.assessment_id).is_blind:
        return "The scorecard is submitted. Scores are shown once all reviewers have submitted."
    return "The scorecard is submitted. The dashboard stands on it now."


def _own_scorecard(request: SignedInRequest, deal: Deal) -> Scorecard:
    rows = Scorecard.objects.current().filter(assessment__deal=deal, reviewer=request.user)
    scorecard = rows.select_related("assessment__rubric", "assessment__deal", "reviewer").first()
    if scorecard is None:
        raise Http404
    return scorecard


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_score(request: SignedInRequest, pk: UUID, criterion: str) -> HttpResponseBase:
    """One criterion that fills the screen: to read, or to score on one's own scorecard."""
    deal = visible_deal(request, pk)
    if request.method == "POST":
        return _save(request, deal, criterion)
    assessment = assessment_of(deal)
    if assessment is None:
        raise Http404
    scorecard = _shown_scorecard(request, assessment)
    if (
        scorecard is None
        and assessment.mode == Assessment.Mode.BLIND
        and _sees(request, assessment)
    ):
        return redirect("rubrics:difference", pk=deal.pk, criterion=criterion)
    if scorecard is None:
        raise Http404
    return criterion_page(request, deal, scorecard, criterion)


def _save(request: SignedInRequest, deal: Deal, criterion: str) -> HttpResponseBase:
    """Stores a score; the autosave gets fragments, the plain form the next criterion."""
    scorecard = _own_scorecard(request, deal)
    form = ScoreForm(request.POST)
    autosave = request.headers.get("X-Autosave") == "1"
    try:
        if not form.is_valid():
            raise Refused(next(str(errors[0]) for errors in form.errors.values()))
        score = submit_score(
            actor=request.user, scorecard=scorecard, criterion_id=criterion,
            given=form.given(request.POST),
        )  # fmt: skip
    except Refused as error:
        if autosave:
            status = 409 if isinstance(error, Conflict) else 422
            return HttpResponse(str(error), status=status, content_type="text/plain")
        return criterion_page(request, deal, scorecard, criterion, refused=error)
    if autosave:
        sheets = sheets_of(scorecard)
        context = {"score": score, "decided": sum(1 for s in sheets if s.is_decided),
                   "total": len(sheets)}  # fmt: skip
        return render(request, "rubrics/_score_saved.html", context)
    following = request.POST.get("then", "")
    if any(c.id == following for c in applicable_criteria(scorecard.assessment)):
        return redirect("rubrics:criterion_score", pk=deal.pk, criterion=following)
    return redirect("rubrics:deal_scorecard", pk=deal.pk)
