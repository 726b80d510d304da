"""Evidence on both sides: lists, one item with its versions, hand in, withdraw, share, download."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, signed_in
from diligence.lib.bodies import takes_evidence
from diligence.lib.ranges import Part, Unsatisfiable, part_asked
from diligence.models import Deal, EvidenceItem, EvidenceVersion, Origin, User
from diligence.policies import Denied, may
from diligence.selectors.evidence import evidence_of, openings_of, visible_versions
from diligence.selectors.evidence_uses import uses_of
from diligence.selectors.pages import LongList
from diligence.services.errors import Refused
from diligence.services.evidence import (
    Upload,
    add_evidence,
    add_version,
    record_download,
    share_evidence,
    withdraw_evidence,
)
from diligence.services.keeping import open_blob, require_opens, require_there
from diligence.services.scanning import require_harmless
from diligence.web.forms.evidence import (
    FirmUploadForm,
    UploadForm,
    VersionForm,
    WithdrawForm,
)
from diligence.web.long_downloads import as_attachment
from diligence.web.views.rooms import room_or_404

PAGE = 50


@dataclass(frozen=True)
class Place:
    """Where the page stands: in the startup's room or on the firm's side of the deal."""

    deal: Deal
    is_room: bool

    @property
    def base(self) -> str:
        """The frame of the page."""
        return "base_room.html" if self.is_room else "base.html"

    @property
    def list_url(self) -> str:
        name = "room_evidence" if self.is_room else "deal_evidence"
        return reverse(f"diligence:{name}", args=[self.deal.pk])

    def item_url(self, item: EvidenceItem, action: str = "") -> str:
        name = "room_evidence_item" if self.is_room else "deal_evidence_item"
        return reverse(f"diligence:{name}{action}", args=[self.deal.pk, item.pk])

    def context(self) -> dict[str, object]:
        """What the pages of this side need."""
        if self.is_room:
            return {"place": self, "deal": self.deal, "room_name": self.deal.startup.name}
        return {"place": self, "deal": self.deal, "nav": "pipeline", "tab": "evidence"}


def _place(request: SignedInRequest, deal: uuid.UUID, *, is_room: bool) -> Place:
    if is_room:
        return Place(room_or_404(request, deal), is_room=True)
    deals = Deal.objects.visible_to(request.user).select_related("startup", "stage", "owner")
    return Place(get_object_or_404(deals, pk=deal), is_room=False)


# The list -------------------------------------------------------------------------------------


@takes_evidence
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room_evidence(request: SignedInRequest, deal: uuid.UUID) -> HttpResponseBase:
    """What the startup handed in, and where it hands in more."""
    return _list(request, _place(request, deal, is_room=True))


@takes_evidence
@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_evidence(request: SignedInRequest, pk: uuid.UUID) -> HttpResponseBase:
    """All evidence of a deal, from both sides."""
    return _list(request, _place(request, pk, is_room=False))


def _list(request: SignedInRequest, place: Place) -> HttpResponseBase:
    kind = UploadForm if place.is_room else FirmUploadForm
    posted, kept = request.method == "POST", 0
    form = kind(request.POST, request.FILES) if posted else kind()
    if posted and form.is_valid():
        kept = _hand_in(request, place.deal, form)
        if not form.errors:
            messages.success(request, _said_of(kept))
            return redirect(place.list_url)
    given = evidence_of(place.deal, request.user).order_by("-created_at", "pk")
    page = LongList(given, PAGE).get_page(request.GET.get("page"))
    context = {
        **place.context(),
        "items": page.object_list,
        "page": page,
        "form": form,
        "kept": _said_of(kept) if kept else "",
        "may_add": bool(may(request.user, "evidence.add", place.deal)),
        "open_requests": place.deal.requests.filter(state="open").count(),
    }
    status = 422 if form.errors else 200
    return render(request, "diligence/evidence_list.html", context, status=status)


def _said_of(kept: int) -> str:
    return "1 file is in." if kept == 1 else f"{kept} files are in."


def _hand_in(request: SignedInRequest, deal: Deal, form: UploadForm) -> int:
    """Takes each file by itself; one that is refused does not keep the others out."""
    kept = 0
    origin = form.cleaned_data.get("origin", Origin.FOUNDER_FILE)
    for file in form.cleaned_data["upload"]:
        upload = Upload(file.name or "", file.chunks(), **form.said())
        try:
            add_evidence(actor=request.user, deal=deal, upload=upload, origin=origin)
        except Refused as refused:
            form.add_error("upload", str(refused))
        else:
            kept += 1
    return kept


# One item -------------------------------------------------------------------------------------


@takes_evidence
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room_evidence_item(
    request: SignedInRequest, deal: uuid.UUID, item: uuid.UUID
) -> HttpResponseBase:
    """One piece of evidence with all its versions, in the room."""
    return _item(request, _place(request, deal, is_room=True), item)


@takes_evidence
@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_evidence_item(
    request: SignedInRequest, pk: uuid.UUID, item: uuid.UUID
) -> HttpResponseBase:
    """One piece of evidence with all its versions, for the firm."""
    return _item(request, _place(request, pk, is_room=False), item)


def _item(request: SignedInRequest, place: Place, pk: uuid.UUID) -> HttpResponseBase:
    item = get_object_or_404(evidence_of(place.deal, request.user), pk=pk)
    form = VersionForm(request.POST, request.FILES) if request.method == "POST" else VersionForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["upload"][0]
        upload = Upload(file.name or "", file.chunks(), **form.said())
        try:
            version = add_version(actor=request.user, item=item, upload=upload)
        except Refused as refused:
            form.add_error("upload", str(refused))
        else:
            messages.success(request, f"Version {version.number} is in; the earlier ones stay.")
            return redirect(place.item_url(item))
    return _show_item(request, place, item, form, WithdrawForm())


def _show_item(
    request: SignedInRequest,
    place: Place,
    item: EvidenceItem,
    form: VersionForm,
    withdraw_form: WithdrawForm,
) -> HttpResponseBase:
    is_own = item.from_startup == place.is_room
    versions = sorted(item.versions.all(), key=lambda v: -v.number)
    context = {
        **place.context(),
        "item": item,
        "versions": versions,
        "newest": versions[0],
        "openings": openings_of(item)[:20],
        "form": form,
        "withdraw_form": withdraw_form,
        "may_change": is_own
        and item.withdrawn_at is None
        and bool(may(request.user, "evidence.withdraw", item)),
        "may_share": not place.is_room
        and not item.from_startup
        and bool(may(request.user, "evidence.share", item)),
        "version_url": place.item_url(item),
        "withdraw_url": place.item_url(item, "_withdraw"),
        "uses": uses_of(item, request.user),
    }
    status = 422 if form.errors or withdraw_form.errors else 200
    return render(request, "diligence/evidence_detail.html", context, status=status)


@signed_in
@require_POST
def room_evidence_withdraw(
    request: SignedInRequest, deal: uuid.UUID, item: uuid.UUID
) -> HttpResponseBase:
    """The startup withdraws something it handed in."""
    return _withdraw(request, _place(request, deal, is_room=True), item)


@firm_only
@require_POST
def deal_evidence_withdraw(
    request: SignedInRequest, pk: uuid.UUID, item: uuid.UUID
) -> HttpResponseBase:
    """The firm withdraws something it handed in."""
    return _withdraw(request, _place(request, pk, is_room=False), item)


def _withdraw(request: SignedInRequest, place: Place, pk: uuid.UUID) -> HttpResponseBase:
    item = get_object_or_404(evidence_of(place.deal, request.user), pk=pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _show_item(request, place, item, VersionForm(), form)
    withdraw_evidence(actor=request.user, item=item, because=form.cleaned_data["reason"])
    messages.success(request, f"{item.title} is withdrawn. It stays listed with your reason.")
    return redirect(place.item_url(item))


@firm_only
@require_POST
def deal_evidence_share(
    request: SignedInRequest, pk: uuid.UUID, item: uuid.UUID
) -> HttpResponseBase:
    """Shows something of the firm's in the room, or stops showing it."""
    place = _place(request, pk, is_room=False)
    row = get_object_or_404(
        evidence_of(place.deal, request.user).filter(from_startup=False), pk=item
    )
    share_evidence(actor=request.user, item=row, shared=request.POST.get("shared") == "1")
    row.refresh_from_db(fields=["shared"])
    messages.success(
        request,
        f"The startup can see {row.title} now." if row.shared
        else f"The startup no longer sees {row.title}.",
    )  # fmt: skip
    return redirect(place.item_url(row))


