"""Doorbells of the score: reports, and proposals that were missed."""

import uuid

from celery import shared_task

from diligence.services.bells import ring
from rubrics.models import Report, ReportCopy
from rubrics.reports.issuing import draw_copied, draw_issued
from rubrics.services import reports
from rubrics.services.assessments import catch_up
from rubrics.services.knock_outs import lapse_waivers


@shared_task(ignore_result=True)
def render_report(report_id: str) -> None:
    """Draws the PDF of one report, unless someone else does."""
    reports.draw_report(uuid.UUID(report_id), draw_issued)


@shared_task(ignore_result=True)
def render_copy(copy_id: str) -> None:
    """Draws a further file of a report, unless someone else does."""
    reports.draw_copy(uuid.UUID(copy_id), draw_copied)


@shared_task(ignore_result=True)
def sweep_reports() -> None:
    """Gives back what a dead worker held and rings again for what waits."""
    for report_id in reports.sweep_reports():
        render_report.delay(str(report_id))
    for copy_id in reports.sweep_copies():
        render_copy.delay(str(copy_id))


@shared_task(ignore_result=True)
def sweep_suggestions() -> None:
    """Takes up the news of audits that were lost with a worker."""
    catch_up()


@shared_task(ignore_result=True)
def sweep_waivers() -> None:
    """Lets stand again what was waived until yesterday."""
    lapse_waivers()


def ring_for(drawing: Report | ReportCopy) -> None:
    """Rings for a queued file as soon as its transaction is committed."""
    ring(render_copy if isinstance(drawing, ReportCopy) else render_report, drawing.pk)
