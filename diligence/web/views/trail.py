"""The audit trail for administrators: searched, taken out, and its anchors."""

from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from diligence.access import SignedInRequest, firm_only, is_fragment, proved_lately
from diligence.models import Seal, TrailAnchor
from diligence.policies import may
from diligence.selectors.trail import Place, stretch_of
from diligence.services.errors import Refused
from diligence.services.trail_export import export_trail, take_anchor
from diligence.web.forms.trail import TrailForm

TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


LINE_DIGITS = 18
"""What fits into the ids of lines, whatever is written."""


def _place(asked: QueryDict) -> Place:
    return Place(_line(asked, "before"), _line(asked, "after"), oldest="oldest" in asked)


def _line(asked: QueryDict, name: str) -> int | None:
    text = asked.get(name, "")[:LINE_DIGITS]
    return int(text) if text.isascii() and text.isdecimal() else None


def _open_or_404(request: SignedInRequest) -> None:
    if not may(request.user, "trail.read"):
        raise Http404


@firm_only
@never_cache
@require_safe
def trail(request: SignedInRequest) -> HttpResponseBase:
    """Who did what, from where, with before and after; newest first."""
    _open_or_404(request)
    form = TrailForm(request.GET)
    query = form.query()
    context = {
        "form": form,
        "query": query,
        "stretch": stretch_of(request.user, query, _place(request.GET)),
        "head": Seal.objects.last(),
        "anchors": TrailAnchor.objects.reverse()[:30],
    }
    name = "diligence/_trail_rows.html" if is_fragment(request) else "diligence/trail.html"
    return render(request, name, context)


@firm_only
@proved_lately
@never_cache
@require_POST
def export(request: SignedInRequest, form: str) -> HttpResponseBase:
    """What was found as a file; 404 for a form that there is not."""
    _open_or_404(request)
    query = TrailForm(request.POST).query()
    try:
        pieces = export_trail(actor=request.user, query=query, form=form)
    except Refused as refused:
        raise Http404 from refused
    name = f"audit-trail-{timezone.now():%Y-%m-%d}.{form}"
    response = StreamingHttpResponse(pieces, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@firm_only
@never_cache
@require_safe
def anchor(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """One signed anchor, to be kept elsewhere."""
    _open_or_404(request)
    row = get_object_or_404(TrailAnchor, pk=pk)
    text = take_anchor(actor=request.user, anchor=row)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="trail-{row.day}.json"'
    return response