# Download -------------------------------------------------------------------------------------


def _require_may_take_out(request: SignedInRequest, version: EvidenceVersion) -> None:
    """Raises Refused where only the pages, with the reader's name, are for this person."""
    answer = may(request.user, "evidence.take-out", version)
    if isinstance(answer, Denied):
        raise Refused(answer.reason)


def _may_go_on(user: User, version: uuid.UUID) -> bool:
    """Whether a download that is under way is still theirs, by the rules of its beginning."""
    row = visible_versions(user).filter(pk=version).first()
    return row is not None and bool(may(user, "evidence.take-out", row))


@signed_in
@require_GET
def download(request: SignedInRequest, version: uuid.UUID) -> HttpResponseBase:
    """The bytes as they came, as an attachment that no browser opens in our name.

    A browser that lost the connection goes on where it was: its range is served alone.
    """
    row = get_object_or_404(visible_versions(request.user), pk=version)
    try:
        _require_may_take_out(request, row)
        require_there(row)
        require_harmless(row.blob)
        part = _part(request, row)
        stream = open_blob(row.blob)
        require_opens(stream, part.start)
    except Unsatisfiable as beyond:
        return HttpResponse(status=416, headers={"Content-Range": str(beyond)})
    except Refused as refused:
        messages.error(request, str(refused))
        is_room = not request.user.is_firm
        return redirect(Place(row.item.deal, is_room=is_room).item_url(row.item))
    record_download(actor=request.user, version=row, goes_on=part.start > 0)
    response = as_attachment(
        part.of(stream), part.length, request.user,
        lambda user: _may_go_on(user, row.pk), filename=row.filename,
        content_type="application/octet-stream", status=200 if part.is_whole else 206,
    )  # fmt: skip
    if not part.is_whole:
        response.headers["Content-Range"] = part.content_range
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = _etag(row)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _etag(version: EvidenceVersion) -> str:
    """The bytes are the same where their hash is."""
    return f'"{version.blob_id}"'


def _part(request: SignedInRequest, version: EvidenceVersion) -> Part:
    """What of it is asked for; the whole where the browser holds a part of something else."""
    header = request.headers.get("Range", "")
    if request.headers.get("If-Range", _etag(version)) != _etag(version):
        header = ""
    return part_asked(header, version.blob.size)
