"""Archives of a room: asked for, waited for, downloaded."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from diligence.access import (
    SignedInRequest,
    firm_only,
    is_fragment,
    proved_lately,
    proved_lately_to_write,
    visible_deal,
)
from diligence.lib.sealed import Tampered
from diligence.models import RoomExport, User
from diligence.policies import may, require
from diligence.services.errors import Refused
from diligence.services.keeping import require_opens
from diligence.services.room_exports import open_export, record_export_download, request_export
from diligence.tasks import ring_for_export
from diligence.web.long_downloads import as_attachment


@firm_only
@proved_lately_to_write
@require_http_methods(["GET", "HEAD", "POST"])
def deal_exports(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The archives of a room; a POST asks for another."""
    deal = visible_deal(request, pk)
    require(request.user, "room.export", deal)
    if request.method == "POST":
        ring_for_export(request_export(actor=request.user, deal=deal))
        return redirect("diligence:deal_exports", pk=deal.pk)
    exports = [
        (export, may(request.user, "evidence.take-out", export))
        for export in deal.room_exports.select_related("requested_by")[:20]
    ]
    context = {"nav": "pipeline", "deal": deal, "tab": "evidence", "exports": exports}
    name = "_room_exports" if is_fragment(request) else "deal_exports"
    return render(request, f"diligence/{name}.html", context)


@firm_only
@proved_lately
@require_GET
def export_download(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The archive, piece by piece; 404 once it is gone."""
    rows = RoomExport.objects.visible_to(request.user).select_related("deal__startup")
    export = get_object_or_404(rows, pk=pk)
    require(request.user, "room.export", export.deal)
    require(request.user, "evidence.take-out", export)
    if export.state != RoomExport.State.READY:
        raise Http404
    try:
        stream, size = open_export(export)
        require_opens(stream)
    except (Refused, Tampered):
        messages.error(request, "This archive cannot be read any more; ask for it again.")
        return redirect("diligence:deal_exports", pk=export.deal_id)
    record_export_download(actor=request.user, export=export)
    name = f"{slugify(export.deal.startup.name) or 'room'}-{export.finished_at:%Y-%m-%d}.zip"
    return as_attachment(
        stream, size, request.user, lambda user: _may_go_on(user, pk), filename=name,
        content_type="application/zip",
    )  # fmt: skip


def _may_go_on(user: User, pk: UUID) -> bool:
    """Whether a download that is under way is still theirs, by the rules of its beginning."""
    export = RoomExport.objects.visible_to(user).select_related("deal").filter(pk=pk).first()
    return (
        export is not None
        and bool(may(user, "room.export", export.deal))
        and bool(may(user, "evidence.take-out", export))
    )
