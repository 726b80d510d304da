"""The firm's rubrics as published: list, page, file, schema; the default and retirement."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, firm_only
from diligence.policies import may, require
from diligence.services.errors import Refused
from rubrics.catalog.loader import rubric_json_schema
from rubrics.models import RubricDraft, RubricVersion
from rubrics.selectors.assessments import rubric_of
from rubrics.selectors.rubrics import (
    changes_against,
    default_rubric,
    lens_sheets,
    next_version,
    rubric_shelf,
)
from rubrics.services.rubrics import (
    bring_back_rubric,
    choose_default,
    import_rubric_draft,
    record_rubric_export,
    retire_rubric,
    start_rubric_draft,
)
from rubrics.web.forms.rubrics import CopyRubricForm, ImportRubricForm

YAML = "application/yaml; charset=utf-8"
ACTS = {
    "default": (choose_default, "is the firm's default now."),
    "retire": (retire_rubric, "is offered no more; deals under it keep it."),
    "bring-back": (bring_back_rubric, "is offered again."),
}


def as_file(text: str, name: str, media_type: str) -> HttpResponse:
    """A download of a text."""
    response = HttpResponse(text, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def version_or_404(slug: str, version: int) -> RubricVersion:
    """A published version, or 404. Everybody of the firm reads what deals are judged by."""
    rows = RubricVersion.objects.select_related("based_on", "published_by")
    return get_object_or_404(rows, slug=slug, version=version)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def rubric_list(request: SignedInRequest) -> HttpResponseBase:
    """All rubrics with their versions, and the drafts; a POST takes in a file."""
    form = ImportRubricForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        require(request.user, "rubric.draft")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = import_rubric_draft(
                actor=request.user, name=file.name, data=file.read(2_000_000)
            )
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("rubrics:rubric_draft", pk=draft.pk)
    drafts = RubricDraft.objects.visible_to(request.user).select_related("updated_by")
    context = {
        "nav": "rubrics", "shelf": rubric_shelf(), "default": default_rubric(), "drafts": drafts,
        "form": form, "may_draft": may(request.user, "rubric.draft"),
    }  # fmt: skip
    return render(request, "rubrics/rubric_list.html", context)


@firm_only
@require_safe
def rubric_schema(request: SignedInRequest) -> HttpResponseBase:  # noqa: ARG001 - a view's shape
    """The schema that editors and other programs check a rubric against."""
    text = json.dumps(rubric_json_schema(), indent=2) + "\n"
    return as_file(text, "rubric.schema.json", "application/schema+json")


@firm_only
@require_safe
def rubric_export(request: SignedInRequest, slug: str, version: int) -> HttpResponseBase:
    """The exact text that was published."""
    row = version_or_404(slug, version)
    record_rubric_export(actor=request.user, row=row)
    return as_file(row.source, f"{row.slug}.v{row.version}.yaml", YAML)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def rubric_detail(request: SignedInRequest, slug: str, version: int) -> HttpResponseBase:
    """A version to read; a POST copies it under a new name."""
    row = version_or_404(slug, version)
    form = CopyRubricForm(request.POST or None, initial={"title": f"{row.title} (ours)"})
    if request.method == "POST":
        require(request.user, "rubric.draft")
    if request.method == "POST" and form.is_valid():
        try:
            draft = start_rubric_draft(actor=request.user, based_on=row, **form.cleaned_data)
        except Refused as refused:
            form.add_error("slug", str(refused))
        else:
            return redirect("rubrics:rubric_draft", pk=draft.pk)
    rubric = rubric_of(row)
    context = {
        "nav": "rubrics", "row": row, "rubric": rubric, "lenses": lens_sheets(rubric),
        "changes": changes_against(row.based_on, rubric), "default": default_rubric(),
        "form": form, "next_version": next_version(slug),
        "may_draft": may(request.user, "rubric.draft"),
        "may_publish": may(request.user, "rubric.publish"),
    }  # fmt: skip
    return render(request, "rubrics/rubric_detail.html", context)


@firm_only
@require_POST
def rubric_revise(request: SignedInRequest, slug: str, version: int) -> HttpResponseBase:
    """Begins the draft of the next version."""
    draft = start_rubric_draft(actor=request.user, based_on=version_or_404(slug, version))
    return redirect("rubrics:rubric_draft", pk=draft.pk)


@firm_only
@require_POST
def rubric_act(request: SignedInRequest, slug: str, version: int, act: str) -> HttpResponseBase:
    """Makes a version the default, retires it, or brings it back."""
    row = version_or_404(slug, version)
    if act not in ACTS:
        raise Http404
    service, said = ACTS[act]
    try:
        service(actor=request.user, rubric=row)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{row} {said}")
    return redirect("rubrics:rubric_detail", slug=slug, version=version)
