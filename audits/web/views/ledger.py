"""The claims ledger of a deal: said, where, measured, verdict, evidence."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from audits.charts.claim_bar import ClaimBar
from audits.models import Claim
from audits.selectors.claims import Ledger, LedgerQuery, LedgerRow, ledger_of, row_of, with_all
from audits.selectors.pointers import Pointer, pointers_of
from audits.services.hearings import request_deciding_evidence
from audits.services.verdicts import hold_again
from audits.web.excerpts import excerpt_lines
from audits.web.forms.claims import MessageForm
from diligence.access import SignedInRequest, firm_only, is_fragment, visible_deal
from diligence.policies import may
from diligence.services.errors import Refused

PAGE = 50


def visible_claim(request: SignedInRequest, pk: UUID) -> Claim:
    """A claim of a deal that the person may see, with all that its row shows."""
    claims = with_all(Claim.objects.visible_to(request.user))
    return get_object_or_404(
        claims.select_related("deal__startup", "deal__stage", "deal__owner"), pk=pk
    )


def bar_of(row: LedgerRow) -> ClaimBar | None:
    """The drawing of a claim with two figures."""
    verdict = row.verdict
    if verdict is None or verdict.claimed is None or verdict.measured is None:
        return None
    return ClaimBar(
        f"claim-{row.claim.pk}", "Said and measured", verdict.claimed, verdict.measured,
        verdict.low, verdict.high,
    )  # fmt: skip


def _query(request: SignedInRequest) -> LedgerQuery:
    given = request.GET
    return LedgerQuery(
        given.get("verdict", ""), given.get("lens", ""), given.get("source", ""),
        given.get("q", "")[:200],
    )  # fmt: skip


@firm_only
@require_safe
def deal_ledger(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """All claims, contradictions first, narrowed by verdict, lens, source and words."""
    deal = visible_deal(request, pk)
    query = _query(request)
    ledger = ledger_of(deal, query)
    page = Paginator(ledger.shown, PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "pipeline", "deal": deal, "tab": "claims", "ledger": ledger, "query": query,
        "page": page, "rows": [(row, bar_of(row)) for row in page],
        "sources": Claim.Source.choices, "counts": _counts(ledger),
        "may_quote": bool(may(request.user, "claim.quote", deal)),
    }  # fmt: skip
    name = "audits/_ledger_table.html" if is_fragment(request) else "audits/deal_ledger.html"
    return render(request, name, context)


def _counts(ledger: Ledger) -> list[tuple[str, str, int]]:
    """Each verdict with its word and number, in the order of reading."""
    titles = {
        "contradicted": "contradicted", "unsupported": "unsupported", "supported": "supported",
        "untestable": "cannot be tested",
    }  # fmt: skip
    return [(name, title, ledger.counts[name]) for name, title in titles.items()]


@firm_only
@require_safe
def claims_panel(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The ledger in short, for the deal's page: the five worst contradictions and the counts."""
    deal = visible_deal(request, pk)
    ledger = ledger_of(deal)
    return render(
        request,
        "audits/_claims_panel.html",
        {
            "deal": deal,
            "ledger": ledger,
            "counts": _counts(ledger),
        },
    )


@firm_only
@require_POST
def claims_test(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Holds all claims against the newest evidence."""
    deal = visible_deal(request, pk)
    tested = hold_again(actor=request.user, deal=deal)
    count = f"{tested.claims} claim{'s' if tested.claims != 1 else ''}"
    changed = f"{tested.changed} verdict{'s' if tested.changed != 1 else ''}"
    messages.success(request, f"{count} tested; {changed} changed.")
    return redirect("audits:deal_ledger", pk=deal.pk)


@firm_only
@require_safe
def claim_why(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The places that a verdict points to, with the lines or the figures there."""
    claim = visible_claim(request, pk)
    context = {"deal": claim.deal, "claim": claim, "places": places_of(claim)}
    name = "audits/_claim_places.html" if is_fragment(request) else "audits/claim_places.html"
    return render(request, name, {"nav": "pipeline", "tab": "claims", **context})


def places_of(claim: Claim) -> list[tuple[Pointer, object]]:
    """The pointers of the newest verdict, those into code with their lines."""
    if claim.verdict is None:
        return []
    pointers = pointers_of(claim.verdict)
    return [(p, excerpt_lines(p.excerpt) if p.excerpt else ()) for p in pointers]


@firm_only
@require_safe
def claim_detail(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """One claim: what decides it, every verdict it had, what the startup says to it."""
    claim = visible_claim(request, pk)
    row = row_of(claim)
    return render(
        request,
        "audits/claim_detail.html",
        {
            "nav": "pipeline", "deal": claim.deal, "tab": "claims", "claim": claim, "row": row,
            "bar": bar_of(row), "places": places_of(claim),
            "verdicts": claim.verdicts.select_related("run", "room_run"),
            "hearings": claim.hearings.all(), "message_form": MessageForm(),
            "may_quote": bool(may(request.user, "claim.quote", claim.deal)),
        },
    )  # fmt: skip


@firm_only
@require_POST
def claim_request(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Asks the startup for the one thing that would decide the claim."""
    claim = visible_claim(request, pk)
    try:
        asked = request_deciding_evidence(actor=request.user, claim=claim)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"On the startup's list now: {asked.what}.")
    return redirect(f"{reverse('audits:deal_ledger', args=[claim.deal_id])}#claim-{claim.pk}")
