"""What changed since one last looked, and search over what startups answered."""

from datetime import datetime

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from diligence.access import SignedInRequest, firm_only
from diligence.selectors.answer_search import (
    LOOKED_THROUGH,
    MOST,
    answers_found,
    open_questions_found,
)
from diligence.selectors.inbox import inbox_of
from diligence.services.inbox import mark_seen

LONGEST_SEARCH = 200


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: SignedInRequest) -> HttpResponseBase:
    """News by deal; a POST marks all that was on the page as seen."""
    if request.method == "POST":
        until = _moment(request.POST.get("until", ""))
        if until is not None:
            mark_seen(actor=request.user, until=until)
        return redirect("diligence:inbox")
    context = {"nav": "inbox", "inbox": inbox_of(request.user)}
    return render(request, "diligence/inbox.html", context)


def _moment(text: str) -> datetime | None:
    """A time with its zone, or nothing."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


@firm_only
@require_safe
def answer_search(request: SignedInRequest) -> HttpResponseBase:
    """Answers that fit the words, best first; below them questions that have none yet."""
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
    hits = answers_found(request.user, words)
    context = {
        "nav": "inbox", "words": words, "hits": hits, "is_full": len(hits) == MOST,
        "unanswered": open_questions_found(request.user, words), "looked_through": LOOKED_THROUGH,
    }  # fmt: skip
    return render(request, "diligence/answer_search.html", context)
