"""What comes in is looked at by ClamAV, where one is configured; nothing else is called clean."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from diligence.lib.clamd import Answer, ScannerGone, scanned
from diligence.lib.sealed import Tampered
from diligence.models import Blob, Scan
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.keeping import PIECE, Unreachable, open_blob

AT_ONCE = 20
"""Files in one sweep, so that mails and others get their turn."""


def scan_waiting() -> None:
    """Scans what no scanner has seen, oldest first.

    A daemon or a storage that does not answer is asked next time.
    """
    if not settings.PROOFROOM_CLAMD:
        return
    for blob in Blob.objects.filter(scan=Scan.NOT, gone_at=None).order_by("created_at")[:AT_ONCE]:
        try:
            answer = scanned(settings.PROOFROOM_CLAMD, _pieces(blob))
        except (ScannerGone, Unreachable):
            return
        except Tampered:
            answer = Answer(unable="the stored file was changed")
        except Refused as refused:
            answer = Answer(unable=str(refused))
        _note(blob, answer)


def _pieces(blob: Blob) -> Iterator[bytes]:
    with open_blob(blob) as file:
        while piece := file.read(PIECE):
            yield piece


def _note(blob: Blob, answer: Answer) -> None:
    state = Scan.FOUND if answer.found else Scan.UNABLE if answer.unable else Scan.CLEAN
    note = (answer.found or answer.unable)[:200]
    noted = Blob.objects.filter(pk=blob.pk, scan=Scan.NOT).update(
        scan=state, scan_note=note, scanned_at=timezone.now()
    )
    if not noted or state != Scan.FOUND:
        return
    for version in blob.versions.select_related("item__deal"):
        record(
            actor=None, verb="evidence.malware", deal=version.item.deal, about=version.item,
            text=f"the scanner found {note} in {version.item.title}",
            in_room=version.item.from_startup,
        )  # fmt: skip


def require_harmless(blob: Blob) -> None:
    """Raises Refused where a scanner found malware: it stays as evidence and is not given out."""
    if blob.scan == Scan.FOUND:
        raise Refused(
            f"The scanner found {blob.scan_note} in this file; it is kept and not given out."
        )
