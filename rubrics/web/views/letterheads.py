"""How the firm appears on its reports: the settings of an administrator, with a preview."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diligence.access import SignedInRequest, firm_only
from diligence.policies import may
from diligence.services.errors import Refused
from rubrics.models import Letterhead
from rubrics.reports.rich_text import rich
from rubrics.services.letterheads import GivenLetterhead, letterhead, set_letterhead
from rubrics.web.forms.reports import LetterheadForm

FIELDS = ("firm", "colour", "paper", "introduction", "disclaimer", "revision")


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def letterhead_edit(request: SignedInRequest) -> HttpResponseBase:
    """Reads and sets it; reports that were issued keep the one they had."""
    row = _letterhead_for(request)
    form = LetterheadForm(initial={name: getattr(row, name) for name in FIELDS})
    if request.method == "POST":
        form = LetterheadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                set_letterhead(actor=request.user, given=_given(form))
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "The letterhead is set for the reports to come.")
                return redirect("rubrics:letterhead_edit")
    context = {"nav": "", "form": form, "letterhead": row, **_previews(form)}
    return render(
        request, "rubrics/letterhead_edit.html", context, status=422 if form.errors else 200
    )


@firm_only
@require_POST
def letterhead_preview(request: SignedInRequest) -> HttpResponseBase:
    """The words as they will be printed."""
    row = _letterhead_for(request)
    form = LetterheadForm(request.POST)
    context = {"letterhead": row, **_previews(form)}
    return render(request, "rubrics/_letterhead_preview.html", context)


@firm_only
@require_safe
def letterhead_logo(request: SignedInRequest) -> HttpResponseBase:
    """The logo as it was written out anew."""
    row = _letterhead_for(request)
    if not row.logo:
        raise Http404
    response = HttpResponse(bytes(row.logo), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response


def _letterhead_for(request: SignedInRequest) -> Letterhead:
    if not may(request.user, "letterhead.set"):
        raise Http404
    return letterhead()


def _previews(form: LetterheadForm) -> dict[str, object]:
    def said(name: str) -> str:
        value = form.data.get(name) if form.is_bound else form.initial.get(name)
        return str(value or "")

    return {
        "firm": said("firm"),
        "colour": said("colour"),
        "introduction": rich(said("introduction")),
        "disclaimer": rich(said("disclaimer")),
    }


def _given(form: LetterheadForm) -> GivenLetterhead:
    data = form.cleaned_data
    logo = data["logo"].read() if data["logo"] else None
    return GivenLetterhead(
        **{name: data[name] for name in FIELDS}, logo=logo, without_logo=data["without_logo"]
    )
