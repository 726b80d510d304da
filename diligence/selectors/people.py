"""The people of the firm, and with what they sign in."""

from functools import cache
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from diligence.models import FirmRole, SecondFactorRule, User

DEVICES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What proves by something in one's hand; recovery codes alone do not count."""


def with_factors(rows: "QuerySet[Any]", *, of: str = "") -> "QuerySet[Any]":
    """Adds `has_second_factor` and `owes_second_factor` of people, in the same query.

    `of` leads from the rows to the person, such as "user__".
    """
    devices = Exists(Authenticator.objects.filter(user=OuterRef(f"{of}pk"), type__in=DEVICES))
    ruled = Exists(SecondFactorRule.objects.filter(role=OuterRef(f"{of}firm_role")))
    added: QuerySet[Any] = rows.annotate(
        has_second_factor=devices, owes_second_factor=ruled & ~devices
    )
    return added


NOBODY = UUID(int=0)


@cache
def _by_key() -> tuple[str, list[Any]]:
    """Every request asks this, and wording it takes Django longer than the answer PostgreSQL."""
    rows = with_factors(User.objects.filter(pk=NOBODY, is_active=True))
    sql, parameters = rows.query.sql_with_params()
    return sql, list(parameters)


def who_signed_in(pk: Any) -> User | None:
    """The person with this key who is not switched off, with their factors."""
    sql, parameters = _by_key()
    given = [pk if parameter == NOBODY else parameter for parameter in parameters]
    return next(iter(User.objects.raw(sql, given)), None)


def owes_second_factor(user: User) -> bool:
    """Whether the firm asks a second factor of them that they have not set up."""
    known = getattr(user, "owes_second_factor", None)
    if known is not None:
        return bool(known)
    return bool(with_factors(User.objects.filter(pk=user.pk)).get().owes_second_factor)


def asked_by_provider(user: User) -> bool:
    """Whether they come in by the firm's identity provider, which asks a second factor itself."""
    if not settings.PROOFROOM_SSO_SECOND_FACTOR:
        return False
    return bool(SocialAccount.objects.filter(user=user).exists())


def people_of_the_firm() -> "QuerySet[User]":
    """Everybody with a role, those who are switched off last."""
    people = User.objects.exclude(firm_role=FirmRole.NONE)
    return with_factors(people).order_by("-is_active", "name", "email")


def roles_that_need_two() -> list[str]:
    """The roles of which a second factor is asked."""
    return list(SecondFactorRule.objects.values_list("role", flat=True))
