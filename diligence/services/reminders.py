"""Reminds a startup's people of what comes due: one mail a day at most, with one link."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.models import ReminderDigest, User
from diligence.selectors.reminders import Due, due_by_person
from diligence.services.mail import queue_mail

MORNING = 7
"""The hour, in the server's time zone, before which nobody is reminded of anything."""


def send_reminders(now: datetime | None = None) -> int:
    """Queues a digest for everyone who has something to be reminded of; how many.

    However often and by however many workers it is called, a person gets one a day at most, and
    hears of each step of each thing once.
    """
    moment = timezone.localtime(now)
    if moment.hour < MORNING:
        return 0
    sent = 0
    for user, things in due_by_person(moment.date()).items():
        sent += _send(user, things, moment)
    return sent


def _send(user: User, things: tuple[Due, ...], moment: datetime) -> bool:
    """Queues one digest; False where the person had one today."""
    try:
        with transaction.atomic():
            ReminderDigest.objects.create(
                user=user, day=moment.date(), told=[thing.key for thing in things]
            )
            queue_mail(
                to=user.email, subject=_subject(things), body=_body(user, things),
                about={thing.deal for thing in things},
            )  # fmt: skip
    except IntegrityError:
        return False
    return True


def _subject(things: tuple[Due, ...]) -> str:
    startups = sorted({thing.startup for thing in things})
    if len(things) == 1:
        return f"{startups[0]}: {things[0].title}"
    return f"{', '.join(startups)}: {len(things)} things are due"


def _body(user: User, things: tuple[Due, ...]) -> str:
    several = len({thing.startup for thing in things}) > 1
    context = {
        "user": user, "things": things, "several_startups": several,
        "link": f"{settings.PROOFROOM_URL}/",
    }  # fmt: skip
    return render_to_string("diligence/mail/reminder.txt", context)
