"""The Excel round trip: download the questionnaire, upload it again, look at it, take it over."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from diligence.access import SignedInRequest, signed_in
from diligence.models import WorkbookImport
from diligence.questionnaires.workbooks.layout import MEDIA_TYPE
from diligence.selectors.questionnaires import QuestionnaireSheet
from diligence.selectors.workbooks import open_import, proposed_changes, workbook_of
from diligence.services.errors import Refused
from diligence.services.workbooks import (
    apply_workbook,
    drop_workbook,
    record_workbook,
    take_workbook,
)
from diligence.web.forms.workbooks import WorkbookForm
from diligence.web.views.answers import sheet_or_404

CHOICE = "keep-"
"""Before the id of a question whose answer is newer here: which of the two to keep."""


@signed_in
@require_safe
def workbook_download(request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID) -> HttpResponseBase:
    """The questionnaire as it stands, as a workbook."""
    sheet = sheet_or_404(request, deal, pk)
    row = sheet.questionnaire
    record_workbook(actor=request.user, questionnaire=row)
    response = HttpResponse(workbook_of(sheet), content_type=MEDIA_TYPE)
    name = slugify(f"{row.deal.startup.name} {row.template.title}") or "questionnaire"
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def workbook_upload(request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID) -> HttpResponseBase:
    """Where a workbook comes back; it is looked at before anything is stored."""
    sheet = sheet_or_404(request, deal, pk)
    posted = request.method == "POST"
    form = WorkbookForm(request.POST, request.FILES) if posted else WorkbookForm()
    if posted and form.is_valid():
        file = form.cleaned_data["workbook"]
        try:
            imported = take_workbook(
                actor=request.user, questionnaire=sheet.questionnaire, filename=file.name,
                data=file.read(),
            )  # fmt: skip
        except Refused as error:
            form.add_error("workbook", str(error))
        else:
            return redirect("diligence:workbook_import", deal=deal, pk=pk, imported=imported.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "waiting": open_import(sheet.questionnaire, request.user)}
    return _show(request, "workbook_upload", sheet, context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def workbook_import(
    request: SignedInRequest, deal: uuid.UUID, pk: uuid.UUID, imported: uuid.UUID
) -> HttpResponseBase:
    """What a workbook would change, beside what stands; then taken over or put aside."""
    sheet = sheet_or_404(request, deal, pk)
    mine = sheet.questionnaire.workbook_imports.filter(uploaded_by=request.user)
    row = get_object_or_404(mine, pk=imported)
    if request.method == "POST":
        return _decide(request, sheet, row)
    if row.state != WorkbookImport.State.OPEN:
        return redirect("diligence:workbook_upload", deal=deal, pk=pk)
    changes = proposed_changes(row)
    context = {
        "imported": row,
        "newer": [change for change in changes if change.is_newer_here],
        "plain": [change for change in changes if not change.is_newer_here],
        "misfits": _misfits(sheet, row),
    }
    return _show(request, "workbook_import", sheet, context)


def _misfits(sheet: QuestionnaireSheet, row: WorkbookImport) -> list[dict[str, str]]:
    """What does not fit, each with the text of its question."""
    texts = {question.id: question.text for question in sheet.template.questions}
    return [{**misfit, "text": texts.get(misfit["question"], "")} for misfit in row.misfits]


def _decide(
    request: SignedInRequest, sheet: QuestionnaireSheet, row: WorkbookImport
) -> HttpResponseBase:
    questionnaire = sheet.questionnaire
    try:
        if "drop" in request.POST:
            drop_workbook(actor=request.user, imported=row)
            messages.info(request, "The workbook was put aside; no answer was changed.")
            return redirect("diligence:workbook_upload", questionnaire.deal_id, questionnaire.pk)
        chosen = {
            name.removeprefix(CHOICE)
            for name, which in request.POST.items()
            if name.startswith(CHOICE) and which == "workbook"
        }
        done = apply_workbook(actor=request.user, imported=row, overwrite=chosen)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("diligence:workbook_upload", questionnaire.deal_id, questionnaire.pk)
    for question, reason in done.refused:
        messages.error(request, f"{question} {reason}")
    kept = f"; {done.kept} newer ones were kept" if done.kept else ""
    taken = "1 answer was" if done.taken == 1 else f"{done.taken} answers were"
    messages.success(request, f"{taken} taken over{kept}.")
    return redirect("diligence:room_questionnaire", questionnaire.deal_id, questionnaire.pk)


def _show(
    request: SignedInRequest,
    name: str,
    sheet: QuestionnaireSheet,
    more: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponseBase:
    row = sheet.questionnaire
    context = {
        "sheet": sheet, "questionnaire": row, "deal": row.deal,
        "room_name": row.deal.startup.name, **more,
    }  # fmt: skip
    return render(request, f"diligence/{name}.html", context, status=status)
