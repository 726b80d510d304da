"""The data room of a deal: what each file is, how the measurement goes, what was measured."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from audits.artifacts.kinds import kind_names
from audits.models import Artifact, Measured
from audits.selectors.rooms import data_room, history_of, kind_title
from audits.services.artifacts import (
    cancel_measurement,
    confirm_artifact,
    leave_out,
    request_measurement,
)
from audits.tasks import ring_for_room
from audits.web.forms.rooms import ColumnsForm, kind_choices
from audits.web.measured import (
    broken_links,
    by_group,
    by_period,
    lines_of,
    metrics_of,
    refused_of,
    shares_of,
)
from diligence.access import SignedInRequest, firm_only, is_fragment, visible_deal
from diligence.policies import may
from diligence.services.errors import Conflict, Refused

STOP_POLLING = 286
"""htmx ends a poll when it gets this status."""


def visible_artifact(request: SignedInRequest, pk: UUID) -> Artifact:
    """A file of a room that the person may see."""
    rows = Artifact.objects.visible_to(request.user).select_related(
        "deal__startup", "deal__stage", "deal__owner", "evidence", "confirmed_by"
    )
    return get_object_or_404(rows, pk=pk)


@firm_only
@require_safe
def deal_room(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What lies in the room; while something is under way, how far it is."""
    deal = visible_deal(request, pk)
    room = data_room(deal)
    if is_fragment(request) and room.under_way is None:
        return HttpResponse(status=STOP_POLLING, headers={"HX-Refresh": "true"})
    context = {
        "nav": "pipeline", "deal": deal, "tab": "room", "room": room,
        "may_confirm": bool(may(request.user, "artifact.confirm", deal)),
    }  # fmt: skip
    name = "audits/_room_progress.html" if is_fragment(request) else "audits/deal_room.html"
    return render(request, name, context)


@firm_only
@require_POST
def room_measure(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Has the room measured anew."""
    deal = visible_deal(request, pk)
    try:
        with transaction.atomic():
            ring_for_room(request_measurement(actor=request.user, deal=deal))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("audits:deal_room", pk=deal.pk)


@firm_only
@require_POST
def room_cancel(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Ends the measurement that is under way."""
    deal = visible_deal(request, pk)
    if not cancel_measurement(actor=request.user, deal=deal):
        messages.info(request, "The measurement was over already.")
    return redirect("audits:deal_room", pk=deal.pk)


@firm_only
@require_safe
def artifact_detail(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """One file: what it is, its columns to be corrected, its figures, what was measured before."""
    artifact = visible_artifact(request, pk)
    asked = request.GET.get("kind", "")
    kind = asked if asked in kind_names() else artifact.kind or artifact.guessed_kind or "document"
    form = ColumnsForm(artifact=artifact, kind=kind)
    if is_fragment(request):
        return render(request, "audits/_artifact_columns.html", {"form": form})
    return _page(request, artifact, form)


def _page(request: SignedInRequest, artifact: Artifact, form: ColumnsForm) -> HttpResponseBase:
    history = history_of(artifact)
    wanted = request.GET.get("of", "")
    shown = next((m for m in history if str(m.pk) == wanted), history[0] if history else None)
    context = {
        "nav": "pipeline", "deal": artifact.deal, "tab": "room", "artifact": artifact,
        "form": form, "kinds": kind_choices(), "history": history, "shown": shown,
        "room": data_room(artifact.deal), "guess_title": kind_title(artifact.guessed_kind),
        "members": artifact.evidence.artifacts.exclude(member="") if not artifact.member else (),
        "percent": round(100 * (artifact.confidence or 0)),
        "may_confirm": bool(may(request.user, "artifact.confirm", artifact.deal)),
        **(_figures(shown) if shown else {}),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "audits/artifact_detail.html", context, status=status)


def _figures(shown: Measured) -> dict[str, Any]:
    facts = shown.facts
    return {
        "facts": facts,
        "shown_title": kind_title(shown.kind),
        "metrics": metrics_of(facts),
        "period_chart": by_period(shown) if shown.kind == "prediction-log" else None,
        "group_charts": by_group(shown) if shown.kind == "prediction-log" else [],
        "refused": refused_of(facts),
        "shares": shares_of(facts),
        "broken": broken_links(facts),
        "lines": list(lines_of(facts)),
    }


@firm_only
@require_POST
def artifact_confirm(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Keeps what the analyst says and measures; the second of two is told."""
    artifact = visible_artifact(request, pk)
    kind, revision = request.POST.get("kind", ""), request.POST.get("revision", "")
    form = ColumnsForm(request.POST, artifact=artifact, kind=kind)
    if not form.is_valid():
        return _page(request, artifact, form)
    try:
        with transaction.atomic():
            run = confirm_artifact(
                actor=request.user, artifact=artifact, said=form.said(),
                revision=int(revision) if revision.isdecimal() else 0,
            )  # fmt: skip
            ring_for_room(run)
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return redirect("audits:artifact_detail", pk=artifact.pk)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("audits:artifact_detail", pk=artifact.pk)
    messages.success(request, f"{artifact} is being measured as {kind_title(kind).lower()}.")
    return redirect("audits:deal_room", pk=artifact.deal_id)


@firm_only
@require_POST
def artifact_leave_out(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Takes a file out of the measurements, or back in."""
    artifact = visible_artifact(request, pk)
    out = request.POST.get("left_out") == "1"
    with transaction.atomic():
        ring_for_room(leave_out(actor=request.user, artifact=artifact, left_out=out))
    return redirect("audits:deal_room", pk=artifact.deal_id)
