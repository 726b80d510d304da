"""Lines of the trail on coming in and leaving. What was typed is never kept, only whom it names."""

from diligence.models import Activity, User
from diligence.services.activity import record


def record_sign_in(*, actor: User) -> Activity:
    """Someone came in."""
    return record(actor=actor, verb="account.sign-in", text="signed in", about=actor)


def record_credential(*, actor: User, what: str) -> Activity:
    """Someone's password or second factor is another one now; never which."""
    return record(actor=actor, verb="account.credential", text=what, about=actor)


def record_sign_out(*, actor: User) -> Activity:
    """Someone left."""
    return record(actor=actor, verb="account.sign-out", text="signed out", about=actor)


def record_failure(*, email: str) -> Activity:
    """Somebody was not let in. An unknown address is not kept: passwords are typed there too."""
    user = User.objects.filter(email=email.strip().lower()).first()
    whom = f"as {user.email}" if user is not None else "with an address that has no account"
    return record(
        actor=None, verb="account.sign-in-failed", text=f"somebody failed to sign in {whom}",
        about=user,
    )  # fmt: skip
