"""A finding on a page of its own: the cited lines, and an analyst's word on it."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from audits.models import AuditRun, Finding
from audits.selectors.triage import with_triage
from audits.services.triage import triage_finding
from audits.web.excerpts import excerpt_lines
from audits.web.forms.triage import TriageForm
from diligence.access import SignedInRequest, firm_only
from diligence.policies import may, require
from diligence.services.errors import Refused


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def finding_triage(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Shows a finding; analysts and partners of the deal say what it is."""
    rows = Finding.objects.filter(run__in=AuditRun.objects.visible_to(request.user))
    rows = rows.select_related("run__deal__startup", "run__deal__stage", "run__repository")
    finding = with_triage([get_object_or_404(rows, pk=pk)])[0]
    deal, known = finding.run.deal, finding.triage
    initial = {"verdict": known.verdict, "reason": known.reason, "owner": known.owner_id,
               "expires_on": known.expires_on} if known else {}  # fmt: skip
    form = TriageForm(request.POST or None, deal=deal, initial=initial)
    if request.method == "POST":
        require(request.user, "finding.triage", deal)
        if form.is_valid():
            try:
                triage_finding(actor=request.user, finding=finding, given=form.given())
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Noted. The next audit keeps it.")
                return redirect("audits:run_findings", pk=finding.run_id)
    return render(
        request,
        "audits/finding_triage.html",
        {
            "nav": "pipeline",
            "deal": deal,
            "tab": "audits",
            "run": finding.run,
            "finding": finding,
            "places": [(e, excerpt_lines(e)) for e in finding.evidence.all()],
            "form": form,
            "may_triage": may(request.user, "finding.triage", deal),
        },
    )
