"""Files that come in pieces, by the tus protocol 1.0: announce, ask how far, send on, cancel.

Both sides of a deal use the same addresses. Whoever may not enter the deal or its room gets 404,
and so does everyone but its sender at an upload.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from diligence.access import SignedInRequest, signed_in
from diligence.lib import tus
from diligence.lib.bodies import takes_evidence
from diligence.models import Deal, EvidenceItem, IncomingUpload, Questionnaire
from diligence.selectors.evidence import evidence_of, unfinished_uploads
from diligence.services.errors import Refused
from diligence.services.keeping import PIECE, is_local
from diligence.services.uploads import (
    Announced,
    Checksum,
    Damaged,
    Place,
    WrongOffset,
    announce_upload,
    cancel_upload,
    expires_at,
    finish_upload,
    note_sender_tree,
    receive,
    received,
)
from diligence.tasks import ring_for_upload
from diligence.web.forms.evidence import AnnouncedForm

AT_ONCE = 64 * 1024**2
"""Bytes that are hashed and kept within the last request: a twentieth of a second on one core."""
PATIENCE = 60
"""Seconds of silence after which a sender is thought gone and its thread is freed."""


def _deal(request: SignedInRequest, pk: UUID) -> Deal:
    deals = Deal.objects.visible_to(request.user)
    deals = deals if request.user.is_firm else Deal.objects.room_of(request.user)
    return get_object_or_404(deals.select_related("startup"), pk=pk)


def _said(status: int, sentence: str = "", **headers: str) -> HttpResponse:
    """An answer of the protocol; a refusal carries one sentence for people."""
    response = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    fixed = {"Tus-Resumable": tus.VERSION, "Cache-Control": "no-store"}
    for name, value in (*fixed.items(), *headers.items()):
        response.headers[name.replace("_", "-")] = value
    return response


def _capabilities() -> HttpResponse:
    return _said(
        204, Tus_Version=tus.VERSION, Tus_Extension=tus.EXTENSIONS,
        Tus_Checksum_Algorithm=tus.CHECKSUMS,
    )  # fmt: skip


def _other_version(request: SignedInRequest) -> HttpResponse | None:
    if request.headers.get("Tus-Resumable") == tus.VERSION:
        return None
    return _said(412, "This address speaks tus 1.0.0.", Tus_Version=tus.VERSION)


# The uploads of a person ----------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def uploads(request: SignedInRequest, deal: UUID) -> HttpResponseBase:
    """One's unfinished uploads; a POST announces the next."""
    row = _deal(request, deal)
    if request.method == "OPTIONS":
        return _capabilities()
    if request.method == "POST":
        return _other_version(request) or _announce(request, row)
    unfinished = [_shown(upload) for upload in unfinished_uploads(row, request.user)]
    return JsonResponse({"uploads": unfinished})


def _announce(request: SignedInRequest, deal: Deal) -> HttpResponse:
    try:
        size = tus.number_in(request.headers, "Upload-Length")
        form = AnnouncedForm(tus.metadata_in(request.headers))
        if not form.is_valid():
            raise Refused(next(iter(form.errors.values()))[0])
        said = form.cleaned_data
        announced = Announced(
            said["filename"], size, said["modified"], _item(request, deal, said["item"]),
            answers=_answers(request, deal, said), **form.said_by(firm=request.user.is_firm),
        )  # fmt: skip
        upload = announce_upload(actor=request.user, deal=deal, announced=announced)
    except (tus.Malformed, Refused) as refused:
        return _said(413 if "larger" in str(refused) else 400, str(refused))
    place = reverse("diligence:upload", args=[deal.pk, upload.pk])
    return _said(201, Location=place, Upload_Expires=_date(upload))


def _item(request: SignedInRequest, deal: Deal, pk: UUID | None) -> EvidenceItem | None:
    return get_object_or_404(evidence_of(deal, request.user), pk=pk) if pk else None


