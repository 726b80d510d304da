"""The life of a report: its data is frozen when it is issued, a worker draws the PDF from it.

QUEUED -> RUNNING (lease) -> READY | FAILED. What was issued never changes; a later report gets the
next number of the deal.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from diligence.models import Deal, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from rubrics.models import Assessment, Report
from rubrics.selectors.reports import report_data

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 3


def canonical_json(data: Mapping[str, Any]) -> bytes:
    """The one way in which report data is written down, so that its hash can be checked."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


@transaction.atomic
def issue_report(*, actor: User, deal: Deal) -> Report:
    """Freezes the deal's present data under the next number and queues the PDF.

    Raises Refused where the deal is not being assessed.
    """
    require(actor, "report.issue", deal)
    Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if Assessment.objects.filter(deal=deal, mode=Assessment.Mode.BLIND, unblinded_at=None).exists():
        raise Refused("Reviewers still score blind; there is a report once all have submitted.")
    number = (deal.reports.aggregate(last=Max("number"))["last"] or 0) + 1
    data = report_data(deal, number=number, issued_by=actor, issued_at=timezone.now())
    if data is None:
        raise Refused("There is nothing to report yet: open the assessment and score it first.")
    report = Report.objects.create(
        deal=deal, number=number, data=data, issued_by=actor,
        data_sha256=hashlib.sha256(canonical_json(data)).hexdigest(),
    )  # fmt: skip
    record(
        actor=actor, verb="report.issue", text=f"issued report {number}", deal=deal, about=report
    )
    return report


@dataclass(frozen=True)
class Drawn:
    """A finished PDF."""

    pdf: bytes
    pages: int


def draw_report(report_id: uuid.UUID, draw: Callable[[Mapping[str, Any]], Drawn]) -> None:
    """Claims a queued report, draws it and stores the PDF. Does nothing where another has it.

    Whoever was given up meanwhile stores nothing; the number of the attempt tells them apart.
    """
    claimed = Report.objects.filter(pk=report_id, state=Report.State.QUEUED).update(
        state=Report.State.RUNNING,
        attempts=F("attempts") + 1,
        lease_until=timezone.now() + LEASE,
    )
    if not claimed:
        return
    report = Report.objects.get(pk=report_id)
    held = Report.objects.filter(
        pk=report_id, state=Report.State.RUNNING, attempts=report.attempts
    )  # fmt: skip
    try:
        drawn = draw(report.data)
    except Exception as error:
        held.update(
            state=Report.State.FAILED,
            failure=f"The PDF could not be drawn ({type(error).__name__}); issue it again.",
            finished_at=timezone.now(),
        )
        raise
    # Each attempt has a file of its own, so that a late one cannot overwrite what is served.
    path, storage = f"reports/{report.pk}-{report.attempts}.pdf", storages["default"]
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


@transaction.atomic
def sweep_reports() -> list[uuid.UUID]:
    """Gives back what a dead worker held; returns the reports whose bell has to be rung."""
    late = Report.objects.filter(state=Report.State.RUNNING, lease_until__lt=timezone.now())
    late.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=Report.State.FAILED,
        failure="The PDF could not be drawn in three attempts; issue it again.",
        finished_at=timezone.now(),
    )
    late.filter(attempts__lt=MAX_ATTEMPTS).update(state=Report.State.QUEUED, lease_until=None)
    queued = Report.objects.filter(state=Report.State.QUEUED).order_by("issued_at")
    return list(queued.values_list("pk", flat=True)[:100])


def record_report_download(*, actor: User, report: Report) -> None:
    """Leaves a line for every download; the caller has checked that the report is visible."""
    record(
        actor=actor, verb="report.download", text=f"downloaded report {report.number}",
        deal=report.deal, about=report,
    )  # fmt: skip
