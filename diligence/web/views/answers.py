"""Answering a questionnaire: its overview, a section at a time, what is missing, handing it in."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, signed_in
from diligence.lib.bodies import takes_evidence
from diligence.models import Questionnaire
from diligence.selectors.delegation import sheet_for
from diligence.selectors.earlier_answers import earlier_answers
from diligence.selectors.evidence import attachable_evidence
from diligence.selectors.questionnaires import (
    AskedQuestion,
    AskedSection,
    QuestionnaireSheet,
)
from diligence.services.errors import Refused
from diligence.services.questionnaires import submit_questionnaire
from diligence.web.answering import Outcome, fields_of, take_answer, take_evidence, take_value
from diligence.web.forms.answers import AnswerField, is_posted, posted_answer
from diligence.web.views.rooms import room_or_404


def sheet_or_404(request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID) -> QuestionnaireSheet:
    """A questionnaire of a room that the person may enter."""
    room = room_or_404(request, deal)
    rows = Questionnaire.objects.visible_to(request.user).select_related(
        "template", "deal__startup", "issued_by", "submitted_by"
    )
    sheet = sheet_for(request.user, get_object_or_404(rows, pk=pk, deal=room))
    if not sheet.sections:
        raise Http404
    return sheet


def _show(
    request: SignedInRequest,
    name: str,
    sheet: QuestionnaireSheet,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponseBase:
    deal = sheet.questionnaire.deal
    context = {
        "sheet": sheet,
        "questionnaire": sheet.questionnaire,
        "deal": deal,
        "room_name": deal.startup.name,
        **more,
    }
    return render(request, f"diligence/{name}.html", context, status=status)


@signed_in
@require_safe
def questionnaire(request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID) -> HttpResponseBase:
    """What it is about and how far it is; once it is handed in, every answer to read."""
    sheet = sheet_or_404(request, deal, pk)
    given = {s.id: fields_of(sheet, [q.question.id for q in s.shown], ()) for s in sheet.sections}
    sections = [(section, given[section.id]) for section in sheet.open_sections]
    earlier = earlier_answers(request.user, sheet) if sheet.is_with_founder else ()
    return _show(request, "answer_overview", sheet, sections=sections, earlier=earlier)


@dataclass(frozen=True)
class SectionPage:
    """A section between the one before and the one after."""

    section: AskedSection
    number: int
    before: AskedSection | None
    after: AskedSection | None


def _page_or_404(sheet: QuestionnaireSheet, section_id: str) -> SectionPage:
    sections = sheet.open_sections
    for number, section in enumerate(sections):
        if section.id == section_id:
            before = sections[number - 1] if number else None
            after = sections[number + 1] if number + 1 < len(sections) else None
            return SectionPage(section, number + 1, before, after)
    raise Http404


def _section_fields(
    request: SignedInRequest, sheet: QuestionnaireSheet, section: AskedSection,
    outcomes: dict[str, Outcome] | None = None,
) -> list[AnswerField]:  # fmt: skip
    attachable = attachable_evidence(sheet.questionnaire.deal, request.user)
    return fields_of(sheet, [q.question.id for q in section.questions], attachable, outcomes)


@takes_evidence
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def section(
    request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID, section: str
) -> HttpResponseBase:
    """One section; posted as a whole where no script saves answer by answer."""
    sheet = sheet_or_404(request, deal, pk)
    page = _page_or_404(sheet, section)
    if request.method == "POST":
        return _save_section(request, sheet, page)
    fields = _section_fields(request, sheet, page.section)
    return _show(request, "answer_section", sheet, page=page, fields=fields)


def _save_section(
    request: SignedInRequest, sheet: QuestionnaireSheet, page: SectionPage
) -> HttpResponseBase:
    """Takes every answer of the form; what is not taken is shown again beside the reason."""
    row = sheet.questionnaire
    outcomes = {
        asked.question.id: take_answer(
            actor=request.user, questionnaire=row, question=asked.question,
            posted=posted_answer(asked.question, request.POST, request.FILES),
        )
        for asked in page.section.questions
        if is_posted(asked.question, request.POST)
    }  # fmt: skip
    now = sheet_for(request.user, row)
    status = max((outcome.status for outcome in outcomes.values()), default=200)
    status = 409 if any(outcome.conflict for outcome in outcomes.values()) else status
    if status != 200:
        current = now.section(page.section.id) or page.section
        fields = _section_fields(request, now, current, outcomes)
        return _show(request, "answer_section", now, status=status, page=page, fields=fields)
    return redirect(_after_saving(request, page, now))


def _after_saving(request: SignedInRequest, page: SectionPage, now: QuestionnaireSheet) -> str:
    """The same section, at the question of the button; or the next one when that was asked."""
    row = now.questionnaire
    args = [row.deal_id, row.pk]
    pressed = request.POST.get("detach", "").partition(":")[0] or request.POST.get("at", "")
    here = reverse("diligence:answer_section", args=[*args, page.section.id])
    if "next" not in request.POST:
        messages.success(request, "Saved.")
        return f"{here}#q-{pressed}" if pressed else here
    current = now.section(page.section.id)
    if current and len(current.shown) > len(page.section.shown):
        messages.info(request, "Saved. Because of your answers there are more questions here now.")
        return here
    sections = now.open_sections
    after = next((s for s in sections if page.after and s.id == page.after.id), None)
    if after is None:
        return reverse("diligence:answer_missing", args=args)
    return reverse("diligence:answer_section", args=[*args, after.id])


@takes_evidence
@signed_in
@require_POST
def answer(
    request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID, question: str
) -> HttpResponseBase:
    """Saves one answer and returns what changed on the page because of it."""
    sheet = sheet_or_404(request, deal, pk)
    asked = _asked_or_404(sheet, question)
    outcome = take_value(
        actor=request.user, questionnaire=sheet.questionnaire, question=asked.question,
        posted=posted_answer(asked.question, request.POST, request.FILES),
    )  # fmt: skip
    now = sheet_for(request.user, sheet.questionnaire)
    attachable = attachable_evidence(sheet.questionnaire.deal, request.user)
    (field,) = fields_of(now, [question], attachable, {question: outcome})
    if outcome.status != 200:
        name = "_answer_conflict" if outcome.conflict else "_answer_refused"
        return _show(request, name, now, status=outcome.status, field=field)
    changed = fields_of(now, _turned(sheet, now), attachable)
    return _show(request, "_answer_saved", now, field=field, changed=changed, current=field.section)


@takes_evidence
@signed_in
@require_POST
def answer_evidence(
    request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID, question: str
) -> HttpResponseBase:
    """Attaches evidence to one answer, or takes it off, and returns what is attached now."""
    sheet = sheet_or_404(request, deal, pk)
    asked = _asked_or_404(sheet, question)
    outcome = take_evidence(
        actor=request.user, questionnaire=sheet.questionnaire, question=asked.question,
        posted=posted_answer(asked.question, request.POST, request.FILES),
    )  # fmt: skip
    now = sheet_for(request.user, sheet.questionnaire)
    attachable = attachable_evidence(sheet.questionnaire.deal, request.user)
    (field,) = fields_of(now, [question], attachable, {question: outcome})
    return _show(
        request, "_answer_attached", now, status=outcome.status, field=field, with_error=True,
        current=field.section,
    )  # fmt: skip


def _asked_or_404(sheet: QuestionnaireSheet, question: str) -> AskedQuestion:
    asked = sheet.find(question)
    if asked is None:
        raise Http404
    return asked


def _turned(before: QuestionnaireSheet, after: QuestionnaireSheet) -> list[str]:
    """Questions that came up or went away."""
    was = {q.question.id for s in before.sections for q in s.shown}
    now = {q.question.id for s in after.sections for q in s.shown}
    return sorted(was ^ now)


@signed_in
@require_safe
def missing(request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID) -> HttpResponseBase:
    """What still keeps it from being handed in, each with its link."""
    return _show(request, "answer_missing", sheet_or_404(request, deal, pk))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID) -> HttpResponseBase:
    """Asks once more, then hands it in; who sees only some sections does not."""
    sheet = sheet_or_404(request, deal, pk)
    if not sheet.is_whole:
        raise Http404
    row = sheet.questionnaire
    if request.method != "POST":
        if not sheet.is_with_founder:
            return redirect("diligence:room_questionnaire", deal=deal, pk=pk)
        return _show(request, "answer_submit", sheet)
    try:
        submit_questionnaire(actor=request.user, questionnaire=row)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("diligence:answer_missing", deal=deal, pk=pk)
    messages.success(request, f"{row.template.title} is with the firm now. Thank you.")
    return redirect("diligence:room_questionnaire", deal=deal, pk=pk)