def _answers(request: SignedInRequest, deal: Deal, said: Mapping[str, Any]) -> Place | None:
    if said["questionnaire"] is None:
        return None
    rows = Questionnaire.objects.visible_to(request.user).filter(deal=deal)
    rows = rows.select_related("deal__startup", "template")
    return Place(get_object_or_404(rows, pk=said["questionnaire"]), said["question"])


def _date(upload: IncomingUpload) -> str:
    return expires_at(upload).strftime("%a, %d %b %Y %H:%M:%S GMT")


def _shown(upload: IncomingUpload) -> dict[str, object]:
    """What the browser is told of an upload."""
    return {
        "url": reverse("diligence:upload", args=[upload.deal_id, upload.pk]),
        "filename": upload.filename, "size": upload.size, "modified": upload.modified,
        "received": received(upload), "state": upload.state, "failure": upload.failure,
        "evidence": str(upload.kept_as_id or ""), "sha256": upload.sha256,
        "questionnaire": str(upload.questionnaire_id or ""), "question": upload.question,
    }  # fmt: skip


# One upload -----------------------------------------------------------------------------------


@takes_evidence
@signed_in
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
def upload(request: SignedInRequest, deal: UUID, upload: UUID) -> HttpResponseBase:
    """How far it is, its next piece, or its end."""
    mine = IncomingUpload.objects.visible_to(request.user).filter(deal=_deal(request, deal))
    row = get_object_or_404(mine.select_related("deal", "by"), pk=upload)
    if request.method == "GET":
        return JsonResponse(_shown(row))
    if request.method == "HEAD":
        return _said(
            200, Upload_Offset=str(received(row)), Upload_Length=str(row.size),
            Upload_Expires=_date(row),
        )  # fmt: skip
    other = _other_version(request)
    if other:
        return other
    if request.method == "DELETE":
        cancel_upload(actor=request.user, upload=row)
        return _said(204)
    return _send_on(request, row)


def _send_on(request: SignedInRequest, row: IncomingUpload) -> HttpResponse:
    """Takes a piece. A conflict names where the upload stands, so that the sender goes on there."""
    try:
        if request.content_type != tus.CONTENT_TYPE:
            raise tus.Malformed(f"Content-Type should be {tus.CONTENT_TYPE}.")
        now = _take(request, row)
    except WrongOffset as wrong:
        return _said(409, "The upload stands elsewhere.", Upload_Offset=str(wrong.now))
    except Damaged:
        return _said(tus.CHECKSUM_MISMATCH, "The piece was damaged on its way; send it again.")
    except (tus.Malformed, Refused) as refused:
        return _said(400, str(refused))
    if now == row.size:
        _finish(row)
    return _said(204, Upload_Offset=str(now), Upload_Expires=_date(row))


def _take(request: SignedInRequest, row: IncomingUpload) -> int:
    offset, sha256 = tus.number_in(request.headers, "Upload-Offset"), tus.sha256_in(request.headers)
    tree = request.headers.get("Proofroom-Tree-SHA256", "")
    if tree:
        note_sender_tree(actor=request.user, upload=row, tree=tree)
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    return receive(
        actor=request.user, upload=row, offset=offset, pieces=_pieces(request),
        checksum=Checksum(sha256, length) if sha256 else None,
    )  # fmt: skip


def _pieces(request: SignedInRequest) -> Iterator[bytes]:
    """The body as it comes; a connection that breaks or falls silent is its end."""
    socket = request.META.get("gunicorn.socket")
    if socket is not None:
        socket.settimeout(PATIENCE)
    try:
        while piece := request.read(PIECE):
            yield piece
    except OSError:
        return
    finally:
        if socket is not None:
            socket.settimeout(None)


def _finish(row: IncomingUpload) -> None:
    """A small file is in when the answer is there; a large one, and a bucket, are the worker's."""
    if row.size <= AT_ONCE and is_local():
        finish_upload(row.pk)
    else:
        ring_for_upload(row)
