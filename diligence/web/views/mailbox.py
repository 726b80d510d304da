"""The mails of this installation, where they are kept to be read instead of sent."""

import uuid

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from diligence.access import SignedInRequest, firm_only
from diligence.models import OutboundMail
from diligence.policies import may

PAGE = 30


def _open_or_404(request: SignedInRequest) -> None:
    if not settings.PROOFROOM_MAILBOX or not may(request.user, "mailbox.read"):
        raise Http404


@firm_only
@never_cache
@require_safe
def mailbox(request: SignedInRequest) -> HttpResponseBase:
    """The mails that one may read, newest first."""
    _open_or_404(request)
    mails = OutboundMail.objects.visible_to(request.user)
    page = Paginator(mails, PAGE).get_page(request.GET.get("page"))
    return render(request, "diligence/mailbox.html", {"page": page})


@firm_only
@never_cache
@require_safe
def mail(request: SignedInRequest, pk: uuid.UUID) -> HttpResponseBase:
    """One mail, with links that work."""
    _open_or_404(request)
    row = get_object_or_404(OutboundMail.objects.visible_to(request.user), pk=pk)
    return render(request, "diligence/mailbox_mail.html", {"mail": row})
