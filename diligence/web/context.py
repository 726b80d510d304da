"""What every page may need to know."""

from django.conf import settings
from django.http import HttpRequest

from diligence.models import User
from diligence.policies import may


def mailbox(request: HttpRequest) -> dict[str, bool]:
    """Whether the page of mails is there for this person."""
    user = getattr(request, "user", None)
    reads = isinstance(user, User) and bool(may(user, "mailbox.read"))
    return {"mailbox_enabled": bool(settings.PROOFROOM_MAILBOX) and reads}


def csp_nonce(request: HttpRequest) -> dict[str, str]:
    """The number that lets the scripts of this one page run."""
    return {"csp_nonce": getattr(request, "csp_nonce", "")}
