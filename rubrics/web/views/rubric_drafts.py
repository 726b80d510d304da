"""Drafts of rubrics: the text with what is wrong in it, what it changes, and how it is seen."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, firm_only
from diligence.lib.typed import whole_number
from diligence.policies import may
from diligence.services.errors import Conflict, Refused
from rubrics.catalog.loader import RubricError
from rubrics.models import RubricDraft
from rubrics.selectors.rubrics import changes_against, table_behind, verdict_on_rubric
from rubrics.services.rubrics import (
    discard_rubric_draft,
    publish_rubric_draft,
    record_rubric_export,
    reweigh_rubric_draft,
    save_rubric_draft,
)
from rubrics.web.forms.rubrics import RubricDraftForm
from rubrics.web.forms.weights import WeightsForm
from rubrics.web.views.rubrics import YAML, as_file


def draft_or_404(request: SignedInRequest, pk: UUID) -> RubricDraft:
    """The draft, or 404 for whoever may not see it."""
    rows = RubricDraft.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("updated_by", "based_on"), pk=pk)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def rubric_draft(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The editor; a POST keeps the text and says what is wrong with it and what it changes."""
    draft = draft_or_404(request, pk)
    if request.method != "POST":
        return render(request, "rubrics/rubric_draft.html", _context(request, draft))
    form = RubricDraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse("This form is not complete; load the page again.", status=400)
    try:
        draft = save_rubric_draft(actor=request.user, draft=draft, **form.cleaned_data)
    except Conflict as conflict:
        return _conflict(request, draft, form.cleaned_data, str(conflict))
    except Refused as refused:
        return HttpResponse(str(refused), status=422)
    if request.headers.get("X-Autosave") == "1":
        return render(request, "rubrics/_rubric_checked.html", _context(request, draft))
    return redirect("rubrics:rubric_draft", pk=pk)


def _conflict(
    request: SignedInRequest, draft: RubricDraft, typed: dict[str, Any], said: str
) -> HttpResponseBase:
    """Both texts: what was typed stays in the field, what is stored stands beside it."""
    context = _context(request, draft) | {
        "conflict": said, "typed": typed["source"], "typed_revision": typed["revision"],
    }  # fmt: skip
    saves_itself = request.headers.get("X-Autosave") == "1"
    name = "diligence/_template_conflict.html" if saves_itself else "rubrics/rubric_draft.html"
    return render(request, name, context, status=409)


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def rubric_draft_weights(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Weights of lenses and criteria, and the weeks of the firm's own criteria, as a form."""
    draft = draft_or_404(request, pk)
    rubric = verdict_on_rubric(draft.source).rubric
    if rubric is None:
        messages.error(request, "Put the text right first; then its weights can be set by form.")
        return redirect("rubrics:rubric_draft", pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = WeightsForm(sent, rubric=rubric, table=table_behind(draft.based_on),
                       revision=draft.revision)  # fmt: skip
    if sent is not None and form.is_valid() and _reweighed(request, draft, form):
        messages.success(request, "The weights stand in the text now.")
        return redirect("rubrics:rubric_draft", pk=pk)
    context = {"nav": "rubrics", "draft": draft, "form": form, "lenses": form.by_lens()}
    status = 422 if form.errors else 200
    return render(request, "rubrics/rubric_weights.html", context, status=status)


def _reweighed(request: SignedInRequest, draft: RubricDraft, form: WeightsForm) -> bool:
    """Whether it was kept; if not, the form says why and keeps what was typed."""
    try:
        reweigh_rubric_draft(
            actor=request.user, draft=draft, weighing=form.weighing(),
            revision=form.cleaned_data["revision"],
        )  # fmt: skip
    except (RubricError, Refused) as refused:
        form.add_error(None, str(refused))
        return False
    return True


@firm_only
@require_safe
def rubric_draft_preview(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """One criterion of the draft as its reviewer will see it."""
    context = _context(request, draft_or_404(request, pk))
    return render(request, "rubrics/_rubric_preview.html", context)


@firm_only
@require_safe
def rubric_draft_export(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The text of a draft as it stands."""
    draft = draft_or_404(request, pk)
    record_rubric_export(actor=request.user, row=draft)
    return as_file(draft.source, "draft.yaml", YAML)


@firm_only
@require_POST
def rubric_draft_publish(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Publishes a draft as a version that never changes."""
    draft = draft_or_404(request, pk)
    revision = whole_number(request.POST.get("revision", ""))
    try:
        row = publish_rubric_draft(actor=request.user, draft=draft, revision=revision)
    except (RubricError, Refused, Conflict) as refused:
        messages.error(request, str(refused))
        return redirect("rubrics:rubric_draft", pk=pk)
    messages.success(request, f"{row} is published; deals can be assessed under it.")
    return redirect("rubrics:rubric_detail", slug=row.slug, version=row.version)


@firm_only
@require_POST
def rubric_draft_discard(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Throws a draft away."""
    draft = draft_or_404(request, pk)
    discard_rubric_draft(actor=request.user, draft=draft)
    messages.success(request, f"The draft of {draft.title} is gone.")
    return redirect("rubrics:rubric_list")


def _context(request: SignedInRequest, draft: RubricDraft) -> dict[str, object]:
    """What the editor shows of a draft."""
    verdict = verdict_on_rubric(draft.source)
    criteria = verdict.rubric.criteria if verdict.rubric else ()
    chosen = request.GET.get("criterion", "")
    return {
        "nav": "rubrics",
        "draft": draft,
        "verdict": verdict,
        "changes": changes_against(draft.based_on, verdict.rubric),
        "may_publish": may(request.user, "rubric.publish"),
        "criteria": criteria,
        "shown": next((each for each in criteria if each.id == chosen), next(iter(criteria), None)),
    }
