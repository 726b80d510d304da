"""Mail leaves through a queue of rows: written with what caused it, sent afterwards, retried."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from diligence.models import OutboundMail
from diligence.selectors.mail import is_still_meant
from diligence.services.leases import lapsed

MAX_ATTEMPTS = 8
SET_ASIDE = "Sending it stopped without a word each time."
LONGEST_WAIT = timedelta(minutes=2**MAX_ATTEMPTS)


def queue_mail(
    *, to: str, subject: str, body: str, about: Iterable[uuid.UUID] = ()
) -> OutboundMail:
    """Queues a plain mail in the caller's transaction; the sweep or the doorbell sends it.

    `about` holds the ids of all deals that it speaks of: whoever may not know of one of them by
    the time it leaves does not get it, and does not find it on the mail page.
    """
    mail = OutboundMail.objects.create(
        to=to, sender=settings.DEFAULT_FROM_EMAIL, subject=" ".join(subject.split()), body=body
    )
    spoken_of = OutboundMail.about.through
    spoken_of.objects.bulk_create(
        [spoken_of(outboundmail_id=mail.pk, deal_id=pk) for pk in set(about)]
    )
    return mail


class OutboxBackend(BaseEmailBackend):
    """What Django and its libraries send goes into the same queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queues the messages; returns how many."""
        for message in email_messages:
            html = [
                str(part[0])
                for part in getattr(message, "alternatives", [])
                if part[1] == "text/html"
            ]
            OutboundMail.objects.create(
                to=", ".join(message.recipients()),
                sender=message.from_email,
                subject=str(message.subject),
                body=str(message.body),
                html=html[0] if html else "",
            )
        return len(email_messages)


def send_mail(mail_id: uuid.UUID) -> None:
    """Sends one queued mail. Does nothing if another worker has it or it is over.

    1. Without a mail server, keep it to be read on the mail page. 2. Take the row by putting off
    its next attempt, so that neither a second worker nor one that dies in the middle sends it again
    at once. 3. Withhold it from a reader who may no longer know of the deal. 4. Send; on failure
    the next attempt waits longer each time, and after MAX_ATTEMPTS there is none. A worker that
    dies between the mail server's word and the row sends it twice.
    """
    due = OutboundMail.objects.filter(_is_due(), pk=mail_id)
    if not settings.EMAIL_URL:
        due.update(state=OutboundMail.State.KEPT)
        return
    mail = _claimed(due)
    if mail is not None:
        if is_still_meant(mail):
            _deliver(mail)
        else:
            mail.state = OutboundMail.State.WITHHELD
        mail.save(update_fields=["state", "sent_at", "error"])


@transaction.atomic
def _claimed(due: QuerySet[OutboundMail]) -> OutboundMail | None:
    mail = due.select_for_update(skip_locked=True).first()
    if mail is None:
        return None
    if mail.attempts == MAX_ATTEMPTS:
        due.update(state=OutboundMail.State.FAILED, error=SET_ASIDE)
        return None
    mail.attempts += 1
    mail.not_before = timezone.now() + timedelta(minutes=2**mail.attempts)
    mail.save(update_fields=["attempts", "not_before"])
    return mail


def _is_due() -> Q:
    return lapsed(LONGEST_WAIT, "not_before") & Q(state=OutboundMail.State.QUEUED)


def _deliver(mail: OutboundMail) -> None:
    message = EmailMultiAlternatives(
        mail.subject, mail.body, mail.sender, [a.strip() for a in mail.to.split(",")]
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        _server().send_messages([message])
    except (OSError, SMTPException, ValueError) as error:  # ValueError: no mail can be made of it
        mail.error = str(error)[:500]
        if mail.attempts >= MAX_ATTEMPTS:
            mail.state = OutboundMail.State.FAILED
    else:
        mail.state, mail.sent_at, mail.error = OutboundMail.State.SENT, timezone.now(), ""


def _server() -> Any:
    """The connection that EMAIL_URL names: smtp://user:password@host:587?tls=1 (or ssl=1)."""
    address = urlsplit(settings.EMAIL_URL)
    asked = parse_qs(address.query)
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=address.hostname,
        port=address.port or 25,
        username=unquote(address.username or ""),
        password=unquote(address.password or ""),
        use_tls=asked.get("tls") == ["1"],
        use_ssl=asked.get("ssl") == ["1"],
        timeout=20,
    )


def waiting_mail() -> list[uuid.UUID]:
    """Mails that should go out now, oldest first."""
    return list(
        OutboundMail.objects.filter(_is_due())
        .order_by("created_at")
        .values_list("pk", flat=True)[:100]
    )
