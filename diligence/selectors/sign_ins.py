"""Where someone is signed in, and with what they prove who they are."""

from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from redis.exceptions import RedisError

from diligence.lib.secrets import hash_of
from diligence.lib.user_agents import browser_of
from diligence.models import User


@dataclass(frozen=True)
class SignIn:
    """One browser in which someone is signed in."""

    pk: int
    browser: str
    address: str
    since: datetime
    last_seen: datetime
    is_this: bool


def seen_key(session_key: str) -> str:
    """Where the cache keeps when a session was last used; the key itself opens the session."""
    return f"seen:{hash_of(session_key)}"


def sign_ins_of(user: User, *, this: str | None) -> list[SignIn]:
    """The living sessions, the one that asks first, then the latest used."""
    rows: list[UserSession] = UserSession.objects.purge_and_list(user)
    seen = _last_seen([row.session_key for row in rows])
    found = [
        SignIn(
            pk=row.pk,
            browser=browser_of(row.user_agent),
            address=row.ip,
            since=row.created_at,
            last_seen=max(row.last_seen_at, seen.get(row.session_key, row.last_seen_at)),
            is_this=row.session_key == this,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.is_this, -one.last_seen.timestamp()))


def _last_seen(session_keys: list[str]) -> dict[str, datetime]:
    """By session key; what Redis forgot falls back to when the session began."""
    names = {seen_key(key): key for key in session_keys}
    try:
        found = cache.get_many(names)
    except RedisError:
        return {}
    return {names[name]: datetime.fromtimestamp(at, UTC) for name, at in found.items()}
