"""The portfolio: deals by lens, some of them side by side, and the pipeline in time."""

from uuid import UUID

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only, is_fragment
from diligence.models import Stage
from diligence.selectors.deals import board_deals
from rubrics.selectors.comparing import FEWEST, MOST, side_by_side
from rubrics.selectors.pipeline import stage_times
from rubrics.selectors.portfolio import (
    BANDS,
    NAME,
    SCORE,
    PortfolioQuery,
    portfolio_of,
    standings_of,
)
from rubrics.selectors.prices import prices_of
from rubrics.web.drawings import risk_price


@firm_only
@require_safe
def portfolio(request: SignedInRequest) -> HttpResponseBase:
    """Deals by lens, sorted, filtered and turned over by the address."""
    query = _query(request.GET)
    found = portfolio_of(request.user, query, page=request.GET.get("page", "1"))
    context = {
        "nav": "portfolio",
        "portfolio": found,
        "stages": Stage.objects.select_related("pipeline"),
        "bands": BANDS,
        "query": query,
        "heads": _heads(request.GET, found.lenses, query.sort),
    }
    name = "rubrics/_portfolio_table.html" if is_fragment(request) else "rubrics/portfolio.html"
    return render(request, name, context)


def _query(given: QueryDict) -> PortfolioQuery:
    return PortfolioQuery(
        sort=given.get("sort", f"-{SCORE}"),
        words=given.get("q", "")[:200],
        stage=uuid_in(given.get("stage", "")),
        band=given.get("band", ""),
        knocked_out=given.get("knocked-out") == "1",
    )


def uuid_in(text: str) -> UUID | None:
    """The id that a part of the address is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _heads(
    given: QueryDict, lenses: tuple[tuple[str, str], ...], sort: str
) -> list[dict[str, str]]:
    """The heads of the table, each with the address that sorts by it."""
    heads = []
    labels = (
        (NAME, "Deal"),
        (SCORE, "Headline"),
        *((lens, lens.capitalize()) for lens, _ in lenses),
    )
    for name, label in labels:
        first, other = (name, f"-{name}") if name == NAME else (f"-{name}", name)
        wanted = given.copy()
        wanted.pop("page", None)
        wanted["sort"] = other if sort == first else first
        heads.append(
            {
                "label": label,
                "url": f"?{wanted.urlencode()}",
                "direction": {name: "ascending", f"-{name}": "descending"}.get(sort, ""),
                "numeric": "" if name == NAME else "1",
            }
        )
    return heads


@firm_only
@require_safe
def board_scores(request: SignedInRequest) -> HttpResponseBase:
    """The headline of every card on the board, put in its place by htmx."""
    deals = board_deals(request.user, uuid_in(request.GET.get("pipeline", "")))
    context = {"standings": standings_of(request.user, deals)}
    return render(request, "rubrics/_board_scores.html", context)


@firm_only
@require_safe
def compare(request: SignedInRequest) -> HttpResponseBase:
    """Two to four deals side by side, criterion by criterion."""
    wanted = [pk for each in request.GET.getlist("deal") if (pk := uuid_in(each)) is not None]
    found = side_by_side(request.user, wanted)
    context = {
        "nav": "portfolio", "found": found, "fewest": FEWEST, "most": MOST,
        "too_many": len(set(wanted)) > MOST,
    }  # fmt: skip
    return render(request, "rubrics/compare.html", context)


@firm_only
@require_safe
def pipeline_times(request: SignedInRequest) -> HttpResponseBase:
    """How many deals lie in each stage and for how long."""
    context = {"nav": "portfolio", "times": stage_times(request.user)}
    return render(request, "rubrics/pipeline.html", context)


@firm_only
@require_safe
def prices(request: SignedInRequest) -> HttpResponseBase:
    """Risk against price, in one currency at a time."""
    found = prices_of(
        request.user, request.GET.get("currency", ""), page=request.GET.get("page", "1")
    )
    context = {"nav": "portfolio", "prices": found, "drawing": risk_price("prices", found)}
    return render(request, "rubrics/prices.html", context)
