"""The people of the firm: who comes in, in which role, and with what they must prove it."""

from collections.abc import Collection, Sequence

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.models import FirmRole, SecondFactorRule, User
from diligence.policies import require
from diligence.services.activity import Change, record
from diligence.services.errors import Refused
from diligence.services.mail import queue_mail

NOT_OF_THE_FIRM = (
    "Your identity provider knows you, but the firm has not added you here. Ask an administrator."
)
NO_ADDRESS = (
    "Your identity provider did not say that your email address is verified, so we cannot tell"
    " who you are. Ask an administrator."
)
ROLES = frozenset(FirmRole.values) - {FirmRole.NONE.value}


@transaction.atomic
def add_colleague(*, actor: User, email: str, name: str, role: str) -> User:
    """Makes the account of someone of the firm and mails them how to come in.

    The mail holds no secret: whoever reads that mailbox sets a password or asks for a code there.
    """
    require(actor, "people.manage")
    email = email.strip().lower()
    if role not in ROLES:
        raise Refused("Choose a role of the firm.")
    if User.objects.filter(email=email).exists():
        raise Refused(f"{email} has an account already.")
    user = User.objects.create_user(email, name=name.strip(), firm_role=role)
    link = f"{settings.PROOFROOM_URL}/account/login/code/"
    context = {"user": user, "actor": actor, "link": link}
    body = render_to_string("diligence/mail/colleague_added.txt", context)
    queue_mail(to=email, subject="Your account on Proofroom", body=body, about=())
    record(
        actor=actor, verb="people.add", text=f"added {user} as {user.get_firm_role_display()}",
        about=user, change=Change.of({}, {"email": email, "firm_role": role}),
    )  # fmt: skip
    return user


@transaction.atomic
def set_role(*, actor: User, user: User, role: str) -> None:
    """Changes what someone of the firm may do, from their next click on."""
    require(actor, "people.manage", user)
    before = user.firm_role
    if role not in ROLES:
        raise Refused("Choose a role of the firm; who leaves is switched off.")
    if before == role:
        return
    user.firm_role = role
    user.save(update_fields=["firm_role"])
    record(
        actor=actor, verb="people.role", text=f"made {user} {user.get_firm_role_display()}",
        about=user, change=Change.of({"firm_role": before}, {"firm_role": role}),
    )  # fmt: skip


@transaction.atomic
def switch_off(*, actor: User, user: User) -> None:
    """Closes an account: signs it out everywhere and makes its tokens worthless."""
    require(actor, "people.manage", user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.api_tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
    for session in UserSession.objects.filter(user=user):
        session.end()
    record(
        actor=actor, verb="people.off", text=f"closed the account of {user}", about=user,
        change=Change.of({"is_active": True}, {"is_active": False}),
    )  # fmt: skip


@transaction.atomic
def switch_on(*, actor: User, user: User) -> None:
    """Opens a closed account again; tokens and sign-ins of before stay ended."""
    require(actor, "people.manage", user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(
        actor=actor, verb="people.on", text=f"opened the account of {user} again", about=user,
        change=Change.of({"is_active": False}, {"is_active": True}),
    )  # fmt: skip


@transaction.atomic
def take_off_second_factors(*, actor: User, user: User) -> None:
    """For someone who lost their devices and their codes; they are told by mail."""
    require(actor, "people.manage", user)
    count, _ = Authenticator.objects.filter(user=user).delete()
    if not count:
        raise Refused(f"{user} has no second factor.")
    for session in UserSession.objects.filter(user=user):
        session.end()
    body = render_to_string("diligence/mail/factors_taken_off.txt", {"user": user, "actor": actor})
    queue_mail(to=user.email, subject="Your second factor was taken off", body=body, about=())
    record(
        actor=actor, verb="people.factors", text=f"took the second factors of {user} off",
        about=user, change=Change.of({"second_factors": True}, {"second_factors": False}),
    )  # fmt: skip


@transaction.atomic
def require_second_factor(*, actor: User, roles: Collection[str]) -> None:
    """Sets of which roles a second factor is asked; who lacks it gets nowhere until it is there."""
    require(actor, "people.manage")
    if not set(roles) <= set(FirmRole.values):
        raise Refused("There is no such role.")
    before = sorted(SecondFactorRule.objects.values_list("role", flat=True))
    SecondFactorRule.objects.exclude(role__in=roles).delete()
    for role in set(roles) - set(before):
        SecondFactorRule.objects.create(role=role, set_by=actor)
    if sorted(roles) == before:
        return
    named = ", ".join(FirmRole(role).label if role else "Founders" for role in sorted(roles))
    record(
        actor=actor, verb="people.second-factor",
        text=f"asks a second factor of: {named or 'nobody'}",
        change=Change.of({"roles": before}, {"roles": sorted(roles)}),
    )  # fmt: skip


@transaction.atomic
def whoever_the_provider_means(*, known: User | None, verified: Sequence[str], name: str) -> User:
    """Who comes in by the firm's identity provider.

    1. Who came before, by the provider's own name for them, whatever their address is by now.
    2. Whom the firm added under an address that the provider verified. 3. Who has such an address
    in a domain that the firm lets in: they get an account with the least role. Raises Refused for
    everybody else, in words that are the same whether or not there is an account.
    """
    user = known or _firm_account(verified)
    if user is not None:
        if not user.is_firm or not user.is_active:
            raise Refused(NOT_OF_THE_FIRM)
        return user
    for email in verified:
        if email.rpartition("@")[2].lower() in settings.PROOFROOM_SSO_ADMITS:
            return _admitted(email.lower(), name)
    raise Refused(NOT_OF_THE_FIRM if verified else NO_ADDRESS)


def _firm_account(verified: Sequence[str]) -> User | None:
    return User.objects.filter(email__in=[email.lower() for email in verified]).first()


def _admitted(email: str, name: str) -> User:
    user = User.objects.create_user(email, name=name, firm_role=FirmRole.REVIEWER)
    record(
        actor=user, verb="people.admit", text="came in by single sign-on for the first time",
        about=user, change=Change.of({}, {"email": email, "firm_role": FirmRole.REVIEWER.value}),
    )  # fmt: skip
    return user
