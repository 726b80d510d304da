"""The people of the firm, for administrators; for everybody else these pages do not exist."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from diligence.access import SignedInRequest, firm_only, proved_lately
from diligence.models import FirmRole, User
from diligence.policies import may
from diligence.selectors.people import people_of_the_firm, roles_that_need_two
from diligence.services.errors import Refused
from diligence.services.people import (
    add_colleague,
    require_second_factor,
    set_role,
    switch_off,
    switch_on,
    take_off_second_factors,
)
from diligence.web.forms.people import ColleagueForm, RoleForm, SecondFactorForm

ACTS: dict[str, tuple[Callable[..., None], str]] = {
    "off": (switch_off, "The account is closed and signed out everywhere."),
    "on": (switch_on, "The account is open again."),
    "factors": (take_off_second_factors, "Their second factors are off. They were told by mail."),
}


def _administrator(request: SignedInRequest) -> None:
    if not may(request.user, "people.manage"):
        raise Http404


@firm_only
@proved_lately
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: SignedInRequest) -> HttpResponseBase:
    """Everybody of the firm; a POST adds a colleague or sets who needs a second factor."""
    _administrator(request)
    adds = "email" in request.POST
    colleague = ColleagueForm(request.POST if adds else None)
    rule = SecondFactorForm(
        request.POST if request.method == "POST" and not adds else None,
        initial={"roles": roles_that_need_two()},
    )
    try:
        if adds and colleague.is_valid():
            user = add_colleague(actor=request.user, **colleague.cleaned_data)
            messages.success(request, f"{user} was told by mail how to come in.")
            return redirect("diligence:people")
        if rule.is_bound and rule.is_valid():
            require_second_factor(actor=request.user, roles=rule.cleaned_data["roles"])
            messages.success(request, "Saved.")
            return redirect("diligence:people")
    except Refused as refused:
        colleague.add_error(None, str(refused))
    context = {"people": people_of_the_firm(), "colleague": colleague, "rule": rule}
    status = 422 if colleague.errors or rule.errors else 200
    return render(request, "diligence/people_list.html", context, status=status)


@firm_only
@proved_lately
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: SignedInRequest, pk: uuid.UUID) -> HttpResponseBase:
    """One colleague: their role, their account, their second factors."""
    _administrator(request)
    user = get_object_or_404(people_of_the_firm(), pk=pk)
    form = RoleForm(
        request.POST if "role" in request.POST else None, initial={"role": user.firm_role}
    )
    try:
        said = _done(request, user, form)
    except Refused as refused:
        form.add_error(None, str(refused))
        said = ""
    if said:
        messages.success(request, said)
        return redirect("diligence:person", pk=user.pk)
    context = {"person": user, "form": form, "is_self": user.pk == request.user.pk}
    status = 422 if form.errors else 200
    return render(request, "diligence/person_edit.html", context, status=status)


def _done(request: SignedInRequest, user: User, form: RoleForm) -> str:
    """Does what was pressed; the sentence to say, or nothing."""
    if form.is_bound:
        if not form.is_valid():
            return ""
        set_role(actor=request.user, user=user, role=form.cleaned_data["role"])
        return f"{user} is {FirmRole(form.cleaned_data['role']).label} now."
    if request.POST.get("act") in ACTS:
        act, sentence = ACTS[request.POST["act"]]
        act(actor=request.user, user=user)
        return sentence
    return ""
