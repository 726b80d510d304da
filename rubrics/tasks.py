"""Doorbells of the score: reports, and proposals that were missed."""

import uuid
from functools import partial

from celery import shared_task
from django.db import transaction

from rubrics.models import Report
from rubrics.reports.pdf import draw
from rubrics.services import reports
from rubrics.services.assessments import catch_up
from rubrics.services.knock_outs import lapse_waivers


@shared_task(ignore_result=True)
def render_report(report_id: str) -> None:
    """Draws the PDF of one report, unless someone else does."""
    reports.draw_report(uuid.UUID(report_id), draw)


@shared_task(ignore_result=True)
def sweep_reports() -> None:
    """Gives back what a dead worker held and rings again for what waits."""
    for report_id in reports.sweep_reports():
        render_report.delay(str(report_id))


@shared_task(ignore_result=True)
def sweep_suggestions() -> None:
    """Takes up the news of audits that were lost with a worker."""
    catch_up()


@shared_task(ignore_result=True)
def sweep_waivers() -> None:
    """Lets stand again what was waived until yesterday."""
    lapse_waivers()


def ring_for(report: Report) -> None:
    """Rings for a queued report as soon as its transaction is committed."""
    transaction.on_commit(partial(render_report.delay, str(report.pk)))
