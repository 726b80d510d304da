"""Terms: what the findings of a deal mean for a term sheet, and what the house sets for all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Deal
from diligence.policies import may, require
from diligence.services.errors import Refused
from rubrics.models import AppliedHaircut, Exposure, Haircut, RevenueStatement, WeekRate
from rubrics.selectors.dashboards import DealDashboard, dashboard_of, may_see_scores
from rubrics.selectors.terms import DealTerms, terms_of
from rubrics.services.terms import add_haircut, retire_haircut, set_week_rate, take_out
from rubrics.web.forms.terms import ENTRIES, EntryForm, NewHaircutForm, RateForm

ENTERED: dict[str, type[AppliedHaircut] | type[Exposure] | type[RevenueStatement]] = {
    "revenue": RevenueStatement, "exposure": Exposure, "haircut": AppliedHaircut,
}  # fmt: skip


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_terms(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """From gaps to cost, revenue, exposures, corrections, haircuts and conditions."""
    deal = visible_deal(request, pk)
    dashboard = dashboard_of(deal)
    if dashboard is None or not may_see_scores(request.user, dashboard.assessment):
        return _not_yet(request, deal, dashboard)
    terms = terms_of(deal, dashboard)
    forms = {name: form(deal=deal, terms=terms) for name, form in ENTRIES.items()}
    sent = None
    if request.method == "POST":
        sent = _sent(request, deal, terms)
        if sent.is_valid() and _entered(request, sent):
            return redirect(f"{request.path}#{sent.act}")
        forms[sent.act] = sent
    context = {
        "nav": "pipeline", "deal": deal, "tab": "terms", "terms": terms, "forms": forms,
        "sent": sent.act if sent else "", "rollup": dashboard.rollup,
        "may_enter": bool(may(request.user, "terms.enter", deal)),
        "may_set": bool(may(request.user, "house.set")),
        "has_haircuts": Haircut.objects.filter(retired_at=None).exists(),
    }  # fmt: skip
    return render(request, "rubrics/deal_terms.html", context, status=422 if sent else 200)


def _not_yet(
    request: SignedInRequest, deal: Deal, dashboard: DealDashboard | None
) -> HttpResponseBase:
    if request.method == "POST":
        require(request.user, "terms.enter", deal)
        raise Http404
    context: dict[str, Any] = {
        "nav": "pipeline", "deal": deal, "tab": "terms", "dashboard": dashboard,
        "may_open": may(request.user, "assessment.open", deal),
    }  # fmt: skip
    return render(request, "rubrics/dashboard_empty.html", context)


def _sent(request: SignedInRequest, deal: Deal, terms: DealTerms) -> EntryForm:
    """The form that was sent; an act that does not exist is refused."""
    require(request.user, "terms.enter", deal)
    form = ENTRIES.get(request.POST.get("act", ""))
    if form is None:
        raise PermissionDenied("Choose what to enter.")
    return form(request.POST, deal=deal, terms=terms)


def _entered(request: SignedInRequest, form: EntryForm) -> bool:
    """Whether it was entered; if not, the form says why."""
    try:
        messages.success(request, form.enter(request.user))
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


@firm_only
@require_POST
def term_take_out(request: SignedInRequest, pk: UUID, kind: str, row: UUID) -> HttpResponseBase:
    """Takes an entry out of the sums."""
    deal = visible_deal(request, pk)
    if kind not in ENTERED:
        raise Http404
    found = get_object_or_404(ENTERED[kind].objects.filter(deal=deal), pk=row)
    take_out(actor=request.user, row=found)
    messages.success(request, "It is out of the sums; the record keeps it.")
    return redirect("rubrics:deal_terms", pk=deal.pk)


# The house ------------------------------------------------------------------------------------


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def house_terms(request: SignedInRequest) -> HttpResponseBase:
    """What an engineer-week costs, and the house's haircuts: read by all, set by partners."""
    rate, haircut = RateForm(prefix="rate"), NewHaircutForm(prefix="haircut")
    refused = False
    if request.method == "POST":
        require(request.user, "house.set")
        if request.POST.get("act") == "rate":
            rate = RateForm(request.POST, prefix="rate")
            refused = not _set_rate(request, rate)
        else:
            haircut = NewHaircutForm(request.POST, prefix="haircut")
            refused = not _add_haircut(request, haircut)
        if not refused:
            return redirect("rubrics:house_terms")
    context = {
        "nav": "house", "rates": WeekRate.objects.select_related("set_by"), "rate_form": rate,
        "haircuts": Haircut.objects.filter(retired_at=None).select_related("made_by"),
        "haircut_form": haircut, "may_set": bool(may(request.user, "house.set")),
    }  # fmt: skip
    return render(request, "rubrics/house_terms.html", context, status=422 if refused else 200)


def _set_rate(request: SignedInRequest, form: RateForm) -> bool:
    if not form.is_valid():
        return False
    row = set_week_rate(actor=request.user, **form.cleaned_data)
    messages.success(request, f"An engineer-week costs {row.amount} {row.currency} now.")
    return True


def _add_haircut(request: SignedInRequest, form: NewHaircutForm) -> bool:
    if not form.is_valid():
        return False
    try:
        add_haircut(actor=request.user, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, "The haircut can be put on deals now.")
    return True


@firm_only
@require_POST
def haircut_retire(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Takes a haircut from the list of the house."""
    retire_haircut(actor=request.user, haircut=get_object_or_404(Haircut, pk=pk))
    messages.success(request, "It is retired; deals on which it was put keep it.")
    return redirect("rubrics:house_terms")
