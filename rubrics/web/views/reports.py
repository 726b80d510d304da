"""Reports of a deal: issue, watch, download, order further files, compare."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from diligence.access import SignedInRequest, firm_only, proved_lately, visible_deal
from diligence.policies import may
from diligence.services.errors import Refused
from rubrics.models import Report, ReportCopy
from rubrics.reports.markdown import report_markdown
from rubrics.reports.workbook import report_workbook
from rubrics.selectors.assessments import assessment_of
from rubrics.selectors.dashboards import may_see_scores
from rubrics.selectors.report_comparison import compared
from rubrics.selectors.sign_offs import sign_offs_of
from rubrics.services.drawing import open_drawn
from rubrics.services.reports import (
    canonical_json,
    issue_report,
    order_copy,
    record_copy_download,
    record_report_download,
)
from rubrics.tasks import ring_for
from rubrics.web.forms.reports import CopyForm, IssueForm


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_reports(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The reports that were issued, newest first; issuing freezes the present data."""
    deal = visible_deal(request, pk)
    if request.method == "POST":
        wanted = IssueForm(request.POST)
        wanted.is_valid()
        try:
            with transaction.atomic():
                report = issue_report(actor=request.user, deal=deal, **wanted.cleaned_data)
                ring_for(report)
            messages.success(request, f"Report {report.number} is issued and is being drawn.")
        except Refused as error:
            messages.error(request, str(error))
        return redirect("rubrics:deal_reports", pk=deal.pk)
    assessment = assessment_of(deal)
    may_see = assessment is not None and may_see_scores(request.user, assessment)
    context = {
        "nav": "pipeline", "deal": deal, "tab": "reports", "assessment": assessment,
        "reports": _reports(request).filter(deal=deal).defer("data"), "may_see": may_see,
        "decision": next(iter(sign_offs_of(deal)), None) if may_see else None,
        "may_issue": may(request.user, "report.issue", deal),
    }  # fmt: skip
    return render(request, "rubrics/deal_reports.html", context)


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
@proved_lately
@require_safe
def report_download(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The PDF as it was issued."""
    report = _visible_report(request, pk)
    if report.state != Report.State.READY:
        raise Http404
    try:
        pdf = _pdf(report.pdf_path, _name(report))
    except Refused as refused:
        return _lost(request, report, refused)
    record_report_download(actor=request.user, report=report)
    return pdf


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def report_files(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Everything that can be had of one report; ordering queues a further file."""
    report = _visible_report(request, pk)
    if request.method == "POST":
        form = CopyForm(request.POST)
        try:
            if not form.is_valid():
                raise Refused("Choose one of the forms.")
            with transaction.atomic():
                ring_for(order_copy(actor=request.user, report=report, **form.cleaned_data))
        except Refused as error:
            messages.error(request, str(error))
        return redirect("rubrics:report_files", pk=report.pk)
    others = _reports(request).filter(deal=report.deal).exclude(pk=report.pk)
    context = {
        "nav": "pipeline", "deal": report.deal, "tab": "reports", "report": report,
        "copies": report.copies.select_related("requested_by"), "others": others.defer("data"),
        "may_order": may(request.user, "report.copy", report.deal), "forms": ReportCopy.Form,
    }  # fmt: skip
    return render(request, "rubrics/report_files.html", context)


def _visible_copy(request: SignedInRequest, pk: UUID) -> ReportCopy:
    rows = ReportCopy.objects.visible_to(request.user).select_related("report__deal__startup")
    return get_object_or_404(rows, pk=pk)


@firm_only
@require_safe
def copy_state(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """One further file's row, which asks again until it is there."""
    return render(request, "rubrics/_copy_row.html", {"copy": _visible_copy(request, pk)})


@firm_only
@proved_lately
@require_safe
def copy_download(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """A further file as it was drawn."""
    copy = _visible_copy(request, pk)
    if copy.state != Report.State.READY:
        raise Http404
    try:
        pdf = _pdf(copy.pdf_path, _name(copy.report, copy.form))
    except Refused as refused:
        return _lost(request, copy.report, refused)
    record_copy_download(actor=request.user, copy=copy)
    return pdf


def _lost(request: SignedInRequest, report: Report, refused: Refused) -> HttpResponseBase:
    messages.error(request, str(refused))
    return redirect("rubrics:report_files", pk=report.pk)


EXPORTS: dict[str, tuple[str, Callable[[Mapping[str, Any]], bytes]]] = {
    "json": ("application/json", canonical_json),
    "md": ("text/markdown; charset=utf-8", lambda data: report_markdown(data).encode()),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", report_workbook,
    ),
}  # fmt: skip


@firm_only
@proved_lately
@require_safe
def report_export(request: SignedInRequest, pk: UUID, form: str) -> HttpResponseBase:
    """The frozen data as JSON, Markdown or Excel; made at once, so nothing is queued."""
    report = _visible_report(request, pk)
    if form not in EXPORTS:
        raise Http404
    kind, made = EXPORTS[form]
    record_report_download(actor=request.user, report=report, form=form)
    response = HttpResponse(made(report.data), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{_name(report, ending=form)}"'
    response["Cache-Control"] = "private, no-store"
    return response


@firm_only
@require_safe
def report_compare(request: SignedInRequest, pk: UUID, other: UUID) -> HttpResponseBase:
    """Two reports on one deal, the earlier one first."""
    rows = [_visible_report(request, pk), _visible_report(request, other)]
    before, now = sorted(rows, key=lambda each: each.number)
    if before.deal_id != now.deal_id or before == now:
        raise Http404
    context = {
        "nav": "pipeline", "deal": now.deal, "tab": "reports", "before": before, "now": now,
        "compared": compared(before.data, now.data),
    }  # fmt: skip
    return render(request, "rubrics/report_compare.html", context)


def _name(report: Report, form: str = "", ending: str = "pdf") -> str:
    parts = ("proofroom", slugify(report.deal.startup.name), "report", str(report.number), form)
    return "-".join(part for part in parts if part) + f".{ending}"


def _pdf(path: str, name: str) -> HttpResponseBase:
    response = FileResponse(
        open_drawn(path), as_attachment=True, filename=name, content_type="application/pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response
