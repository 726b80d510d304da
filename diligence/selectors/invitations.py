"""Reads of invitations: which of them still let somebody in."""

from collections.abc import Iterable

from django.db.models import QuerySet

from diligence.models import Deal, Invitation
from diligence.policies import may_still_invite


def is_good(invitation: Invitation) -> bool:
    """Whether it is open, and whoever sent it may still bring people in."""
    return invitation.state == "open" and may_still_invite(invitation.invited_by, invitation.deal)


def waiting_invitations(deal: Deal) -> QuerySet[Invitation]:
    """Those of a deal's room that were neither used nor revoked, newest first, good or not."""
    rows = deal.invitations.filter(used_at=None, revoked_at=None)
    return rows.select_related("invited_by")


def good_among(rows: Iterable[Invitation], deal: Deal) -> list[Invitation]:
    """Those of a deal's waiting ones that are good; each sender is asked about once."""
    still_open = [row for row in rows if row.state == "open"]
    may_invite = {by: may_still_invite(by, deal) for by in {row.invited_by for row in still_open}}
    return [row for row in still_open if may_invite[row.invited_by]]
