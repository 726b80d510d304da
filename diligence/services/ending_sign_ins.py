"""Ending sign-ins: one of one's own that one does not know, or all but this one."""

from allauth.usersessions.models import UserSession
from django.db import transaction

from diligence.lib.user_agents import browser_of
from diligence.models import User
from diligence.services.activity import record


@transaction.atomic
def end_sign_in(*, actor: User, session: UserSession) -> None:
    """Signs one browser of the actor's out at once; what it had not saved is lost."""
    if session.user_id != actor.pk:
        raise PermissionError("a sign-in is ended by whose it is")
    name = browser_of(session.user_agent)
    session.end()
    record(actor=actor, verb="sign-in.end", text=f"signed {name} out", about=actor)


@transaction.atomic
def end_other_sign_ins(*, actor: User, this: str) -> int:
    """Signs out every browser of the actor's but the one that asks; returns how many."""
    others = list(UserSession.objects.filter(user=actor).exclude(session_key=this))
    for session in others:
        session.end()
    if others:
        text = f"signed out {len(others)} other browser{'s' if len(others) > 1 else ''}"
        record(actor=actor, verb="sign-in.end", text=text, about=actor)
    return len(others)
