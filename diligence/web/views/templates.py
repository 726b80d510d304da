"""The firm's questionnaires: what is published, drafts of the next, and how a founder sees them."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, firm_only
from diligence.lib.typed import whole_number
from diligence.models import QuestionnaireTemplate, TemplateDraft
from diligence.policies import may
from diligence.questionnaires.editing import SKELETONS, outline_of
from diligence.questionnaires.loader import TemplateError, template_json_schema
from diligence.selectors.questionnaires import template_of
from diligence.selectors.templates import template_shelf, verdict_on
from diligence.services.errors import Conflict, Refused
from diligence.services.templates import (
    discard_draft,
    import_draft,
    next_version,
    publish_draft,
    record_template_export,
    save_draft,
    start_draft,
)
from diligence.web.forms.templates import CopyForm, DraftForm, ImportForm
from diligence.web.previewing import preview_context

YAML = "application/yaml; charset=utf-8"


def require_editor(request: SignedInRequest) -> None:
    """404 for whoever does not edit templates: for them there are no such pages."""
    if not may(request.user, "template.draft"):
        raise Http404


def draft_or_404(request: SignedInRequest, pk: UUID) -> TemplateDraft:
    """The draft, or 404 for whoever may not see it."""
    rows = TemplateDraft.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("updated_by", "based_on"), pk=pk)


def version_or_404(request: SignedInRequest, slug: str, version: int) -> QuestionnaireTemplate:
    """A published version, or 404."""
    require_editor(request)
    return get_object_or_404(QuestionnaireTemplate, slug=slug, version=version)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def template_list(request: SignedInRequest) -> HttpResponseBase:
    """All questionnaires with their versions, and the drafts; a POST takes in a file."""
    require_editor(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = import_draft(actor=request.user, name=file.name, data=file.read(2_000_000))
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("diligence:template_draft", pk=draft.pk)
    drafts = TemplateDraft.objects.visible_to(request.user).select_related("updated_by")
    context = {"nav": "questions", "shelf": template_shelf(), "drafts": drafts, "form": form}
    return render(request, "diligence/template_list.html", context)


@firm_only
@require_safe
def template_schema(request: SignedInRequest) -> HttpResponseBase:
    """The schema that editors and other programs check a template against."""
    require_editor(request)
    text = json.dumps(template_json_schema(), indent=2) + "\n"
    return _file(text, "questionnaire-template.schema.json", "application/schema+json")


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def template_detail(request: SignedInRequest, slug: str, version: int) -> HttpResponseBase:
    """A published version as the founder sees it; a POST copies it under a new name."""
    row = version_or_404(request, slug, version)
    form = CopyForm(request.POST or None, initial={"title": f"{row.title} (ours)"})
    if request.method == "POST" and form.is_valid():
        try:
            draft = start_draft(actor=request.user, based_on=row, **form.cleaned_data)
        except Refused as refused:
            form.add_error("slug", str(refused))
        else:
            return redirect("diligence:template_draft", pk=draft.pk)
    context = {
        "nav": "questions", "row": row, "form": form, "next_version": next_version(slug),
        **preview_context(template_of(row), request.GET),
    }  # fmt: skip
    return render(request, "diligence/template_detail.html", context)


@firm_only
@require_POST
def template_revise(request: SignedInRequest, slug: str, version: int) -> HttpResponseBase:
    """Begins the draft of the next version."""
    row = version_or_404(request, slug, version)
    draft = start_draft(actor=request.user, based_on=row)
    return redirect("diligence:template_draft", pk=draft.pk)


@firm_only
@require_POST
def template_try(request: SignedInRequest, slug: str, version: int) -> HttpResponseBase:
    """The preview of a published version after something was answered in it."""
    row = version_or_404(request, slug, version)
    context = {"row": row, **preview_context(template_of(row), request.POST)}
    return render(request, "diligence/_template_preview.html", context)


@firm_only
@require_safe
def template_export(request: SignedInRequest, slug: str, version: int) -> HttpResponseBase:
    """The exact text that was published."""
    row = version_or_404(request, slug, version)
    record_template_export(actor=request.user, row=row)
    return _file(row.source, f"{row.slug}.v{row.version}.yaml", YAML)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def template_draft(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The editor; a POST keeps the text and says what is wrong with it, beside its preview."""
    draft = draft_or_404(request, pk)
    if request.method != "POST":
        return render(request, "diligence/template_draft.html", draft_context(request, draft))
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse("This form is not complete; load the page again.", status=400)
    try:
        draft = save_draft(actor=request.user, draft=draft, **form.cleaned_data)
    except Conflict as conflict:
        return _conflict(request, draft, form.cleaned_data, str(conflict))
    except Refused as refused:
        return HttpResponse(str(refused), status=422)
    if request.headers.get("X-Autosave") == "1":
        context = draft_context(request, draft)
        return render(request, "diligence/_template_checked.html", context)
    return redirect("diligence:template_draft", pk=pk)


def _conflict(
    request: SignedInRequest, draft: TemplateDraft, typed: dict[str, Any], said: str
) -> HttpResponseBase:
    """Both texts: what was typed stays in the field, what is stored stands beside it."""
    context = draft_context(request, draft) | {
        "conflict": said, "typed": typed["source"], "typed_revision": typed["revision"],
    }  # fmt: skip
    saves_itself = request.headers.get("X-Autosave") == "1"
    name = "_template_conflict" if saves_itself else "template_draft"
    return render(request, f"diligence/{name}.html", context, status=409)


@firm_only
@require_POST
def draft_try(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The preview of a draft after something was answered in it."""
    draft = draft_or_404(request, pk)
    template = verdict_on(draft.source).template
    context = {"draft": draft, **preview_context(template, request.POST)}
    return render(request, "diligence/_template_preview.html", context)


@firm_only
@require_safe
def draft_export(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The text of a draft as it stands."""
    draft = draft_or_404(request, pk)
    record_template_export(actor=request.user, row=draft)
    return _file(draft.source, "draft.yaml", YAML)


@firm_only
@require_POST
def draft_publish(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Publishes a draft as a version that never changes."""
    draft = draft_or_404(request, pk)
    revision = whole_number(request.POST.get("revision", ""))
    try:
        row = publish_draft(actor=request.user, draft=draft, revision=revision)
    except (TemplateError, Refused, Conflict) as refused:
        messages.error(request, str(refused))
        return redirect("diligence:template_draft", pk=pk)
    messages.success(request, f"{row.title}, version {row.version}, can be issued now.")
    return redirect("diligence:template_detail", slug=row.slug, version=row.version)


@firm_only
@require_POST
def draft_discard(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Throws a draft away."""
    draft = draft_or_404(request, pk)
    discard_draft(actor=request.user, draft=draft)
    messages.success(request, f"The draft of {draft.title} is gone.")
    return redirect("diligence:template_list")


def draft_context(request: SignedInRequest, draft: TemplateDraft) -> dict[str, object]:
    """What the editor shows of a draft."""
    verdict = verdict_on(draft.source)
    return {
        "nav": "questions",
        "draft": draft,
        "verdict": verdict,
        "outline": outline_of(draft.source),
        "question_types": tuple(SKELETONS),
        "may_publish": may(request.user, "template.publish"),
        **preview_context(verdict.template, request.GET),
    }


def _file(text: str, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
