"""Answers what Django says of people who come in, fail to, and leave: a line in the trail."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from diligence.models import User
from diligence.services.sign_ins import record_failure, record_sign_in, record_sign_out


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
