"""Audit runs and what they found. The row is the queue; Celery is only the doorbell."""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from audits.models.job import Job
from audits.models.repository import Repository
from diligence.models import Deal, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from audits.models.triage import Triage


class AuditRunQuerySet(models.QuerySet["AuditRun"]):
    """Reads of runs."""

    def visible_to(self, user: "User | AnonymousUser") -> "AuditRunQuerySet":
        """Those of deals that the user may see."""
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def succeeded(self) -> "AuditRunQuerySet":
        """Runs that ended with a result."""
        return self.filter(state=AuditRun.State.SUCCEEDED)

    def with_verdicts(self) -> "AuditRunQuerySet":
        """Runs that ended with verdicts of our engine, here or on the startup's machine."""
        return self.succeeded().exclude(origin=AuditRun.Origin.IMPORTED)


class AuditRun(Job):
    """One examination of one repository, pinned to a commit.

    `tool` names whose findings an imported run holds. `inventory` is what claims are
    held against beside the verdicts: the project's name, its packages, models and weights.
    """

    class Origin(models.TextChoices):
        """Who ran it: our worker, our collector on their machine, or another tool."""

        OBSERVED = "observed", "Observed"
        COLLECTED = "collected", "Collected on the startup's machine"
        IMPORTED = "imported", "Imported from another tool"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="audit_runs")
    repository = models.ForeignKey(Repository, on_delete=models.PROTECT, related_name="runs")
    origin = models.CharField(max_length=9, choices=Origin.choices, default=Origin.OBSERVED)
    tool = models.CharField(max_length=80, blank=True)
    rev = models.CharField(max_length=200, default="HEAD")
    source_sha256 = models.CharField(max_length=64, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    files = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    engine_version = models.CharField(max_length=40, blank=True)
    skipped: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True)
    inventory: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    timings: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = AuditRunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = (
            models.Index(
                fields=("lease_until",),
                condition=models.Q(state__in=("queued", "running")),
                name="run_in_flight",
            ),
        )

    def __str__(self) -> str:
        return f"{self.repository} at {self.commit[:10] or self.rev}"

    @property
    def has_verdicts(self) -> bool:
        """Whether it ended with verdicts of our engine."""
        return self.state == self.State.SUCCEEDED and self.origin != self.Origin.IMPORTED


class PracticeResult(models.Model):
    """The verdict of one run on one practice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(AuditRun, on_delete=models.CASCADE, related_name="practices")
    practice = models.CharField(max_length=80)
    lens = models.CharField(max_length=20)
    verdict = models.CharField(max_length=8)
    grade = models.CharField(max_length=2)
    value = models.CharField(max_length=200, blank=True)
    because = models.TextField()
    seen = models.FloatField(default=1.0)
    """The share of the files that could show it which could be read, from 0 to 1."""

    class Meta:
        ordering = ("run", "lens", "practice")
        constraints = (
            models.UniqueConstraint(fields=("run", "practice"), name="practice_once_per_run"),
        )

    def __str__(self) -> str:
        return f"{self.practice}: {self.verdict}"


class Excerpt(models.Model):
    """A cited place: path and line at the run's commit, with the lines around it as text.

    `text` starts at line `first_line`; empty for a binary file. It belongs to a practice result or
    to a finding.
    """

    id = models.BigAutoField(primary_key=True)
    practice = models.ForeignKey(
        PracticeResult, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    finding = models.ForeignKey(
        "Finding", on_delete=models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    position = models.PositiveSmallIntegerField()
    path = models.TextField()
    line = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    first_line = models.PositiveIntegerField(default=1)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(practice=None) ^ models.Q(finding=None),
                name="excerpt_has_one_owner",
            ),
        )

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Finding(models.Model):
    """Something to act on. `fingerprint` survives an unrelated edit of the file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(AuditRun, on_delete=models.CASCADE, related_name="findings")
    check_id = models.CharField(max_length=80)
    severity = models.CharField(max_length=8)
    severity_rank = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    path = models.TextField()
    line = models.PositiveIntegerField()
    fix = models.TextField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ("severity_rank", "check_id", "path", "line")
        indexes = (models.Index(fields=("run", "severity_rank"), name="finding_of_run"),)

    # Not a column: the word of a person, put there by `selectors.triage.with_triage`.
    triage: "Triage | None" = None

    def __str__(self) -> str:
        return f"{self.severity}: {self.title}"
