"""The startup brings in its own people: invites, assigns sections, takes them out again."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.lib.secrets import hash_of, new_secret
from diligence.models import (
    Deal,
    Invitation,
    RoomMember,
    User,
)
from diligence.policies import require
from diligence.selectors.delegation import delegable_sections
from diligence.selectors.invitations import good_among, waiting_invitations
from diligence.services.activity import LEFT, Change, record
from diligence.services.assignments import Share, known_sections, set_sections, share_of
from diligence.services.errors import Refused
from diligence.services.invitations import VALID_FOR, close_room_to
from diligence.services.mail import queue_mail

OPEN_INVITATIONS = 20
"""How many of a room's invitations may be open at once, so that nobody mails the world with it."""


@dataclass(frozen=True)
class Colleague:
    """Whom to bring in, for what, and whether they see only that."""

    email: str
    name: str = ""
    title: str = ""
    limited: bool = True
    sections: tuple[Share, ...] = ()


@transaction.atomic
def invite_colleague(*, actor: User, deal: Deal, colleague: Colleague) -> Invitation:
    """Mails a colleague a link to the room. Raises Refused for someone who cannot come in."""
    require(actor, "room.delegate", deal)
    email = colleague.email.strip().lower()
    if User.objects.filter(email=email).exclude(firm_role="").exists():
        raise Refused(f"{email} belongs to the firm and cannot be on your side as well.")
    if deal.room_members.filter(user__email=email, removed_at=None).exists():
        raise Refused(f"{email} is in the room already; assign sections in the list below.")
    shares = known_sections(deal, colleague.sections)
    if colleague.limited and not shares:
        raise Refused("Choose at least one section, or let your colleague see the whole room.")
    waiting = waiting_invitations(deal)
    waiting.filter(email=email).update(revoked_at=timezone.now())
    if len(good_among(waiting, deal)) >= OPEN_INVITATIONS:
        raise Refused("There are too many open invitations; revoke one first.")
    secret = new_secret()
    invitation = Invitation.objects.create(
        deal=deal, email=email, name=colleague.name, title=colleague.title,
        limited=colleague.limited, sections=[list(share) for share in shares],
        secret_hash=hash_of(secret), invited_by=actor, expires_at=timezone.now() + VALID_FOR,
    )  # fmt: skip
    link = f"{settings.PROOFROOM_URL}/invitation/{secret}/"
    titles = [d.title for d in delegable_sections(deal) if share_of(d.key) in shares]
    body = render_to_string(
        "diligence/mail/colleague.txt",
        {"invitation": invitation, "link": link, "titles": titles},
    )
    subject = f"{deal.startup}: {actor} asks for your help"
    queue_mail(to=email, subject=subject, body=body, about=[deal.pk])
    record(
        actor=actor, verb="room.invite", text=f"invited a colleague, {email}", deal=deal,
        about=invitation, in_room=True,
        change=Change.of({}, {"invited": email, "sections": titles, "limited": colleague.limited}),
    )  # fmt: skip
    return invitation


@transaction.atomic
def revoke_colleague(*, actor: User, invitation: Invitation) -> None:
    """Makes a colleague's open link worthless."""
    require(actor, "room.delegate", invitation.deal)
    if invitation.invited_by.is_firm:
        raise PermissionDenied("The firm sent this invitation.")
    if invitation.state == "used":
        raise Refused("This invitation was used; take the person out of the room instead.")
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(
        actor=actor, verb="room.uninvite", text=f"revoked the invitation of {invitation.email}",
        deal=invitation.deal, about=invitation, in_room=True,
        change=Change.of({"invited": invitation.email}, {"invited": None}),
    )  # fmt: skip


@transaction.atomic
def assign(*, actor: User, member: RoomMember, sections: Collection[Share], limited: bool) -> None:
    """Sets which sections someone takes over, and whether they see only those."""
    require(actor, "room.delegate", member.deal)
    if member.removed_at is not None:
        raise Refused("This person is not in the room any more; invite them again.")
    if limited and member.user_id == actor.pk:
        raise Refused("You cannot limit yourself; ask a colleague who sees the whole room.")
    shares = known_sections(member.deal, sections)
    before = _rights_of(member)
    set_sections(member, shares, actor)
    member.limited = limited
    member.save(update_fields=["limited"])
    record(
        actor=actor, verb="room.assign", deal=member.deal, about=member.user, in_room=True,
        text=f"assigned {len(shares)} section{'' if len(shares) == 1 else 's'} to {member.user}",
        change=Change.of(before, _rights_of(member)),
    )  # fmt: skip


def _rights_of(member: RoomMember) -> dict[str, object]:
    """What someone of the startup may see, and what they took over."""
    sections = member.assignments.order_by("section").values_list("section", flat=True)
    return {"limited": member.limited, "sections": list(sections)}


@transaction.atomic
def remove_colleague(*, actor: User, member: RoomMember) -> None:
    """Closes the room to a colleague at once; what they wrote and handed in stays."""
    require(actor, "room.delegate", member.deal)
    if member.user_id == actor.pk:
        raise Refused("You cannot take yourself out; ask a colleague or the firm.")
    close_room_to(member)
    record(
        actor=actor, verb="room.remove", text=f"took {member.user} out of the room",
        deal=member.deal, about=member.user, in_room=True, change=LEFT,
    )  # fmt: skip
