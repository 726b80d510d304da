"""What of a file is shown: texts and tables in the page, pictures by themselves."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, signed_in
from diligence.lib.sealed import Tampered
from diligence.lib.watermark import marked
from diligence.models import EvidenceVersion, Preview, Scan
from diligence.selectors.evidence import visible_versions
from diligence.services.errors import Refused
from diligence.services.evidence import record_opening
from diligence.services.previews import open_picture, texts_of
from diligence.tasks import ring_for_preview

DOCUMENT = "pages"


def _version(request: SignedInRequest, pk: UUID) -> EvidenceVersion:
    rows = visible_versions(request.user).select_related("item__deal", "blob__preview", "deletion")
    return get_object_or_404(rows, pk=pk)


@signed_in
@require_safe
def preview(request: SignedInRequest, version: UUID) -> HttpResponseBase:
    """The preview of one version; while it is being made, a part that asks again."""
    row = _version(request, version)
    if row.deletion is not None:
        return render(request, "diligence/_evidence_deleted.html", {"version": row})
    if row.blob.scan == Scan.FOUND:
        return render(request, "diligence/_evidence_harmful.html", {"version": row})
    shown, _ = Preview.objects.get_or_create(blob=row.blob)
    if shown.state == Preview.State.QUEUED:
        ring_for_preview(shown)
    record_opening(actor=request.user, item=row.item)
    texts = texts_of(shown)
    context = {
        "version": row, "preview": shown, "texts": texts, "deal": row.item.deal,
        "numbers": range(1, shown.pictures + 1),
        "hidden_pages": texts.get("total", 0) - shown.pictures,
    }  # fmt: skip
    response = render(request, "diligence/_evidence_preview.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_safe
def picture(request: SignedInRequest, version: UUID, number: int) -> HttpResponseBase:
    """One picture, which we drew ourselves; of a document with the viewer's name if asked for."""
    row = _version(request, version)
    shown = getattr(row.blob, "preview", None)
    if (
        row.blob.scan == Scan.FOUND
        or row.deletion is not None
        or shown is None
        or shown.state != Preview.State.READY
        or not 1 <= number <= shown.pictures
    ):
        raise Http404
    record_opening(actor=request.user, item=row.item)
    try:
        content = _drawn(request, row, shown, number)
    except (Refused, Tampered):  # it was lost or damaged where it lay
        raise Http404 from None
    response = HttpResponse(content, content_type="image/webp")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _drawn(request: SignedInRequest, row: EvidenceVersion, shown: Preview, number: int) -> bytes:
    with open_picture(shown, number) as file:
        if row.item.deal.watermark and shown.kind == DOCUMENT:
            at = timezone.now().strftime("%Y-%m-%d %H:%M UTC")
            return marked(file, f"{request.user.email}  {at}")
        return file.read()
