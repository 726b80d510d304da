"""Doorbells of the deal: mail and what it tells of, uploads that are whole or forgotten."""

import uuid

from celery import shared_task

from diligence.models import IncomingUpload, Preview, RoomExport
from diligence.services.anchoring import anchor_trail
from diligence.services.bells import ring
from diligence.services.evidence_requests import tell_of_requests
from diligence.services.mail import send_mail, waiting_mail
from diligence.services.previews import make_preview, waiting_previews
from diligence.services.reminders import send_reminders
from diligence.services.retention import keep_terms
from diligence.services.room_exports import sweep_exports, write_export
from diligence.services.scanning import scan_waiting
from diligence.services.sealing import seal_waiting
from diligence.services.telling import forget_deliveries, send_waiting
from diligence.services.unnamed_files import sweep_unnamed_files
from diligence.services.uploads import expire_uploads, finish_upload, whole_uploads
from diligence.services.webhooks import pause_failing


@shared_task(ignore_result=True)
def send_queued_mail() -> None:
    """Sends what waits in the queue."""
    for mail_id in waiting_mail():
        send_mail(mail_id)


@shared_task(ignore_result=True)
def send_webhooks() -> None:
    """Sends what endpoints are to be told, pauses those that are away for days, tidies up."""
    send_waiting()
    pause_failing()
    forget_deliveries()


@shared_task(ignore_result=True)
def mail_new_requests() -> None:
    """Queues one mail for each room that was newly asked for evidence."""
    tell_of_requests()


@shared_task(ignore_result=True)
def remind() -> None:
    """Queues the reminders of the day."""
    send_reminders()


@shared_task(ignore_result=True)
def keep_upload(upload_id: str) -> None:
    """Keeps one upload that is whole."""
    finish_upload(uuid.UUID(upload_id))


def ring_for_upload(upload: IncomingUpload) -> None:
    """Rings for a whole upload as soon as its transaction is committed."""
    ring(keep_upload, upload.pk)


@shared_task(ignore_result=True)
def sweep_uploads() -> None:
    """Rings again for uploads that are whole, and forgets those that nobody went on with."""
    for upload_id in whole_uploads():
        keep_upload.delay(str(upload_id))
    expire_uploads()


@shared_task(ignore_result=True)
def keep_preview(preview_id: str) -> None:
    """Makes one preview."""
    make_preview(uuid.UUID(preview_id))


@shared_task(ignore_result=True)
def sweep_previews() -> None:
    """Rings for previews that wait to be made."""
    for preview_id in waiting_previews():
        keep_preview.delay(str(preview_id))


def ring_for_preview(preview: Preview) -> None:
    """Rings for a preview that somebody waits for."""
    ring(keep_preview, preview.pk)


@shared_task(ignore_result=True)
def keep_scanning() -> None:
    """Has the scanner, if there is one, look at what it has not seen."""
    scan_waiting()


@shared_task(ignore_result=True)
def keep_export(export_id: str) -> None:
    """Writes one archive of a room."""
    write_export(uuid.UUID(export_id))


@shared_task(ignore_result=True)
def sweep_room_exports() -> None:
    """Rings again for archives that wait, and deletes those that are old."""
    for export_id in sweep_exports():
        keep_export.delay(str(export_id))


def ring_for_export(export: RoomExport) -> None:
    """Rings for an archive as soon as its transaction is committed."""
    ring(keep_export, export.pk)


@shared_task(ignore_result=True)
def seal_trail() -> None:
    """Chains what a killed process left unchained."""
    seal_waiting()


@shared_task(ignore_result=True)
def keep_to_terms() -> None:
    """Announces and carries out the deletions that come due."""
    keep_terms()


@shared_task(ignore_result=True)
def anchor_the_trail() -> None:
    """Signs the head of the trail once a day."""
    anchor_trail()


@shared_task(ignore_result=True)
def keep_storage_known() -> None:
    """Removes stored files that a process which died left without a row."""
    sweep_unnamed_files()
