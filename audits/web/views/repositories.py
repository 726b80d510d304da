"""A deal's repositories and their runs, and how a repository is added."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audits.models import AuditRun, Repository
from audits.selectors.runs import latest_runs, results_by_lens
from audits.services.repositories import add_repository_file, add_repository_url
from audits.services.runs import request_run
from audits.tasks import ring_for
from audits.web.forms.repositories import RepositoryFileForm, RepositoryUrlForm, RunForm
from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.lib.bodies import takes_evidence
from diligence.models import Deal
from diligence.policies import may
from diligence.services.errors import Refused
from diligence.services.evidence import Upload, add_evidence


def _page(
    request: SignedInRequest,
    deal: Deal,
    file_form: RepositoryFileForm | None = None,
    url_form: RepositoryUrlForm | None = None,
) -> HttpResponseBase:
    runs = AuditRun.objects.select_related("requested_by").order_by("-created_at")
    repositories = deal.repositories.select_related("evidence").prefetch_related(
        Prefetch("runs", queryset=runs)
    )
    return render(
        request,
        "audits/deal_audits.html",
        {
            "nav": "pipeline",
            "deal": deal,
            "tab": "audits",
            "repositories": repositories,
            "file_form": file_form or RepositoryFileForm(deal=deal),
            "url_form": url_form or RepositoryUrlForm(),
            "run_form": RunForm(),
            "may_add": may(request.user, "repository.add", deal),
        },
        status=422 if file_form or url_form else 200,
    )


@firm_only
@require_safe
def deal_audits(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The repositories of a deal with their runs, newest first."""
    return _page(request, visible_deal(request, pk))


@firm_only
@require_safe
def deal_panel(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The newest results in short, for the deal's page."""
    deal = visible_deal(request, pk)
    return render(
        request,
        "audits/_deal_panel.html",
        {
            "deal": deal,
            "results": [(run, results_by_lens(run)) for run in latest_runs(deal)],
            "in_flight": deal.audit_runs.filter(state__in=("queued", "running")).first(),
            "failed": deal.audit_runs.filter(state="failed").first(),
            "may_add": may(request.user, "repository.add", deal),
        },
    )


@takes_evidence
@firm_only
@require_POST
def repository_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Adds a repository from a file and starts its first audit."""
    deal = visible_deal(request, pk)
    form = RepositoryFileForm(request.POST, request.FILES, deal=deal)
    if not form.is_valid():
        return _page(request, deal, file_form=form)
    try:
        item = form.cleaned_data["item"]
        if item is None:
            file = form.cleaned_data["file"]
            item = add_evidence(
                actor=request.user, deal=deal, upload=Upload(file.name, file.chunks())
            )
        repository = add_repository_file(actor=request.user, deal=deal, item=item)
        return _started(request, repository)
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, deal, file_form=form)


@firm_only
@require_POST
def repository_url(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Adds a repository by its address and starts its first audit."""
    deal = visible_deal(request, pk)
    form = RepositoryUrlForm(request.POST)
    if not form.is_valid():
        return _page(request, deal, url_form=form)
    try:
        repository = add_repository_url(
            actor=request.user, deal=deal, url=form.cleaned_data["url"],
            token=form.cleaned_data["token"],
        )  # fmt: skip
        return _started(request, repository)
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, deal, url_form=form)


def _started(request: SignedInRequest, repository: Repository) -> HttpResponseBase:
    with transaction.atomic():
        run = request_run(actor=request.user, repository=repository)
        ring_for(run)
    messages.success(request, "The repository is in, and its first audit has begun.")
    return redirect("audits:run_detail", pk=run.pk)
