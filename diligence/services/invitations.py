"""Founders come in by an invitation: a signed link, for one address, one use, and expiring."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.lib.secrets import hash_of, new_secret
from diligence.models import Deal, Invitation, RoomMember, User
from diligence.policies import require
from diligence.selectors.invitations import is_good
from diligence.services.activity import CAME, LEFT, Change, record
from diligence.services.assignments import take_up
from diligence.services.errors import Refused
from diligence.services.mail import queue_mail

VALID_FOR = timedelta(days=14)


@transaction.atomic
def invite_founder(
    *, actor: User, deal: Deal, email: str, name: str = "", title: str = ""
) -> Invitation:
    """Mails a link to the deal's room; an earlier open invitation of the address is revoked."""
    require(actor, "founder.invite", deal)
    email = email.strip().lower()
    if User.objects.filter(email=email).exclude(firm_role="").exists():
        raise Refused(f"{email} belongs to someone of the firm, who cannot be a founder as well.")
    if deal.room_members.filter(user__email=email, removed_at=None).exists():
        raise Refused(f"{email} is already in the room.")
    deal.invitations.filter(email=email, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    secret = new_secret()
    invitation = Invitation.objects.create(
        deal=deal, email=email, name=name, title=title, secret_hash=hash_of(secret),
        invited_by=actor, expires_at=timezone.now() + VALID_FOR,
    )  # fmt: skip
    link = f"{settings.PROOFROOM_URL}/invitation/{secret}/"
    body = render_to_string(
        "diligence/mail/invitation.txt", {"invitation": invitation, "link": link}
    )
    queue_mail(to=email, subject=f"{deal.startup}: your diligence room", body=body, about=[deal.pk])
    record(
        actor=actor, verb="founder.invite", text=f"invited {email} to the room", deal=deal,
        about=invitation, change=Change.of({}, {"invited": email}),
    )  # fmt: skip
    return invitation


@transaction.atomic
def revoke_invitation(*, actor: User, invitation: Invitation) -> None:
    """Makes an open link worthless."""
    require(actor, "founder.invite", invitation.deal)
    if invitation.state == "used":
        raise Refused("This invitation was used; remove the person from the room instead.")
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(
        actor=actor, verb="founder.uninvite", text=f"revoked the invitation of {invitation.email}",
        deal=invitation.deal, about=invitation,
        change=Change.of({"invited": invitation.email}, {"invited": None}),
    )  # fmt: skip


@transaction.atomic
def remove_room_member(*, actor: User, member: RoomMember) -> None:
    """Closes the room to someone of the startup; what they gave stays."""
    require(actor, "founder.invite", member.deal)
    close_room_to(member)
    record(
        actor=actor, verb="founder.remove", text=f"removed {member.user} from the room",
        deal=member.deal, about=member.user, change=LEFT,
    )  # fmt: skip


def close_room_to(member: RoomMember) -> None:
    """Ends a membership, and every link that would open the room again.

    Those that still lie in their mailbox, and those that they sent out.
    """
    member.removed_at = timezone.now()
    member.save(update_fields=["removed_at"])
    left = Q(email=member.user.email) | Q(invited_by=member.user)
    member.deal.invitations.filter(left, used_at=None, revoked_at=None).update(
        revoked_at=member.removed_at
    )


def open_invitation(secret: str) -> Invitation | None:
    """The invitation behind a link, if it can still be used."""
    invitation = (
        Invitation.objects.select_related("deal__startup", "invited_by")
        .filter(secret_hash=hash_of(secret))
        .first()
    )
    return invitation if invitation is not None and is_good(invitation) else None


@transaction.atomic
def account_of_invited(*, secret: str, name: str) -> User:
    """The account behind an open invitation, made where there is none; the room stays closed.

    It can be signed in to only by a code that goes to the invited mailbox. Raises Refused like
    `accept_invitation`.
    """
    invitation = open_invitation(secret)
    if invitation is None:
        raise Refused("This invitation was used or has expired; ask the firm for a new one.")
    return _account_of(invitation, name)


@transaction.atomic
def _account_of(invitation: Invitation, name: str) -> User:
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = User.objects.create_user(invitation.email, name=name or invitation.name)
        record(
            actor=user, verb="account.make", text="made an account from an invitation",
            deal=invitation.deal, about=user, change=Change.of({}, {"email": user.email}),
        )  # fmt: skip
    if user.is_firm or not user.is_active:
        raise Refused("This account cannot enter a founder's room; ask the firm.")
    return user


@transaction.atomic
def accept_invitation(*, secret: str, name: str, actor: User | None) -> User:
    """Uses an invitation up: makes the account if there is none, opens the room, returns the user.

    Having received the mail proves the address. `actor` is whoever is signed in; another address
    than the invited one is refused, so that a forwarded link does not let a stranger's account in.
    Raises Refused where the link is used, revoked, expired or unknown.
    """
    invitation = Invitation.objects.select_for_update().filter(secret_hash=hash_of(secret)).first()
    if invitation is None or not is_good(invitation):
        raise Refused("This invitation was used or has expired; ask the firm for a new one.")
    if actor is not None and actor.email != invitation.email:
        raise Refused(
            f"This invitation is for {invitation.email}; sign out first, then open the link again."
        )
    user = _account_of(invitation, name)
    if name and not user.name:
        user.name = name
        user.save(update_fields=["name"])
    member, made = RoomMember.objects.get_or_create(
        deal=invitation.deal, user=user, removed_at=None, defaults={"title": invitation.title}
    )
    if made:
        take_up(invitation, member)
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    record(
        actor=user, verb="room.enter", text="entered the room", deal=invitation.deal,
        about=invitation, in_room=True, change=CAME,
    )  # fmt: skip
    return user
