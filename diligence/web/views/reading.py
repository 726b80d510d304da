"""A document that opens at its page: PDF alone, because a browser shows it without our name."""

import uuid

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from diligence.access import SignedInRequest, signed_in
from diligence.selectors.evidence import visible_versions
from diligence.services.errors import Refused
from diligence.services.evidence import record_download
from diligence.services.keeping import open_blob
from diligence.services.scanning import require_harmless

PDF = "application/pdf"


@signed_in
@require_GET
def evidence_read(request: SignedInRequest, version: uuid.UUID) -> HttpResponseBase:
    """The PDF inline, so that `#page=7` leads to the page that was quoted.

    Where the deal asks for the viewer's name on documents, the drawn pages are shown instead.
    """
    row = get_object_or_404(visible_versions(request.user), pk=version, media_type=PDF)
    if row.item.deal.watermark or row.deletion is not None:
        side = "deal" if request.user.is_firm else "room"
        return redirect(f"diligence:{side}_evidence_item", row.item.deal_id, row.item_id)
    try:
        require_harmless(row.blob)
        stream = open_blob(row.blob)
    except Refused as refused:
        raise Http404(str(refused)) from None
    record_download(actor=request.user, version=row)
    response = FileResponse(stream, filename=row.filename, content_type=PDF)
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The viewer of the browser draws it; nothing in the file may load or run anything.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
