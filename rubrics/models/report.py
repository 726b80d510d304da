"""Issued reports and the files that were drawn from them."""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from diligence.models import Deal, User
from rubrics.models.assessment import Assessment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Drawing(models.Model):
    """A PDF that a worker draws: QUEUED -> RUNNING (lease) -> READY | FAILED."""

    class State(models.TextChoices):
        """A drawing ends READY or FAILED."""

        QUEUED = "queued", "Queued"
        RUNNING = "running", "Being drawn"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    failure = models.CharField(max_length=1000, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    pdf_path = models.CharField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    pdf_size = models.PositiveBigIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class ReportQuerySet(models.QuerySet["Report"]):
    """Reads of reports."""

    def visible_to(self, user: "User | AnonymousUser") -> "ReportQuerySet":
        """Those of assessments whose scores the user may see. Founders see none."""
        return self.filter(deal__assessment__in=Assessment.objects.scores_visible_to(user))


class Report(Drawing):
    """An issued report: the data it was drawn from and the PDF, both frozen.

    `number` counts within the deal, `serial` over all reports of the firm. The database itself
    refuses to change what was issued or to delete it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    serial = models.PositiveIntegerField(unique=True)
    data: "models.JSONField[Any, Any]" = models.JSONField()
    data_sha256 = models.CharField(max_length=64)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_at",)
        constraints = (
            models.UniqueConstraint(fields=("deal", "number"), name="report_number_once"),
        )

    def __str__(self) -> str:
        return f"Report {self.number} on {self.deal}"

    @property
    def mark(self) -> str:
        """The firm's number of it, as it is printed: PR-00042."""
        return mark_of(self.serial)


def mark_of(serial: int) -> str:
    """How the firm's number of a report is written."""
    return f"PR-{serial:05}"


class ReportCopyQuerySet(models.QuerySet["ReportCopy"]):
    """Reads of further files."""

    def visible_to(self, user: "User | AnonymousUser") -> "ReportCopyQuerySet":
        """Those of reports that the user may see."""
        return self.filter(report__in=Report.objects.visible_to(user))


class ReportCopy(Drawing):
    """A further file from the same frozen data: a short form, or a copy for one reader.

    `reader` is who it is for; their name stands on every page of a copy.
    """

    class Form(models.TextChoices):
        """What is drawn."""

        BRIEF = "brief", "One-page brief"
        LETTER = "letter", "Letter to the founders"
        COPY = "copy", "Copy for one reader"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="copies")
    form = models.CharField(max_length=8, choices=Form.choices)
    reader = models.CharField(max_length=120, blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)

    objects = ReportCopyQuerySet.as_manager()

    class Meta:
        ordering = ("-requested_at",)
        constraints = (
            models.UniqueConstraint(fields=("report", "form", "reader"), name="copy_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_form_display()} of {self.report}"
