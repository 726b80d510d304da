"""Answers what Django says of people who come in, fail to, and leave: a line in the trail."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from diligence.models import User
from diligence.services.sign_ins import (
    record_credential,
    record_failure,
    record_sign_in,
    record_sign_out,
)

FACTORS = {
    "totp": "codes of an app as a second factor",
    "webauthn": "a passkey",
    "recovery_codes": "recovery codes",
}


@receiver(user_logged_in)
def note_sign_in(user: User, **_: Any) -> None:
    record_sign_in(actor=user)


@receiver(user_logged_out)
def note_sign_out(user: User | None, **_: Any) -> None:
    if user is not None:
        record_sign_out(actor=user)


@receiver(user_login_failed)
def note_failure(credentials: dict[str, Any], **_: Any) -> None:
    named = next((credentials[k] for k in ("email", "username", "login") if k in credentials), "")
    record_failure(email=str(named))


@receiver((password_changed, password_reset, password_set))
def note_password(user: User, **_: Any) -> None:
    record_credential(actor=user, what="set a new password")


@receiver(authenticator_added)
def note_factor_added(user: User, authenticator: Any, **_: Any) -> None:
    record_credential(actor=user, what=f"added {FACTORS[authenticator.type]}")


@receiver(authenticator_removed)
def note_factor_removed(user: User, authenticator: Any, **_: Any) -> None:
    record_credential(actor=user, what=f"removed {FACTORS[authenticator.type]}")


@receiver(authenticator_reset)
def note_factor_reset(user: User, authenticator: Any, **_: Any) -> None:
    record_credential(actor=user, what=f"made {FACTORS[authenticator.type]} anew")
