"""What evidence speaks to, as a panel of its page, and what speaks to a criterion or a claim."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, is_fragment, visible_deal
from diligence.models import Deal, EvidenceItem
from diligence.policies import may
from diligence.selectors.evidence_links import links_of
from diligence.services.errors import Refused
from diligence.services.evidence_links import Spoken, link_evidence, unlink_evidence
from rubrics.selectors.assessments import CRITERION
from rubrics.selectors.evidence_links import choices_of, choosable_for, links_to, spoken_of


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: SignedInRequest, pk: UUID, item: UUID) -> HttpResponseBase:
    """The criteria and claims that a piece of evidence speaks to; adds one."""
    deal = visible_deal(request, pk)
    found = get_object_or_404(EvidenceItem.objects.visible_to(request.user), deal=deal, pk=item)
    if request.method == "POST":
        kind, _, reference = request.POST.get("to", "").partition(":")
        _link(request, found, spoken_of(deal, kind, reference))
        if not is_fragment(request):
            return redirect("diligence:deal_evidence_item", pk=deal.pk, item=found.pk)
    taken = list(links_of(found))
    used = {f"{link.kind}:{link.reference}" for link in taken}
    context = {
        "deal": deal, "item": found, "links": taken, "used": used, "choices": choices_of(deal),
        "may_link": found.withdrawn_at is None and bool(may(request.user, "evidence.link", deal)),
    }  # fmt: skip
    return render(request, "rubrics/_evidence_links.html", context)


def _link(request: SignedInRequest, item: EvidenceItem, to: Spoken | None) -> None:
    if to is None:
        messages.error(request, "Choose a criterion or a claim of this deal from the list.")
        return
    try:
        link_evidence(actor=request.user, item=item, to=to)
    except Refused as refused:
        messages.error(request, str(refused))


@firm_only
@require_POST
def link_remove(request: SignedInRequest, pk: UUID, item: UUID, link: UUID) -> HttpResponseBase:
    """Takes a link off and leads back to where it was pressed."""
    deal = visible_deal(request, pk)
    found = get_object_or_404(EvidenceItem.objects.visible_to(request.user), deal=deal, pk=item)
    row = get_object_or_404(found.links.all(), pk=link)
    unlink_evidence(actor=request.user, link=row)
    if request.POST.get("back") == "item":
        panel = "rubrics:evidence_links"
        page = panel if is_fragment(request) else "diligence:deal_evidence_item"
        return redirect(page, deal.pk, found.pk)
    to = Spoken(row.kind, row.reference, row.text)
    return redirect(_panel_url(deal, to) if is_fragment(request) else _page_url(deal, to))


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def linked(request: SignedInRequest, pk: UUID, kind: str, reference: str) -> HttpResponseBase:
    """The evidence that speaks to a criterion or a claim; adds one from what is there."""
    deal = visible_deal(request, pk)
    to = spoken_of(deal, kind, reference)
    if to is None:
        raise Http404
    choosable = choosable_for(deal, request.user, to)
    if request.method == "POST":
        chosen = next((i for i in choosable if str(i.pk) == request.POST.get("item")), None)
        if chosen is None:
            messages.error(request, "Choose a piece of evidence of this deal from the list.")
        else:
            _link(request, chosen, to)
        return redirect(_panel_url(deal, to) if is_fragment(request) else _page_url(deal, to))
    context = {
        "deal": deal, "to": to, "links": links_to(deal, to), "choosable": choosable,
        "panel_url": _panel_url(deal, to),
        "may_link": bool(may(request.user, "evidence.link", deal)),
    }  # fmt: skip
    return render(request, "rubrics/_evidence_linked.html", context)


def _panel_url(deal: Deal, to: Spoken) -> str:
    return reverse("rubrics:evidence_linked", args=[deal.pk, to.kind, to.reference])


def _page_url(deal: Deal, to: Spoken) -> str:
    if to.kind == CRITERION:
        return reverse("rubrics:criterion_score", args=[deal.pk, to.reference])
    return reverse("audits:claim_detail", args=[to.reference])
