"""What was found elsewhere: the founder's collection, other tools' findings, and the invitation."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from audits.selectors.runs import imported_runs
from audits.services.collected import import_collected, invite_collection
from audits.services.imported import import_findings
from audits.web.forms.imports import CollectionForm, FindingsForm
from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.models import Deal
from diligence.policies import may
from diligence.services.errors import Refused
from diligence.services.evidence import Upload


def _page(
    request: SignedInRequest,
    deal: Deal,
    collection_form: CollectionForm | None = None,
    findings_form: FindingsForm | None = None,
    code: str = "",
) -> HttpResponseBase:
    return render(
        request,
        "audits/deal_imports.html",
        {
            "nav": "pipeline",
            "deal": deal,
            "tab": "audits",
            "collection_form": collection_form or CollectionForm(),
            "findings_form": findings_form or FindingsForm(deal=deal),
            "imported": imported_runs(deal),
            "may_add": may(request.user, "repository.add", deal),
            "code": code,
        },
        status=422 if collection_form or findings_form else 200,
    )


@firm_only
@require_safe
def deal_imports(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The ways in for what was found elsewhere, and what has come by them."""
    return _page(request, visible_deal(request, pk))


@firm_only
@require_POST
def collection_invite(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Shows the code by which the founder's collections are known to be the founder's."""
    deal = visible_deal(request, pk)
    return _page(request, deal, code=invite_collection(actor=request.user, deal=deal))


@firm_only
@require_POST
def collection_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Takes in a collection."""
    deal = visible_deal(request, pk)
    form = CollectionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, deal, collection_form=form)
    file = form.cleaned_data["file"]
    try:
        run = import_collected(
            actor=request.user, deal=deal, upload=Upload(file.name, file.chunks()),
            digest=form.cleaned_data["digest"],
        )  # fmt: skip
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, deal, collection_form=form)
    messages.success(request, "The collection is in, unchanged since it was signed.")
    return redirect("audits:run_detail", pk=run.pk)


@firm_only
@require_POST
def findings_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Takes in another tool's findings."""
    deal = visible_deal(request, pk)
    form = FindingsForm(request.POST, request.FILES, deal=deal)
    if not form.is_valid():
        return _page(request, deal, findings_form=form)
    file = form.cleaned_data["file"]
    try:
        runs = import_findings(
            actor=request.user, deal=deal, upload=Upload(file.name, file.chunks()),
            repository=form.cleaned_data["repository"],
        )  # fmt: skip
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, deal, findings_form=form)
    messages.success(request, "The findings are in, under the name of the tool that made them.")
    return redirect("audits:run_detail", pk=runs[0].pk)
