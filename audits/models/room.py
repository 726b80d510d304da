"""The data room of a deal: what each file is, what work was done on it, what was measured."""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from audits.models.job import Job
from diligence.models import Deal, EvidenceItem, EvidenceVersion, User
from diligence.models.remembering import Remembers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ArtifactQuerySet(models.QuerySet["Artifact"]):
    """Reads of artifacts."""

    def visible_to(self, user: "User | AnonymousUser") -> "ArtifactQuerySet":
        """Those of evidence that the user may see; what it was taken for is the firm's alone."""
        rows = self.filter(deal__in=Deal.objects.visible_to(user))
        return rows.filter(evidence__in=EvidenceItem.objects.visible_to(user))

    def in_room(self) -> "ArtifactQuerySet":
        """What is not withdrawn and not left out by the analyst."""
        return self.filter(left_out=False, evidence__withdrawn_at=None)

    def confirmed(self) -> "ArtifactQuerySet":
        """What the analyst has said the kind of: that is measured, and nothing else."""
        return self.in_room().exclude(confirmed_at=None)


class Artifact(Remembers):
    """A piece of evidence that can be measured: a log, a registry, a sample, a model.

    What an archive holds is an artifact each: `member` is its path in the archive, `.` where all of
    the archive is one thing, and empty for a file that was handed in by itself.
    `guess` is what its content looks like, with a confidence of 0 to 1; `kind` and `columns` are
    what the analyst confirmed or corrected it to. `revision` grows with every correction, so that
    the second of two people who correct at once is told.
    """

    WHOLE = "."

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="artifacts")
    evidence = models.ForeignKey(
        EvidenceItem, on_delete=models.PROTECT, related_name="artifacts",
        related_query_name="artifact",
    )  # fmt: skip
    member = models.CharField(max_length=500, blank=True, default="")
    guess: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    guessed_kind = models.CharField(max_length=40, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    guessed_from = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    trouble = models.CharField(max_length=1000, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    columns: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    left_out = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    added_at = models.DateTimeField(auto_now_add=True)

    objects = ArtifactQuerySet.as_manager()

    class Meta:
        ordering = ("added_at",)
        constraints = (
            models.UniqueConstraint(fields=("evidence", "member"), name="artifact_once_per_member"),
        )

    def __str__(self) -> str:
        if self.member in ("", self.WHOLE):
            return self.evidence.title
        return f"{self.member} in {self.evidence.title}"

    @property
    def is_confirmed(self) -> bool:
        """Whether the analyst has said what it is."""
        return self.confirmed_at is not None


class RoomRunQuerySet(models.QuerySet["RoomRun"]):
    """Reads of the work on data rooms."""

    def visible_to(self, user: "User | AnonymousUser") -> "RoomRunQuerySet":
        """Those of deals that the user may see."""
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def measurements(self) -> "RoomRunQuerySet":
        """Those that measure the room, whatever became of them."""
        return self.filter(purpose=RoomRun.Purpose.MEASURE)

    def succeeded(self) -> "RoomRunQuerySet":
        """Those that ended with a result."""
        return self.filter(state=RoomRun.State.SUCCEEDED)


class RoomRun(Job):
    """One piece of work on a data room: a look at one file, or a measurement of all confirmed ones.

    A measurement takes the whole room, because figures of one file rest on others: a prediction is
    traced in the registry, a sample is held against its reference. Earlier ones are kept.
    """

    class Purpose(models.TextChoices):
        """What is to be done."""

        LOOK = "look", "Look at a file"
        MEASURE = "measure", "Measure the room"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="room_runs")
    purpose = models.CharField(max_length=7, choices=Purpose.choices)
    artifact = models.ForeignKey(
        Artifact, on_delete=models.CASCADE, null=True, blank=True, related_name="looks"
    )
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    engine_version = models.CharField(max_length=40, blank=True)

    objects = RoomRunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(purpose="look") ^ models.Q(artifact=None),
                name="room_run_looks_at_one_file_or_measures_all",
            ),
        )
        indexes = (
            models.Index(
                fields=("lease_until",),
                condition=models.Q(state__in=("queued", "running")),
                name="room_run_in_flight",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.deal})"


class Measured(models.Model):
    """What one measurement found on one file, as it was taken for at that time.

    `path` is its name in the room and what pointers name; `facts` are those of the contracts,
    empty where `trouble` says in one sentence why the file could not be measured. `facts_type` is
    under which name they are restored, `inputs` the hash of all that they follow from.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(RoomRun, on_delete=models.CASCADE, related_name="measured")
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="measured")
    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=300)
    kind = models.CharField(max_length=40)
    columns: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    facts: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    facts_type = models.CharField(max_length=80, blank=True)
    inputs = models.CharField(max_length=64, blank=True)
    trouble = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("run", "path")
        verbose_name_plural = "measured"
        constraints = (
            models.UniqueConstraint(fields=("run", "artifact"), name="measured_once_per_run"),
        )

    def __str__(self) -> str:
        return f"{self.path} ({self.kind})"
