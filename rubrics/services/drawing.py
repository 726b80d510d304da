"""The life of a PDF that a worker draws, whatever is on it.

QUEUED -> RUNNING (lease) -> READY | FAILED. Whoever was given up meanwhile stores nothing: the
number of the attempt tells them apart.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from diligence.lib.disks import FULL, is_full
from diligence.services.errors import Refused
from diligence.services.leases import lapsed
from rubrics.models import Report, ReportCopy

Row = TypeVar("Row", Report, ReportCopy)

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Drawn:
    """A finished PDF."""

    pdf: bytes
    pages: int


def draw_once(rows: QuerySet[Row], work: Callable[[Row], Drawn]) -> None:
    """Claims the one queued row, draws it and keeps the PDF. Does nothing where another has it."""
    claimed = rows.filter(state=Report.State.QUEUED).update(
        state=Report.State.RUNNING,
        attempts=F("attempts") + 1,
        lease_until=timezone.now() + LEASE,
    )
    if not claimed:
        return
    row = rows.get()
    held = rows.filter(state=Report.State.RUNNING, attempts=row.attempts)
    try:
        _keep(held, work(row), f"reports/{row.pk}-{row.attempts}.pdf")
    except Refused as refused:
        held.update(**_failed(str(refused)))
    except Exception as error:
        held.update(**_failed(_why(error)))
        raise


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and is_full(error):
        return f"{FULL}; make room, then {AGAIN}"
    return f"The PDF could not be drawn ({type(error).__name__}); {AGAIN}"


AGAIN = "issue it again."
LOST = "This PDF is missing from the storage; ask whoever runs Proofroom to restore it."


def _failed(why: str) -> dict[str, object]:
    return {"state": Report.State.FAILED, "failure": why[:1000], "finished_at": timezone.now()}


def _keep(held: QuerySet[Row], drawn: Drawn, path: str) -> None:
    """Each attempt has a file of its own, so that a late one cannot overwrite what is served."""
    storage = storages["default"]
    storage.delete(path)
    storage.save(path, ContentFile(drawn.pdf))
    stored = held.update(
        state=Report.State.READY,
        pdf_path=path,
        pdf_sha256=hashlib.sha256(drawn.pdf).hexdigest(),
        pdf_size=len(drawn.pdf),
        pages=drawn.pages,
        finished_at=timezone.now(),
        lease_until=None,
    )
    if not stored:
        storage.delete(path)


def open_drawn(path: str) -> File[bytes]:
    """A PDF that was issued. Raises Refused where it was lost from the storage."""
    try:
        return storages["default"].open(path, "rb")
    except FileNotFoundError:
        raise Refused(LOST) from None


@transaction.atomic
def sweep(rows: QuerySet[Row]) -> list[uuid.UUID]:
    """Gives back what a dead worker held; returns the rows whose bell has to be rung."""
    late = rows.filter(lapsed(LEASE), state=Report.State.RUNNING)
    late.filter(attempts__gte=MAX_ATTEMPTS).update(
        **_failed(f"The PDF could not be drawn in three attempts; {AGAIN}")
    )
    late.filter(attempts__lt=MAX_ATTEMPTS).update(state=Report.State.QUEUED, lease_until=None)
    return list(rows.filter(state=Report.State.QUEUED).values_list("pk", flat=True)[:100])
