"""What fields offer while somebody types, as options of a list."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only
from diligence.policies import require
from diligence.selectors.choices import deal_choices, startup_choices

LONGEST = 200


@firm_only
@require_safe
def deals(request: SignedInRequest) -> HttpResponseBase:
    """A few deals by what was typed of their names."""
    return _options(request, deal_choices(request.user, _typed(request, "deal")))


@firm_only
@require_safe
def startups(request: SignedInRequest) -> HttpResponseBase:
    """A few startups by what was typed of their names, for whoever opens a deal."""
    require(request.user, "deal.create")
    return _options(request, startup_choices(request.user, _typed(request, "startup")))


def _typed(request: SignedInRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "")[:LONGEST]


def _options(request: SignedInRequest, choices: tuple[str, ...]) -> HttpResponseBase:
    return render(request, "diligence/_choices.html", {"choices": choices})
