"""One answer beside its evidence, with what it said before: the firm reads on by the keyboard."""

import uuid
from dataclasses import dataclass

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only, signed_in
from diligence.models import Questionnaire
from diligence.policies import may
from diligence.selectors.answer_history import all_changes, handed_in_changes
from diligence.selectors.questionnaires import (
    AskedQuestion,
    AskedSection,
    QuestionnaireSheet,
    handed_in_sheet,
)
from diligence.web.views.answers import sheet_or_404
from diligence.web.views.reviews import visible_questionnaire


@dataclass(frozen=True)
class ReadingPlace:
    """Where one is in a questionnaire."""

    section: AskedSection
    asked: AskedQuestion
    number: int
    of: int
    before: AskedQuestion | None
    after: AskedQuestion | None


def place_in(sheet: QuestionnaireSheet, question: str) -> ReadingPlace | None:
    """The place of a question that is shown, between its neighbours."""
    shown = [(section, asked) for section in sheet.open_sections for asked in section.shown]
    ids = [asked.question.id for _, asked in shown]
    if question not in ids:
        return None
    here = ids.index(question)
    section, asked = shown[here]
    return ReadingPlace(
        section, asked, here + 1, len(ids),
        shown[here - 1][1] if here else None,
        shown[here + 1][1] if here + 1 < len(ids) else None,
    )  # fmt: skip


@firm_only
@require_safe
def answer_read(request: SignedInRequest, pk: uuid.UUID, question: str) -> HttpResponseBase:
    """The answer as it was handed in, its evidence beside it; a draft is the startup's own."""
    questionnaire = visible_questionnaire(request, pk)
    if questionnaire.state == Questionnaire.State.OPEN:
        raise Http404
    place = place_in(handed_in_sheet(questionnaire), question)
    if place is None:
        raise Http404
    context = {
        "nav": "pipeline",
        "deal": questionnaire.deal,
        "tab": "questionnaires",
        "questionnaire": questionnaire,
        "place": place,
        "asked": place.asked,
        "changes": handed_in_changes(questionnaire, place.asked.question),
        "may_review": may(request.user, "questionnaire.review", questionnaire.deal),
    }
    return render(request, "diligence/answer_read.html", context)


@signed_in
@require_safe
def answer_changes(
    request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID, question: str
) -> HttpResponseBase:
    """Every change of one answer, for the startup's people who may see the answer."""
    sheet = sheet_or_404(request, deal, pk)
    asked = sheet.find(question)
    if asked is None:
        raise Http404
    context = {
        "sheet": sheet,
        "questionnaire": sheet.questionnaire,
        "deal": sheet.questionnaire.deal,
        "room_name": sheet.questionnaire.deal.startup.name,
        "asked": asked,
        "changes": all_changes(sheet.questionnaire, asked.question),
    }
    return render(request, "diligence/answer_changes.html", context)
