"""The life of a report: its data is frozen when it is issued, a worker draws the PDFs from it.

What was issued never changes; a later report gets the next number of the deal and of the firm.
Short forms and copies for one reader are drawn later, from the same data.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from diligence.lib.xml_text import without_forbidden
from diligence.models import Deal, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from rubrics.models import Assessment, Drawing, Letterhead, Report, ReportCopy
from rubrics.models.report import mark_of
from rubrics.selectors.report_trail import trail_part
from rubrics.selectors.reports import report_data
from rubrics.services.drawing import Drawn, draw_once, sweep
from rubrics.services.letterheads import letterhead_data
from rubrics.services.signing import signing_identity

LONGEST_READER = 120
VERIFY_PATH = "/verify/"
"""Where anybody can ask whether a file is ours; a test holds it against the address."""


def canonical_json(data: Mapping[str, Any]) -> bytes:
    """The one way in which report data is written down, so that its hash can be checked."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


@transaction.atomic
def issue_report(*, actor: User, deal: Deal, with_trail: bool = False) -> Report:
    """Freezes the deal's present data under the next number and queues the PDF.

    Where it is asked for, the deal's own part of the audit trail is frozen and printed with it.
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
    identity = signing_identity()
    serial, paper = _next_serial()
    data |= {
        "mark": mark_of(serial),
        "letterhead": letterhead_data(paper),
        "signature": {"name": identity.name, "certificate_sha256": identity.sha256},
        "verify_at": settings.PROOFROOM_URL.rstrip("/") + VERIFY_PATH,
    }
    if with_trail:
        data["trail"] = trail_part(deal, actor)
    # Once for every file that is drawn from it: what none can hold is not frozen.
    data = without_forbidden(data)
    report = Report.objects.create(
        deal=deal, number=number, serial=serial, data=data, issued_by=actor,
        data_sha256=hashlib.sha256(canonical_json(data)).hexdigest(),
    )  # fmt: skip
    record(
        actor=actor, verb="report.issue", deal=deal, about=report,
        text=f"issued report {number} ({report.mark})"
        + (" with the audit trail" if with_trail else ""),
    )  # fmt: skip
    return report


def _next_serial() -> tuple[int, Letterhead]:
    """The next number of the firm, and the letterhead, which is locked until it is used."""
    Letterhead.objects.get_or_create(pk=Letterhead.ONLY)
    row = Letterhead.objects.select_for_update().get(pk=Letterhead.ONLY)
    row.last_serial += 1
    row.save(update_fields=["last_serial"])
    return row.last_serial, row


@transaction.atomic
def order_copy(*, actor: User, report: Report, form: str, reader: str = "") -> ReportCopy:
    """Queues a further file of a report, or gives back the one that is there.

    A copy needs the name of its reader; one that failed is queued anew.
    """
    require(actor, "report.copy", report.deal)
    if form not in ReportCopy.Form.values:
        raise Refused("Choose one of the forms.")
    reader = (
        " ".join(without_forbidden(reader).split())[:LONGEST_READER]
        if form == ReportCopy.Form.COPY
        else ""
    )
    if form == ReportCopy.Form.COPY and not reader:
        raise Refused("Say whom the copy is for; their name stands on every page.")
    copy, made = ReportCopy.objects.get_or_create(
        report=report, form=form, reader=reader, defaults={"requested_by": actor}
    )
    if copy.state == Drawing.State.FAILED:
        copy.state, copy.failure, copy.attempts = Drawing.State.QUEUED, "", 0
        copy.save(update_fields=["state", "failure", "attempts"])
    if made:
        words = copy.get_form_display().lower() + (f", {reader}" if reader else "")
        record(
            actor=actor, verb="report.copy", deal=report.deal, about=copy,
            text=f"ordered of report {report.number}: {words}",
        )  # fmt: skip
    return copy


def draw_report(report_id: uuid.UUID, draw: Callable[[Mapping[str, Any]], Drawn]) -> None:
    """Draws a queued report and keeps the PDF. Does nothing where another has it."""
    draw_once(Report.objects.filter(pk=report_id), lambda report: draw(report.data))


def draw_copy(copy_id: uuid.UUID, draw: Callable[[ReportCopy], Drawn]) -> None:
    """The same for a further file."""
    draw_once(ReportCopy.objects.select_related("report").filter(pk=copy_id), draw)


def sweep_reports() -> list[uuid.UUID]:
    """Gives back what dead workers held; returns the reports whose bell has to be rung."""
    return sweep(Report.objects.order_by("issued_at"))


def sweep_copies() -> list[uuid.UUID]:
    """The same for further files."""
    return sweep(ReportCopy.objects.order_by("requested_at"))


def record_report_download(*, actor: User, report: Report, form: str = "pdf") -> None:
    """Leaves a line for every download; the caller has checked that the report is visible."""
    shape = "" if form == "pdf" else f" as {form}"
    record(
        actor=actor, verb="report.download", text=f"downloaded report {report.number}{shape}",
        deal=report.deal, about=report,
    )  # fmt: skip


def record_copy_download(*, actor: User, copy: ReportCopy) -> None:
    """The same for a further file."""
    words = copy.get_form_display().lower() + (f" ({copy.reader})" if copy.reader else "")
    record(
        actor=actor, verb="report.download", deal=copy.report.deal, about=copy,
        text=f"downloaded of report {copy.report.number}: {words}",
    )  # fmt: skip
