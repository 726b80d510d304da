"""Questions of a draft, changed by buttons and forms instead of in its text."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only
from diligence.lib.typed import whole_number
from diligence.models import TemplateDraft
from diligence.questionnaires.editing import (
    SKELETONS,
    free_id,
    moved,
    question_in,
    rewritten,
    with_question,
    without,
)
from diligence.selectors.templates import objection_to, questions_before, types_in
from diligence.services.errors import Conflict, Refused
from diligence.services.templates import save_draft
from diligence.web.forms.template_parts import Parts
from diligence.web.forms.templates import QuestionForm, initial_of
from diligence.web.views.templates import draft_or_404


@firm_only
@require_POST
def question_change(request: SignedInRequest, pk: UUID, question: str) -> HttpResponseBase:
    """Moves a question, takes it out, or adds one below it."""
    draft = draft_or_404(request, pk)
    press = request.POST.get("press", "")
    changed = _pressed(draft.source, question, press, request.POST.get("type", ""))
    _keep(request, draft, changed)
    return redirect(f"{_editor(draft)}#outline")


def _pressed(source: str, question: str, press: str, kind: str) -> str:
    match press:
        case "up":
            return moved(source, question, -1)
        case "down":
            return moved(source, question, 1)
        case "remove":
            return without(source, question)
        case "add" if kind in SKELETONS:
            name = free_id(source, f"new-{kind}")
            made = {"id": name, "type": kind, "text": "New question", "why": "Say why it is asked."}
            return with_question(source, question, {**made, **SKELETONS[kind]})
    return source


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: SignedInRequest, pk: UUID, question: str) -> HttpResponseBase:
    """One question as a form. What could never hold is refused, and then nothing is kept."""
    draft = draft_or_404(request, pk)
    before = question_in(draft.source, question)
    if not before:
        raise Http404
    form = QuestionForm(request.POST or None, initial=initial_of(before))
    parts = Parts(
        before, questions_before(draft.source, question), types_in(draft.source),
        request.POST or None,
    )  # fmt: skip
    if request.method == "POST" and all([form.is_valid(), parts.is_valid()]):
        changes = form.changes(before) | parts.changes(form.cleaned_data["type"])
        changed = rewritten(draft.source, question, changes)
        objection = objection_to(draft.source, changed, question)
        if objection:
            form.add_error(None, objection)
        elif _keep(request, draft, changed):
            return redirect(f"{_editor(draft)}#outline")
    context = {
        "nav": "questions", "draft": draft, "form": form, "parts": parts, "question": question,
        "revision": request.POST.get("revision", draft.revision),
    }  # fmt: skip
    status = 422 if form.errors or parts.has_errors else 200
    return render(request, "diligence/template_question.html", context, status=status)


def _keep(request: SignedInRequest, draft: TemplateDraft, source: str) -> bool:
    revision = whole_number(request.POST.get("revision", ""))
    try:
        save_draft(actor=request.user, draft=draft, source=source, revision=revision)
    except (Conflict, Refused) as refused:
        messages.error(request, str(refused))
        return False
    return True


def _editor(draft: TemplateDraft) -> str:
    return redirect("diligence:template_draft", pk=draft.pk).url
