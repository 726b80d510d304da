"""A run: how it goes, what it found, where that stands, and what changed since another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from audits.engine.types import Severity
from audits.models import AuditRun, Excerpt, Finding, PracticeResult, Repository
from audits.selectors.comparing import Comparison, comparison
from audits.selectors.runs import (
    comparable_runs,
    imported_runs,
    previous_run,
    results_by_lens,
)
from audits.selectors.triage import with_triage
from audits.services.runs import cancel_run, request_run
from audits.tasks import ring_for
from audits.web.excerpts import excerpt_lines
from audits.web.forms.repositories import RunForm
from diligence.access import SignedInRequest, firm_only, is_fragment
from diligence.policies import may
from diligence.services.errors import Refused

FINDINGS_PAGE = 50
STOP_POLLING = 286
"""htmx ends a poll when it gets this status."""


def _visible_run(request: SignedInRequest, pk: UUID) -> AuditRun:
    rows = AuditRun.objects.visible_to(request.user).select_related(
        "deal__startup", "deal__stage", "deal__owner", "repository", "requested_by"
    )
    return get_object_or_404(rows, pk=pk)


def _context(run: AuditRun, **more: Any) -> dict[str, Any]:
    return {"nav": "pipeline", "deal": run.deal, "tab": "audits", "run": run, **more}


@firm_only
@require_POST
def run_start(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Queues an audit of a repository."""
    repository = get_object_or_404(Repository.objects.visible_to(request.user), pk=pk)
    form = RunForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("The revision is too long; give a branch, a tag or a commit.")
        with transaction.atomic():
            run = request_run(
                actor=request.user, repository=repository, rev=form.cleaned_data["rev"]
            )
            ring_for(run)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("audits:deal_audits", pk=repository.deal_id)
    return redirect("audits:run_detail", pk=run.pk)


@firm_only
@require_POST
def run_cancel(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Ends a run that is not over."""
    run = _visible_run(request, pk)
    cancel_run(actor=request.user, run=run)
    return redirect("audits:run_detail", pk=run.pk)


@firm_only
@require_safe
def run_detail(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The run as it goes, and its results by lens once it is over."""
    run = _visible_run(request, pk)
    if is_fragment(request) and not run.is_over:
        return render(request, "audits/_run_progress.html", _context(run))
    if is_fragment(request):
        # The results are a page of their own: the browser is told to load it whole.
        return HttpResponse(status=STOP_POLLING, headers={"HX-Refresh": "true"})
    return render(
        request,
        "audits/run_detail.html",
        _context(
            run,
            lenses=results_by_lens(run) if run.has_verdicts else (),
            imported=imported_runs(run.deal) if run.has_verdicts else (),
            severities=_severities(run),
            findings=with_triage(run.findings.select_related("run")[:5]),
            finding_count=run.findings.count(),
            previous=previous_run(run),
            may_run=may(request.user, "audit.run", run.deal),
        ),
    )


def _severities(run: AuditRun) -> list[tuple[str, int]]:
    rows = run.findings.order_by().values("severity").annotate(n=Count("pk"))
    counts = {row["severity"]: row["n"] for row in rows}
    return [(s.value, counts[s.value]) for s in Severity if s.value in counts]


@firm_only
@require_safe
def practice_evidence(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The places that a verdict cites, with their lines."""
    results = PracticeResult.objects.filter(run__in=AuditRun.objects.visible_to(request.user))
    result = get_object_or_404(results.select_related("run__deal__startup"), pk=pk)
    return _places(request, result.run, result.evidence.all(), result.practice)


@firm_only
@require_safe
def finding_evidence(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The place that a finding cites, with its lines."""
    findings = Finding.objects.filter(run__in=AuditRun.objects.visible_to(request.user))
    finding = get_object_or_404(findings.select_related("run__deal__startup"), pk=pk)
    return _places(request, finding.run, finding.evidence.all(), finding.title)


def _places(request: SignedInRequest, run: AuditRun, excerpts: Any, title: str) -> HttpResponseBase:
    places = [(excerpt, excerpt_lines(excerpt)) for excerpt in _ordered(excerpts)]
    name = "audits/_places.html" if is_fragment(request) else "audits/places.html"
    return render(request, name, _context(run, places=places, title=title))


def _ordered(excerpts: Any) -> list[Excerpt]:
    return sorted(excerpts, key=lambda e: e.position)


@firm_only
@require_safe
def run_findings(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """All findings, worst first, filtered by severity and words."""
    run = _visible_run(request, pk)
    findings = run.findings.select_related("run")
    severity, words = request.GET.get("severity", ""), request.GET.get("q", "")[:200]
    if severity in list(Severity):
        findings = findings.filter(severity=severity)
    for word in words.split():
        findings = findings.filter(title__icontains=word) | findings.filter(path__icontains=word)
    page = Paginator(findings, FINDINGS_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_triage(page.object_list)
    context = _context(run, page=page, severities=_severities(run), severity=severity, words=words)
    name = "audits/_findings_table.html" if is_fragment(request) else "audits/run_findings.html"
    return render(request, name, context)


@firm_only
@require_safe
def run_skipped(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What was not examined, and why."""
    run = _visible_run(request, pk)
    page = Paginator(run.skipped, 200).get_page(request.GET.get("page"))
    return render(request, "audits/run_skipped.html", _context(run, page=page))


@firm_only
@require_safe
def run_compare(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What changed since an earlier run of the same repository."""
    run = _visible_run(request, pk)
    others = comparable_runs(run)
    wanted = request.GET.get("with", "")
    before = next((o for o in others if str(o.pk) == wanted), None) or previous_run(run)
    done = run.state == AuditRun.State.SUCCEEDED
    compared = comparison(before, run) if before is not None and done else None
    shown = _findings_shown(compared) if compared else {}
    return render(
        request,
        "audits/run_compare.html",
        _context(run, others=others, before=before, compared=compared, **shown),
    )


def _findings_shown(compared: Comparison) -> dict[str, Any]:
    """The findings of a comparison with people's words on them; of the unchanged only some."""
    parts = {
        "new": compared.new_findings,
        "fixed": compared.fixed_findings,
        "unsettled": compared.unsettled_findings,
        "kept": compared.kept_findings[:FINDINGS_PAGE],
    }
    words = {name: with_triage(findings) for name, findings in parts.items()}
    return {**words, "unsettled_count": len(compared.unsettled_findings)}
