"""API tokens: shown once, kept as a hash, good for some things and for a time."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from diligence.lib.secrets import hash_of, new_secret
from diligence.models import ApiToken, Scope, User
from diligence.policies import require
from diligence.selectors.people import asked_by_provider, with_factors
from diligence.services.activity import Change, record
from diligence.services.errors import Refused

USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(
    *, actor: User, name: str, days: int | None = 90, scopes: Sequence[str] = (Scope.READ,)
) -> tuple[ApiToken, str]:
    """Makes a token; the second value is its secret, which cannot be had again.

    Raises Refused for a token that would open nothing.
    """
    require(actor, "token.manage")
    if not scopes or not set(scopes) <= set(Scope.values):
        raise Refused("Say what the token is to be good for.")
    secret = f"prf_{new_secret()}"
    token = ApiToken.objects.create(
        user=actor, name=name, secret_hash=hash_of(secret), hint=secret[:8],
        scopes=sorted(scopes),
        expires_at=timezone.now() + timedelta(days=days) if days is not None else None,
    )  # fmt: skip
    record(
        actor=actor, verb="token.create", text=f"made the API token {name}", about=token,
        change=Change.of({}, {"scopes": token.scopes, "expires_at": token.expires_at}),
    )  # fmt: skip
    return token, secret


@transaction.atomic
def revoke_token(*, actor: User, token: ApiToken) -> None:
    """Makes a token worthless at once."""
    require(actor, "token.manage", token)
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(
        actor=actor, verb="token.revoke", text=f"revoked the API token {token.name}", about=token,
        change=Change.of({"scopes": token.scopes}, {"scopes": []}),
    )  # fmt: skip


def user_of_token(secret: str) -> tuple[User, ApiToken] | None:
    """Whoever a secret belongs to, if it can still be used; marks the use."""
    now = timezone.now()
    rows = with_factors(ApiToken.objects.select_related("user"), of="user__")
    token: ApiToken | None = rows.filter(secret_hash=hash_of(secret)).first()
    if token is None or token.revoked_at or (token.expires_at and token.expires_at <= now):
        return None
    if not token.user.is_active or not token.user.is_firm:
        return None
    owes = bool(token.owes_second_factor)  # type: ignore[attr-defined]  # the query adds it
    if owes and not asked_by_provider(token.user):
        return None
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
    ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    return token.user, token
