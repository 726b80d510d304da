"""How a claim is quoted, corrected, taken back, put to the startup, and answered by it."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import ClaimVerdict, Hearing
from audits.selectors.claims import hearings_for
from audits.services.claims import withdraw_claim
from audits.services.hearings import open_hearing, rebut
from audits.services.quoting import correct_and_test, quote_and_test
from audits.tasks import ring_for_room
from audits.web.forms.claims import KINDS, MessageForm, QuoteForm, RebuttalForm, initial_of, kind_of
from audits.web.views.ledger import visible_claim
from diligence.access import SignedInRequest, firm_only, is_fragment, signed_in, visible_deal
from diligence.models import Deal
from diligence.policies import may, require
from diligence.selectors.evidence import startup_evidence
from diligence.selectors.rooms import rooms_of
from diligence.services.errors import Conflict, Refused


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def claim_quote(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Adds a claim from a deck; the kind decides which fields it has."""
    deal = visible_deal(request, pk)
    require(request.user, "claim.quote", deal)
    posted = request.method == "POST"
    kind = kind_of((request.POST if posted else request.GET).get("kind", ""))
    initial = {"evidence": request.GET.get("evidence", "")}
    data = (request.POST,) if posted else ()
    form = QuoteForm(*data, deal=deal, kind=kind, initial=initial)
    if posted and form.is_valid() and _quoted(request, deal, form):
        return redirect("audits:deal_ledger", pk=deal.pk)
    context = {
        "nav": "pipeline", "deal": deal, "tab": "claims", "form": form, "kinds": KINDS,
        "kind": kind,
    }  # fmt: skip
    name = "audits/_quote_fields.html" if is_fragment(request) else "audits/claim_quote.html"
    return render(request, name, context, status=422 if form.errors else 200)


def _quoted(request: SignedInRequest, deal: Deal, form: QuoteForm) -> bool:
    """Whether it was added; if not, the form says why."""
    try:
        claim, run = quote_and_test(actor=request.user, deal=deal, quote=form.quote())
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    ring_for_room(run)
    word = claim.verdict.get_verdict_display().lower() if claim.verdict else "untested"
    messages.success(request, f"The claim stands in the ledger: {word}.")
    return True


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def claim_correct(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Changes what was quoted; a second editor is told and sees what it says now."""
    claim = visible_claim(request, pk)
    require(request.user, "claim.quote", claim.deal)
    posted = request.method == "POST"
    data = (request.POST,) if posted else ()
    form = QuoteForm(*data, deal=claim.deal, kind=claim.kind, initial=initial_of(claim))
    if posted and form.is_valid():
        revision = request.POST.get("revision", "")
        try:
            _, run = correct_and_test(
                actor=request.user, claim=claim, quote=form.quote(),
                revision=int(revision) if revision.isdecimal() else 0,
            )  # fmt: skip
        except Conflict as conflict:
            messages.error(request, str(conflict))
            return redirect("audits:claim_correct", pk=claim.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            ring_for_room(run)
            return redirect("audits:claim_detail", pk=claim.pk)
    context = {"nav": "pipeline", "deal": claim.deal, "tab": "claims", "claim": claim, "form": form}
    return render(request, "audits/claim_correct.html", context, status=422 if form.errors else 200)


@firm_only
@require_POST
def claim_withdraw(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Takes back what was quoted."""
    claim = visible_claim(request, pk)
    try:
        withdraw_claim(actor=request.user, claim=claim, because=request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("audits:claim_detail", pk=claim.pk)
    messages.success(request, "The claim is taken back; its verdicts stay in the record.")
    return redirect("audits:deal_ledger", pk=claim.deal_id)


@firm_only
@require_POST
def claim_share(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Puts the contradiction that the analyst saw to the startup."""
    claim = visible_claim(request, pk)
    form = MessageForm(request.POST)
    seen = request.POST.get("verdict", "")
    number = int(seen) if seen.isdecimal() else 0
    verdict = get_object_or_404(ClaimVerdict, claim=claim, number=number)
    try:
        open_hearing(
            actor=request.user,
            verdict=verdict,
            message=form.cleaned_data["message"] if form.is_valid() else "",
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The startup sees this contradiction now and can answer it.")
    return redirect("audits:claim_detail", pk=claim.pk)


# The startup's side ---------------------------------------------------------------------------


def _room(request: SignedInRequest, deal: UUID) -> Deal:
    return get_object_or_404(rooms_of(request.user), pk=deal)


@signed_in
@require_safe
def room_panel(request: SignedInRequest, deal: UUID) -> HttpResponseBase:
    """What the firm puts to the startup, for the room's first page; nothing where nothing is."""
    row = _room(request, deal)
    context = {"deal": row, "hearings": hearings_for(row, request.user)}
    return render(request, "audits/_room_hearings.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room_hearing(request: SignedInRequest, deal: UUID, hearing: UUID) -> HttpResponseBase:
    """One contradiction, and where the startup answers it."""
    row = _room(request, deal)
    rows = Hearing.objects.visible_to(request.user).filter(claim__deal=row)
    heard = get_object_or_404(rows.select_related("claim__verdict", "claim__deal"), pk=hearing)
    choices = startup_evidence(row, request.user)
    posted = request.method == "POST"
    form = RebuttalForm(*((request.POST,) if posted else ()), choices=choices)
    if posted and form.is_valid():
        said = form.cleaned_data
        try:
            rebut(actor=request.user, hearing=heard, body=said["body"], evidence=said["evidence"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The firm sees your answer, and it stands in its report.")
            return redirect("diligence:room_home", deal=row.pk)
    context = {
        "deal": row, "room_name": row.startup.name, "hearing": heard, "form": form,
        "may_rebut": bool(may(request.user, "claim.rebut", row)),
    }  # fmt: skip
    return render(request, "audits/room_hearing.html", context, status=422 if form.errors else 200)
