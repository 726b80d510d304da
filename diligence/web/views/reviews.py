"""The firm's side of questionnaires: issue, read, accept, ask back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, firm_only, is_fragment, visible_deal
from diligence.models import Questionnaire
from diligence.policies import may, require
from diligence.selectors.questionnaires import handed_in_sheet, sheet_of
from diligence.services.errors import Refused
from diligence.services.questionnaires import (
    accept_answers,
    ask_back,
    issue_questionnaire,
    reply,
)
from diligence.web.forms.reviews import AskBackForm, IssueForm


def visible_questionnaire(request: SignedInRequest, pk: UUID) -> Questionnaire:
    """The questionnaire, or 404 for whoever may not see it."""
    rows = Questionnaire.objects.visible_to(request.user)
    rows = rows.select_related("deal__startup", "deal__stage", "deal__owner", "template")
    return get_object_or_404(rows, pk=pk)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_questionnaires(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What was issued to the deal, and the form to issue more."""
    deal = visible_deal(request, pk)
    form = IssueForm(request.POST or None)
    if request.method == "POST":
        require(request.user, "questionnaire.issue", deal)
        if form.is_valid():
            try:
                issued = issue_questionnaire(actor=request.user, deal=deal, **form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"{issued.template.title} is with the startup.")
                return redirect("diligence:deal_questionnaires", pk=deal.pk)
    sheets = [sheet_of(q) for q in deal.questionnaires.select_related("template", "deal__startup")]
    return render(
        request,
        "diligence/deal_questionnaires.html",
        {
            "nav": "pipeline",
            "deal": deal,
            "tab": "questionnaires",
            "sheets": sheets,
            "form": form,
            "may_issue": may(request.user, "questionnaire.issue", deal),
            "has_room": deal.room_members.filter(removed_at=None).exists(),
        },
    )


@firm_only
@require_safe
def questionnaire_review(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The answers side by side with their evidence."""
    questionnaire = visible_questionnaire(request, pk)
    return render(
        request,
        "diligence/questionnaire_review.html",
        {
            "nav": "pipeline",
            "deal": questionnaire.deal,
            "tab": "questionnaires",
            "questionnaire": questionnaire,
            "sheet": handed_in_sheet(questionnaire),
            "form": AskBackForm(),
            "may_review": may(request.user, "questionnaire.review", questionnaire.deal),
        },
    )


@firm_only
@require_POST
def answers_accept(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Accepts all submitted answers, or the one that is named."""
    questionnaire = visible_questionnaire(request, pk)
    question = request.POST.get("question", "")
    accept_answers(
        actor=request.user, questionnaire=questionnaire, questions=[question] if question else None
    )
    return _answer_or_page(request, pk, question)


@firm_only
@require_POST
def answer_ask_back(request: SignedInRequest, pk: UUID, question: str) -> HttpResponseBase:
    """Asks back on one answer."""
    questionnaire = visible_questionnaire(request, pk)
    try:
        ask_back(
            actor=request.user, questionnaire=questionnaire, question_id=question,
            body=request.POST.get("body", ""),
        )  # fmt: skip
    except Refused as error:
        messages.error(request, str(error))
        return redirect("diligence:questionnaire_review", pk=pk)
    return _answer_or_page(request, pk, question)


@firm_only
@require_POST
def answer_reply(request: SignedInRequest, pk: UUID, question: str) -> HttpResponseBase:
    """Adds the firm's words to a thread without reopening the answer."""
    questionnaire = visible_questionnaire(request, pk)
    answer = get_object_or_404(questionnaire.answers, question=question)
    try:
        reply(actor=request.user, answer=answer, body=request.POST.get("body", ""))
    except Refused as error:
        messages.error(request, str(error))
    return _answer_or_page(request, pk, question)


def _answer_or_page(request: SignedInRequest, pk: UUID, question: str) -> HttpResponseBase:
    """The one answer for htmx, else the whole page at its place.

    A draft is the startup's own, so the page of an open questionnaire has no single answers.
    """
    reading = request.POST.get("reading", "")
    if reading:
        return redirect("diligence:answer_read", pk=pk, question=slugify(reading) or question)
    questionnaire = visible_questionnaire(request, pk)
    is_open = questionnaire.state == Questionnaire.State.OPEN
    if not question or is_open or not is_fragment(request):
        url = redirect("diligence:questionnaire_review", pk=pk)
        if question:
            url["Location"] += f"#q-{question}"
        return url
    asked = handed_in_sheet(questionnaire).find(question)
    if asked is None:
        raise Http404
    context = {
        "asked": asked,
        "questionnaire": questionnaire,
        "form": AskBackForm(),
        "may_review": may(request.user, "questionnaire.review", questionnaire.deal),
    }
    return render(request, "diligence/_review_answer.html", context)
