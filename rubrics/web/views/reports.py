"""Reports of a deal: issue, watch, download."""

from uuid import UUID

from django.contrib import messages
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.policies import may
from diligence.services.errors import Refused
from rubrics.models import Report
from rubrics.selectors.assessments import assessment_of
from rubrics.services.reports import issue_report, record_report_download
from rubrics.tasks import ring_for


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_reports(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The reports that were issued, newest first; issuing freezes the present data."""
    deal = visible_deal(request, pk)
    if request.method == "POST":
        try:
            with transaction.atomic():
                report = issue_report(actor=request.user, deal=deal)
                ring_for(report)
            messages.success(request, f"Report {report.number} is issued and is being drawn.")
        except Refused as error:
            messages.error(request, str(error))
        return redirect("rubrics:deal_reports", pk=deal.pk)
    return render(
        request,
        "rubrics/deal_reports.html",
        {
            "nav": "pipeline",
            "deal": deal,
            "tab": "reports",
            "reports": _reports(request).filter(deal=deal),
            "assessment": assessment_of(deal),
            "may_issue": may(request.user, "report.issue", deal),
        },
    )


def _reports(request: SignedInRequest) -> QuerySet[Report]:
    return Report.objects.visible_to(request.user).select_related("deal__startup", "issued_by")


def _visible_report(request: SignedInRequest, pk: UUID) -> Report:
    return get_object_or_404(_reports(request), pk=pk)


@firm_only
@require_safe
def report_state(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """One report's row, which asks again until the PDF is there."""
    report = _visible_report(request, pk)
    return render(request, "rubrics/_report_row.html", {"report": report, "deal": report.deal})


@firm_only
@require_safe
def report_download(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The PDF as it was issued."""
    report = _visible_report(request, pk)
    if report.state != Report.State.READY:
        raise Http404
    record_report_download(actor=request.user, report=report)
    stored = storages["default"].open(report.pdf_path, "rb")
    name = f"proofroom-{slugify(report.deal.startup.name)}-report-{report.number}.pdf"
    response = FileResponse(
        stored, as_attachment=True, filename=name, content_type="application/pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response
