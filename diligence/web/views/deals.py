"""A deal's own pages: its overview, how it is opened and edited, its activity."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from diligence.access import SignedInRequest, firm_only, is_fragment, visible_deal
from diligence.models import Deal, DealRole, DealVerb, Startup
from diligence.policies import deal_verbs, may, require
from diligence.selectors.deals import firm_people_for, team_of
from diligence.selectors.invitations import good_among, waiting_invitations
from diligence.selectors.trail import lines_for
from diligence.services.deals import (
    create_deal,
    create_startup,
    edit_deal,
    edit_startup,
)
from diligence.services.errors import Conflict, Refused
from diligence.web.forms.barriers import OwnConflictForm
from diligence.web.forms.deals import (
    ChooseStartupForm,
    DealForm,
    InviteForm,
    MemberForm,
    NoteForm,
    StartupForm,
)


@firm_only
@require_safe
def deal_detail(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Everything about a deal on one page; audits and scores come as panels of their own."""
    deal = visible_deal(request, pk)
    people = firm_people_for(deal)
    verbs = deal_verbs(request.user, deal)
    waiting = waiting_invitations(deal)
    return render(
        request,
        "diligence/deal_detail.html",
        {
            "nav": "pipeline",
            "deal": deal,
            "team": team_of(deal),
            "room": deal.room_members.filter(removed_at=None).select_related("user"),
            "invitations": waiting,
            "good_invitations": good_among(waiting, deal),
            "questionnaires": deal.questionnaires.select_related("template"),
            "notes": deal.notes.select_related("author")[:20],
            "activities": lines_for(request.user, deal)[:8],
            "note_form": NoteForm(auto_id="note_%s"),
            "member_form": MemberForm(people=people, auto_id="member_%s") if people else None,
            "invite_form": InviteForm(auto_id="invite_%s"),
            "conflict_form": OwnConflictForm(auto_id="conflict_%s"),
            "roles": DealRole.objects.offered() if DealVerb.STAFF in verbs else (),
            "may": {verb.name.lower(): verb in verbs for verb in DealVerb},
        },
    )


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_create(request: SignedInRequest) -> HttpResponseBase:
    """Opens a deal, of a known startup or of a new one."""
    require(request.user, "deal.create")
    data = request.POST or None
    forms = _CreateForms(
        ChooseStartupForm(data, user=request.user),
        StartupForm(data, prefix="new"),
        DealForm(data, may_restrict=bool(may(request.user, "deal.restrict"))),
    )
    if data is not None:
        deal = _created(request, forms)
        if deal is not None:
            messages.success(request, f"{deal} is open. Invite the founder next.")
            return redirect("diligence:deal_detail", pk=deal.pk)
    return render(
        request,
        "diligence/deal_create.html",
        {"nav": "pipeline", "choose": forms.choose, "startup": forms.startup, "deal": forms.deal},
        status=422 if data is not None else 200,
    )


@dataclass(frozen=True)
class _CreateForms:
    choose: ChooseStartupForm
    startup: StartupForm
    deal: DealForm


def _created(request: SignedInRequest, forms: _CreateForms) -> Deal | None:
    """The new deal, or None with the errors on the forms."""
    chosen: Startup | None = None
    fits = forms.choose.is_valid() and forms.deal.is_valid()
    if forms.choose.is_valid():
        chosen = forms.choose.cleaned_data["startup"]
    if chosen is None and not forms.startup.is_valid():
        return None
    if not fits:
        return None
    try:
        with transaction.atomic():
            startup = chosen or create_startup(actor=request.user, details=forms.startup.details())
            return create_deal(actor=request.user, startup=startup, details=forms.deal.details())
    except Refused as error:
        forms.deal.add_error(None, str(error))
        return None


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def deal_edit(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Changes a deal and its startup; the second of two who edit at once is told."""
    deal = visible_deal(request, pk)
    require(request.user, "deal.edit", deal)
    data = request.POST or None
    # The forms write their values onto their instances, so each gets one of its own.
    may_restrict = bool(may(request.user, "deal.restrict", deal))
    form = DealForm(data, instance=Deal.objects.get(pk=deal.pk), may_restrict=may_restrict)
    startup = StartupForm(data, prefix="new", instance=Startup.objects.get(pk=deal.startup_id))
    if data is not None and form.is_valid() and startup.is_valid():
        try:
            with transaction.atomic():
                edit_startup(
                    actor=request.user, startup=Startup.objects.get(pk=deal.startup_id),
                    deal=deal, details=startup.details(),
                )  # fmt: skip
                edit_deal(
                    actor=request.user, deal=deal, details=form.details(),
                    revision=form.cleaned_data["revision"] or 0,
                )  # fmt: skip
        except Conflict as error:
            messages.error(request, str(error))
            return redirect("diligence:deal_edit", pk=deal.pk)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("diligence:deal_detail", pk=deal.pk)
    return render(
        request,
        "diligence/deal_edit.html",
        {"nav": "pipeline", "deal": deal, "form": form, "startup": startup},
        status=422 if data is not None else 200,
    )


@firm_only
@require_safe
def deal_activity(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Who did what on the deal, newest first."""
    deal = visible_deal(request, pk)
    rows = Paginator(lines_for(request.user, deal), 50)
    context = {
        "nav": "pipeline",
        "deal": deal,
        "tab": "activity",
        "page": rows.get_page(request.GET.get("page")),
    }
    fragment = "diligence/_activity_list.html"
    name = fragment if is_fragment(request) else "diligence/deal_activity.html"
    return render(request, name, context)
