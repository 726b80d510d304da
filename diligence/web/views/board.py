"""The pipeline: as a board by stage and as a table."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from diligence.access import SignedInRequest, firm_only, is_fragment
from diligence.models import Deal, Round, Stage
from diligence.policies import may
from diligence.selectors.deals import (
    DealQuery,
    board_columns,
    owners,
    pages_of,
    pipelines,
)
from diligence.services.deals import move_deal
from diligence.services.errors import Refused


@firm_only
@require_safe
def board(request: SignedInRequest) -> HttpResponseBase:
    """Deals by stage, to be moved by hand or by keyboard."""
    every = pipelines()
    wanted = request.GET.get("pipeline", "")
    pipeline = next((p for p in every if str(p.pk) == wanted), every[0] if every else None)
    columns = board_columns(request.user, pipeline) if pipeline else ()
    return render(
        request,
        "diligence/board.html",
        {
            "nav": "pipeline",
            "pipelines": every,
            "pipeline": pipeline,
            "columns": columns,
            "stages": [c.stage for c in columns],
            "deal_count": sum(c.count for c in columns),
            "may_create": may(request.user, "deal.create"),
        },
    )


@firm_only
@require_POST
def deal_move(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Moves a deal to another stage; for the board's script the answer is empty."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=pk)
    stages = {str(s.pk): s for s in Stage.objects.all()}
    stage = stages.get(request.POST.get("stage", ""))
    try:
        if stage is None:
            raise Refused("This stage no longer exists; reload the page.")
        move_deal(actor=request.user, deal=deal, stage=stage)
    except Refused as error:
        if is_fragment(request):
            return HttpResponse(str(error), status=422, content_type="text/plain")
        messages.error(request, str(error))
    if is_fragment(request):
        return HttpResponse(status=204)
    return redirect("diligence:board")


@firm_only
@require_safe
def deal_table(request: SignedInRequest) -> HttpResponseBase:
    """Deals as rows, filtered and sorted by the address."""
    query = _query(request.GET)
    page = pages_of(request.user, query).get_page(request.GET.get("page"))
    context = {
        "nav": "pipeline",
        "page": page,
        "query": query,
        "rounds": Round.choices,
        "stages": Stage.objects.select_related("pipeline"),
        "owners": owners(request.user),
        "columns": _columns(request.GET, query.sort),
        "may_create": may(request.user, "deal.create"),
    }
    name = "diligence/_deal_rows.html" if is_fragment(request) else "diligence/deal_table.html"
    return render(request, name, context)


def _query(given: QueryDict) -> DealQuery:
    stage, owner = given.get("stage", ""), given.get("owner", "")
    return DealQuery(
        words=given.get("q", "")[:200],
        stage=stage if _is_uuid(stage) else "",
        round=given.get("round", ""),
        owner=owner if _is_uuid(owner) else "",
        sort=given.get("sort", "-opened"),
    )


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and all(c in "0123456789abcdef-" for c in text.lower())


_HEADS = (
    ("startup", "Startup", ""), ("stage", "Stage", ""), ("round", "Round", ""),
    ("amount", "Amount", "1"), ("valuation", "Valuation", "1"), ("ai_share", "On AI", "1"),
    ("owner", "Owner", ""), ("entered", "In stage", "1"),
)  # fmt: skip


def _columns(given: QueryDict, sort: str) -> list[dict[str, str]]:
    """The heads of the table, each with the address that sorts by it."""
    heads = []
    for name, label, numeric in _HEADS:
        wanted = given.copy()
        wanted.pop("page", None)
        wanted["sort"] = f"-{name}" if sort == name else name
        direction = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
        heads.append(
            {
                "label": label,
                "url": f"?{wanted.urlencode()}",
                "direction": direction,
                "numeric": numeric,
            }
        )
    return heads
