"""A knock-out: what raised it, its whole history, and what people do about it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from diligence.access import SignedInRequest, firm_only, visible_deal
from diligence.services.errors import Conflict, Refused
from rubrics.models import Assessment
from rubrics.selectors.assessments import assessment_of
from rubrics.selectors.knock_outs import Act, KnockOutFile, file_of
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.web.forms.knock_outs import ACTS, ActForm, SuspicionForm


@firm_only
@require_POST
def knock_out_suspect(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """A reviewer's suspicion."""
    deal = visible_deal(request, pk)
    assessment = assessment_of(deal)
    if assessment is None:
        raise Http404
    form = SuspicionForm(request.POST, assessment=assessment)
    try:
        if not form.is_valid():
            raise Refused("Choose a knock-out and say what makes you suspect it.")
        suspect_knock_out(actor=request.user, assessment=assessment, **form.cleaned_data)
        messages.success(request, _suspected(assessment))
    except Refused as error:
        messages.error(request, str(error))
    page = "deal_scorecard" if assessment.is_blind else "deal_dashboard"
    return redirect(f"rubrics:{page}", pk=deal.pk)


def _suspected(assessment: Assessment) -> str:
    if assessment.is_blind:
        return "The suspicion is recorded; others see it once all reviewers have submitted."
    return "The suspicion stands beside the band now."


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def knock_out(request: SignedInRequest, pk: UUID, code: str) -> HttpResponseBase:
    """Reads a knock-out, and takes one act of the five."""
    deal = visible_deal(request, pk)
    found = file_of(deal, request.user, code)
    if found is None:
        raise Http404
    sent: ActForm | None = None
    if request.method == "POST":
        sent = _sent(request, found)
        if sent.is_valid() and _done(request, sent):
            return redirect("rubrics:knock_out", pk=deal.pk, code=code)
    context = {
        "nav": "pipeline", "deal": deal, "tab": "dashboard", "file": found,
        "knock_out": found.row, "rule": found.rule, "acts": _shown(found, sent),
    }  # fmt: skip
    return render(request, "rubrics/knock_out.html", context, status=422 if sent else 200)


def _sent(request: SignedInRequest, found: KnockOutFile) -> ActForm:
    """The form of the act that was chosen; who may never do it is refused here."""
    name = request.POST.get("act", "")
    if name not in ACTS or not any(act.is_open for act in found.acts):
        reasons = [act.why_not for act in found.acts if act.name in (name, "clear")]
        raise PermissionDenied(reasons[0] if reasons else "")
    return ACTS[name](request.POST, knock_out=found.row)


def _done(request: SignedInRequest, form: ActForm) -> bool:
    """Whether it was done; if not, the form says why."""
    try:
        messages.success(request, form.apply(request.user))
    except Conflict as conflict:
        messages.error(request, str(conflict))
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _shown(found: KnockOutFile, sent: ActForm | None) -> list[tuple[Act, ActForm, bool]]:
    """Each act with its form; the one that was sent and refused stays open."""
    rows = []
    for act in found.acts:
        is_sent = sent is not None and sent.act == act.name
        form = sent if sent is not None and is_sent else ACTS[act.name](knock_out=found.row)
        rows.append((act, form, is_sent))
    return rows
