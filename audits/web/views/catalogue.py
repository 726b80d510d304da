"""The catalogue of checks: what each looks for, what counts, and what it cannot see."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.engine.registry import catalogue, check_of
from audits.engine.types import Check, Lens
from audits.facts.tools.shown import tables_of
from audits.selectors.runs import LENS_TITLES
from diligence.access import SignedInRequest, firm_only


@firm_only
@require_safe
def catalogue_list(request: SignedInRequest) -> HttpResponseBase:
    """All checks by lens."""
    by_lens: dict[Lens, list[Check]] = {lens: [] for lens in Lens}
    for check in catalogue():
        by_lens[check.lens].append(check)
    lenses = [(LENS_TITLES[lens], checks) for lens, checks in by_lens.items()]
    return render(
        request,
        "audits/catalogue_list.html",
        {"nav": "catalogue", "lenses": lenses, "count": len(catalogue())},
    )


@firm_only
@require_safe
def catalogue_page(request: SignedInRequest, practice: str) -> HttpResponseBase:
    """The page of one check."""
    try:
        check = check_of(practice)
    except KeyError:
        raise Http404 from None
    paragraphs = check.doc.strip().split("\n\n")
    return render(
        request,
        "audits/catalogue_page.html",
        {
            "nav": "catalogue",
            "check": check,
            "lens": LENS_TITLES[check.lens],
            "tables": tables_of(check.practice),
            "paragraphs": [" ".join(p.split()) for p in paragraphs[1:]],
        },
    )
