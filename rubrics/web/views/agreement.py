"""How far the reviewers of a deal agree, and one page for each difference that is settled."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Deal
from diligence.policies import may
from diligence.services.errors import Refused
from rubrics.models import Assessment
from rubrics.scoring.words import DECISION_TESTS
from rubrics.selectors.agreement import DealAgreement, DifferenceFile, agreement_of, difference_of
from rubrics.selectors.assessments import assessment_of, comparison_of, rubric_of
from rubrics.selectors.dashboards import may_see_scores
from rubrics.services.settling import (
    Decided,
    adjudicate,
    brief_again,
    dissent,
    say_talked_level,
)
from rubrics.web.forms.reviewing import BriefingForm, DecisionForm, DissentForm, TalkForm
from rubrics.web.forms.scores import ids_in


def _seen_assessment(request: SignedInRequest, deal: Deal) -> Assessment:
    """The deal's assessment, or 404 for whoever may not see its scores."""
    assessment = assessment_of(deal)
    if assessment is None or not may_see_scores(request.user, assessment):
        raise Http404
    return assessment


@firm_only
@require_safe
def deal_agreement(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Alpha with its interval, the lenses, and what is left to settle and why."""
    deal = visible_deal(request, pk)
    assessment = _seen_assessment(request, deal)
    found = agreement_of(assessment)
    context = {
        "nav": "pipeline", "deal": deal, "tab": "scorecard", "assessment": assessment,
        "shown": True, "found": found, "briefing": _briefing_form(found),
        "may_brief": may(request.user, "score.assign", deal),
    }  # fmt: skip
    return render(request, "rubrics/agreement.html", context)


def _briefing_form(found: DealAgreement | None) -> BriefingForm | None:
    """The lenses that differ most are ticked."""
    if found is None or not found.asks_for_briefing:
        return None
    chosen = [each.lens for each in found.lenses if each.differs_most]
    lenses = [(each.lens, each.title) for each in found.lenses]
    return BriefingForm(lenses=lenses, initial={"lenses": chosen})


@firm_only
@require_POST
def briefing_give(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Lets the reviewers score some lenses again."""
    deal = visible_deal(request, pk)
    assessment = _seen_assessment(request, deal)
    lenses = [(lens.id, lens.title) for lens in rubric_of(assessment.rubric).lenses]
    form = BriefingForm(request.POST, lenses=lenses)
    try:
        brief_again(actor=request.user, assessment=assessment, **_cleaned(form))
        messages.success(request, "The reviewers score these lenses again; scores are hidden.")
    except Refused as error:
        messages.error(request, str(error))
        return redirect("rubrics:deal_agreement", pk=deal.pk)
    return redirect("rubrics:reviewers", pk=deal.pk)


def _cleaned(form: Form) -> dict[str, Any]:
    """The values of a form; Refused with its first sentence where it cannot be read."""
    if not form.is_valid():
        raise Refused(next(str(errors[0]) for errors in form.errors.values()))
    return form.cleaned_data


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def difference(request: SignedInRequest, pk: UUID, criterion: str) -> HttpResponseBase:
    """One criterion: what each reviewer said, and the talk or the decision that settles it."""
    deal = visible_deal(request, pk)
    assessment = _seen_assessment(request, deal)
    found = difference_of(assessment, criterion, request.user)
    if found is None:
        raise Http404
    forms = _forms(request, found)
    if request.method == "POST":
        try:
            _settle(request, assessment, found, forms)
        except Refused as error:
            messages.error(request, str(error))
            return _page(request, deal, found, forms, status=422)
        return redirect("rubrics:difference", pk=deal.pk, criterion=criterion)
    return _page(request, deal, found, forms)


def _forms(request: SignedInRequest, found: DifferenceFile) -> dict[str, Form]:
    """The three forms; that which was sent holds what was typed."""
    act = request.POST.get("act", "")

    def sent(name: str) -> QueryDict | None:
        return request.POST if act == name else None

    return {
        "talk": TalkForm(sent("talk"), levels=found.levels, auto_id="talk-%s"),
        "decide": DecisionForm(sent("decide"), auto_id="decide-%s"),
        "dissent": DissentForm(sent("dissent"), auto_id="dissent-%s"),
    }


def _settle(
    request: SignedInRequest, assessment: Assessment, found: DifferenceFile,
    forms: Mapping[str, Form],
) -> None:  # fmt: skip
    """Takes the one of the three forms that was sent; Refused with a sentence where it misfits."""
    criterion, act = found.row.criterion.id, request.POST.get("act", "")
    if act == "talk":
        talked = _cleaned(forms["talk"])
        say_talked_level(
            actor=request.user, assessment=assessment, criterion_id=criterion, **talked
        )
        messages.success(request, "Your level after the talk is recorded.")
    elif act == "decide":
        told = _cleaned(forms["decide"])
        adjudicate(
            actor=request.user, assessment=assessment, criterion_id=criterion,
            given=_decided(told, request.POST), no_conflict=told["no_conflict"],
        )  # fmt: skip
        messages.success(request, "Decided. The dashboard stands on it now.")
    elif act == "dissent" and found.row.adjudication is not None:
        words = _cleaned(forms["dissent"])["words"]
        dissent(actor=request.user, adjudication=found.row.adjudication, words=words)
        messages.success(request, "Your dissent stands beside the decision.")
    else:
        raise Refused("Say what to do: talk, decide or dissent.")


def _decided(told: Mapping[str, Any], data: QueryDict) -> Decided:
    """A decision with what was ticked."""
    return Decided(
        level=told["level"],
        lines=told["lines"],
        practices=ids_in(data.getlist("cite-practice")),
        answers=ids_in(data.getlist("cite-answer")),
        evidence=ids_in(data.getlist("cite-evidence")),
    )


def _page(
    request: SignedInRequest, deal: Deal, found: DifferenceFile, forms: dict[str, Form],
    *, status: int = 200,
) -> HttpResponseBase:  # fmt: skip
    row = found.row
    anchors = [
        (level, anchor, test) for level, (anchor, test) in
        enumerate(zip(row.criterion.levels, DECISION_TESTS, strict=True))
    ]  # fmt: skip
    context = {
        "nav": "pipeline", "deal": deal, "tab": "scorecard", "file": found, "row": row,
        "anchors": anchors, "forms": forms,
        "ticked": [*request.POST.getlist("cite-practice"), *request.POST.getlist("cite-answer"),
                   *request.POST.getlist("cite-evidence")],
        "following": _next_open(deal, row.criterion.id),
    }  # fmt: skip
    return render(request, "rubrics/difference.html", context, status=status)


def _next_open(deal: Deal, criterion: str) -> str:
    """The next criterion that somebody has to settle, after this one or from the top."""
    assessment = assessment_of(deal)
    both = comparison_of(assessment) if assessment else None
    rows = both.criteria if both else ()
    names = [row.criterion.id for row in rows]
    at = names.index(criterion) + 1 if criterion in names else 0
    turned = (*rows[at:], *rows[:at])
    return next(
        (r.criterion.id for r in turned if r.settled.is_open and r.criterion.id != criterion), ""
    )
