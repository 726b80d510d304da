"""Conditions as follow-ups: opened with an owner and a day, closed with the reason."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.models import Deal, User
from diligence.policies import require, sees
from diligence.services.activity import record
from diligence.services.errors import Conflict, Refused
from diligence.services.mail import queue_mail
from rubrics.models import FollowUp


@dataclass(frozen=True)
class Condition:
    """What has to be done, by whom of the firm, until when; and what it answers."""

    text: str
    owner: User
    due_on: date
    risk: str = ""
    instrument: str = ""
    subject: str = ""


@transaction.atomic
def open_follow_up(*, actor: User, deal: Deal, condition: Condition) -> FollowUp:
    """Makes a condition something to do; the owner is told by mail, unless it is the actor."""
    require(actor, "follow-up.open", deal)
    if not condition.text.strip():
        raise Refused("Say what has to be done, so that somebody can tell whether it is.")
    if condition.due_on < timezone.localdate():
        raise Refused("The day lies in the past; choose today or later.")
    owner = condition.owner
    if not owner.is_active or not sees(owner, deal):
        raise Refused("Choose as owner somebody of the firm who sees this deal.")
    row = FollowUp.objects.create(
        deal=deal, text=condition.text.strip(), owner=owner, due_on=condition.due_on,
        risk=condition.risk, instrument=condition.instrument[:300], subject=condition.subject,
        opened_by=actor,
    )  # fmt: skip
    record(
        actor=actor, verb="follow-up.open", deal=deal, about=row,
        text=f"set a condition for {owner} until {row.due_on:%-d %b %Y}: {row.text}",
    )  # fmt: skip
    if owner != actor:
        _tell_owner(row)
    return row


@transaction.atomic
def close_follow_up(*, actor: User, follow_up: FollowUp, state: str, because: str) -> FollowUp:
    """Says that it is met or dropped, and why. Raises Conflict where somebody has said so."""
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("deal").get(
        pk=follow_up.pk
    )  # fmt: skip
    require(actor, "follow-up.close", row)
    if row.state != FollowUp.State.OPEN:
        raise Conflict(f"It is {row.get_state_display().lower()} already.")
    if state not in (FollowUp.State.MET, FollowUp.State.DROPPED):
        raise Refused("Choose whether it is met or dropped.")
    if not because.strip():
        raise Refused("Say what shows that it is met, or why it is dropped.")
    row.state, row.closed_by, row.closed_at = state, actor, timezone.now()
    row.closed_because = because.strip()
    row.save(update_fields=["state", "closed_by", "closed_at", "closed_because"])
    record(
        actor=actor, verb="follow-up.close", deal=row.deal, about=row,
        text=f"{row.get_state_display().lower()} the condition “{row.text[:80]}”: {because}",
    )  # fmt: skip
    return row


def _tell_owner(row: FollowUp) -> None:
    link = f"{settings.PROOFROOM_URL}/deals/{row.deal.pk}/open/"
    context = {"follow_up": row, "deal": row.deal, "link": link}
    queue_mail(
        to=row.owner.email, subject=f"{row.deal.startup}: a condition is yours to see to",
        body=render_to_string("rubrics/mail/follow_up.txt", context), about=[row.deal_id],
    )  # fmt: skip
