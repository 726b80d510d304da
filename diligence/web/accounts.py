"""Who someone is, where allauth asks: its adapters and the one authentication backend.

Accounts are made by the firm or by an invitation, never by signing up. A person is loaded together
with whether they owe a second factor, so that the gate asks the database nothing more.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from diligence.lib.secrets import decrypt, encrypt
from diligence.models import User
from diligence.selectors.people import DEVICES, roles_that_need_two, who_signed_in

PASSKEY_NAMES = ("Passkey", "Second passkey")


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Passwords by email address; a wrong address costs as much time as a wrong password."""

    def get_user(self, user_id: str) -> User | None:
        """Whoever a browser is signed in as, with what they owe at the gate."""
        return who_signed_in(user_id)


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-in as allauth does it, with the door to self-registration shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def post_login(
        self, request: HttpRequest, user: User, **kwargs: Any
    ) -> HttpResponseBase | None:
        """Who has just signed in has just proved who they are, and is not asked again at once."""
        record_authentication(request, user, method="signed-in", reauthenticated=True)
        response: HttpResponseBase | None = super().post_login(request, user, **kwargs)
        return response


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors as allauth keeps them, their secrets encrypted with the field keys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or was used already. Wait for the next one.",
        "cannot_delete_authenticator": "The firm asks a second factor of you: add another device"
        " before you take this one off.",
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text, settings.PROOFROOM_FIELD_KEYS).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text.encode(), settings.PROOFROOM_FIELD_KEYS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last device stays where the firm asks for one; add another first."""
        user: User = authenticator.user
        others = Authenticator.objects.filter(user=user, type__in=DEVICES)
        return others.exclude(pk=authenticator.pk).exists() or (
            user.firm_role not in roles_that_need_two()
        )

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        count = Authenticator.objects.filter(user=user, type=type).count()
        return PASSKEY_NAMES[count] if count < len(PASSKEY_NAMES) else f"Passkey {count + 1}"


def shut(request: HttpRequest, **_: str) -> HttpResponseBase:  # noqa: ARG001 - a view
    """A page of allauth's that this house does not have."""
    raise Http404
