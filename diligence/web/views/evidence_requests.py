"""What is still needed: the firm's list of a deal, and the page on which the startup answers."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, signed_in, visible_deal
from diligence.lib.bodies import takes_evidence
from diligence.models import Deal, EvidenceItem, EvidenceRequest
from diligence.policies import may
from diligence.selectors.evidence import startup_evidence
from diligence.selectors.evidence_requests import counts_of, requests_of
from diligence.services.errors import Refused
from diligence.services.evidence import Upload, add_evidence
from diligence.services.evidence_requests import (
    AskedFor,
    Need,
    answer_request,
    request_evidence,
    withdraw_request,
)
from diligence.web.forms.evidence import WithdrawForm
from diligence.web.forms.evidence_requests import AnswerRequestForm, RequestForm
from diligence.web.views.rooms import room_or_404


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_requests(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """All that was asked on the deal, and the form to ask; a link may fill the form in."""
    deal = visible_deal(request, pk)
    initial = {"minutes": 15, **request.GET.dict()}
    posted = request.method == "POST"
    form = RequestForm(request.POST) if posted else RequestForm(initial=initial)
    if posted and form.is_valid() and _asked(request, deal, form):
        return redirect("diligence:deal_requests", pk=deal.pk)
    rows = list(requests_of(deal, request.user))
    context = {
        "nav": "pipeline", "deal": deal, "tab": "evidence", "requests": rows, "form": form,
        "counts": counts_of(rows), "may_ask": bool(may(request.user, "evidence.request", deal)),
        "asked_for": form["text"].value(),
        "has_room": deal.room_members.filter(removed_at=None).exists(),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "diligence/deal_requests.html", context, status=status)


def _asked(request: SignedInRequest, deal: Deal, form: RequestForm) -> bool:
    """Whether it was asked; if not, the form says why."""
    said = form.cleaned_data
    need = Need(said["what"], said["why"], said["due_on"], said["minutes"])
    asked_for = AskedFor(said["kind"], said["reference"], said["text"])
    try:
        request_evidence(actor=request.user, deal=deal, need=need, asked_for=asked_for)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(
        request, "It is on the startup's list. The mail goes out in ten minutes, with all you ask."
    )
    return True


@firm_only
@require_POST
def request_withdraw(request: SignedInRequest, pk: UUID, asked: UUID) -> HttpResponseBase:
    """No longer asks for it."""
    deal = visible_deal(request, pk)
    row = get_object_or_404(requests_of(deal, request.user), pk=asked)
    form = WithdrawForm(request.POST)
    because = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        withdraw_request(actor=request.user, request=row, because=because)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"“{row.what}” is no longer asked.")
    return redirect("diligence:deal_requests", pk=deal.pk)


@takes_evidence
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room_request(request: SignedInRequest, deal: UUID, asked: UUID) -> HttpResponseBase:
    """One thing that is asked, where it is answered."""
    row = room_or_404(request, deal)
    wanted = get_object_or_404(requests_of(row, request.user), pk=asked)
    choices = startup_evidence(row, request.user)
    posted = request.method == "POST"
    data = (request.POST, request.FILES) if posted else ()
    form = AnswerRequestForm(*data, choices=choices, in_words=wanted.wants_words)
    if posted and form.is_valid() and _answered(request, wanted, form):
        return redirect("diligence:room_home", deal=row.pk)
    context = {
        "deal": row, "room_name": row.startup.name, "asked": wanted, "form": form,
        "may_answer": bool(may(request.user, "request.answer", wanted)),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "diligence/room_request.html", context, status=status)


def _answered(request: SignedInRequest, wanted: EvidenceRequest, form: AnswerRequestForm) -> bool:
    """Whether it was answered; files that were taken in stay, whatever is refused after them."""
    try:
        items = [*form.cleaned_data["evidence"], *_handed_in(request, wanted, form)]
        answer_request(
            actor=request.user, request=wanted, evidence=items, reply=form.cleaned_data["reply"]
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, f"“{wanted.what}” is answered. You can add to it at any time.")
    return True


def _handed_in(
    request: SignedInRequest, wanted: EvidenceRequest, form: AnswerRequestForm
) -> list[EvidenceItem]:
    return [
        add_evidence(
            actor=request.user, deal=wanted.deal, upload=Upload(file.name or "", file.chunks())
        )
        for file in form.cleaned_data["upload"]
    ]
