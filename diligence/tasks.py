"""Doorbells of the deal: mail, and what the mail tells of."""

import uuid

from celery import shared_task

from diligence.services.evidence_requests import tell_of_requests
from diligence.services.mail import send_mail, waiting_mail
from diligence.services.reminders import send_reminders


@shared_task(ignore_result=True)
def send_queued_mail() -> None:
    """Sends what waits in the queue."""
    for mail_id in waiting_mail():
        send_mail(mail_id)


@shared_task(ignore_result=True)
def send_one_mail(mail_id: str) -> None:
    """Sends one mail as soon as its transaction is over."""
    send_mail(uuid.UUID(mail_id))


@shared_task(ignore_result=True)
def mail_new_requests() -> None:
    """Queues one mail for each room that was newly asked for evidence."""
    tell_of_requests()


@shared_task(ignore_result=True)
def remind() -> None:
    """Queues the reminders of the day."""
    send_reminders()
