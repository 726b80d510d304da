"""How long files are kept: the firm's term, what goes when, and what differs for a deal."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Deal, Deletion
from diligence.policies import may, require
from diligence.selectors.pages import LongList
from diligence.selectors.retention import (
    NOTICE,
    Plan,
    closed_with_files,
    firm_term,
    plan_of,
    plans_of,
)
from diligence.services.retention import record_certificate, set_for_deal, set_term
from diligence.web.forms.retention import DealRetentionForm, TermForm


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: SignedInRequest) -> HttpResponseBase:
    """The firm's term, the closed deals with what goes when, and what is gone."""
    if not may(request.user, "retention.set"):
        raise Http404
    term = firm_term()
    form = TermForm(request.POST or None, initial={"days": term.days if term else None})
    if request.method == "POST" and form.is_valid():
        set_term(actor=request.user, days=form.cleaned_data["days"])
        messages.success(request, "The term is set.")
        return redirect("diligence:retention")
    closed = closed_with_files(Deal.objects.visible_to(request.user))
    page = LongList(closed).get_page(request.GET.get("page"))
    gone = Deletion.objects.visible_to(request.user).select_related("deal__startup", "by")
    context = {
        "form": form, "term": term, "notice": NOTICE.days, "gone": gone[:100],
        "page": page, "plans": [_dated(plan) for plan in plans_of(page.object_list)],
    }  # fmt: skip
    return render(request, "diligence/retention.html", context, status=422 if form.errors else 200)


def _dated(plan: Plan) -> dict[str, object]:
    """A plan with the day on which it is carried out if it is announced when it has to be."""
    today = timezone.localdate()
    earliest = max(today, plan.due_on - NOTICE) if plan.due_on else today
    return {"plan": plan, "goes_on": plan.goes_on(earliest)}


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_retention(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What awaits the files of one deal; partners and administrators change or stop it."""
    deal = visible_deal(request, pk)
    require(request.user, "retention.see", deal)
    plan = plan_of(deal)
    own = plan.own
    initial = {
        "days": own.days, "because": own.because, "held_because": own.held_because,
    } if own else {}  # fmt: skip
    form = DealRetentionForm(request.POST or None, initial=initial)
    if request.method == "POST":
        require(request.user, "retention.decide", deal)
        form = DealRetentionForm(request.POST)
        if form.is_valid():
            set_for_deal(actor=request.user, deal=deal, **form.cleaned_data)
            messages.success(request, "What holds for this deal is set.")
            return redirect("diligence:deal_retention", pk=deal.pk)
    context = {
        "nav": "pipeline", "deal": deal, "tab": "", "form": form, "notice": NOTICE.days,
        **_dated(plan), "may_decide": may(request.user, "retention.decide", deal),
        "deletions": deal.deletions.select_related("by"),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "diligence/deal_retention.html", context, status=status)


@firm_only
@require_safe
def certificate(request: SignedInRequest, pk: UUID, deletion: UUID) -> HttpResponseBase:
    """The signed certificate, byte for byte as it was made."""
    deal = visible_deal(request, pk)
    require(request.user, "retention.see", deal)
    row = get_object_or_404(deal.deletions, pk=deletion)
    record_certificate(actor=request.user, deletion=row)
    response = HttpResponse(row.certificate, content_type="application/json")
    name = f"deletion-{row.at:%Y-%m-%d}-{str(row.pk)[:8]}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
