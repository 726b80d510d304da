"""Archives of whole rooms: asked for by the firm, written by a worker, gone after some days."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from diligence.models.deal import Deal
from diligence.models.user import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RoomExportQuerySet(models.QuerySet["RoomExport"]):
    """Reads of exports."""

    def visible_to(self, user: "User | AnonymousUser") -> "RoomExportQuerySet":
        """Those of the deals that someone of the firm sees; for founders there are none."""
        return self.filter(deal__in=Deal.objects.visible_to(user))


class RoomExport(models.Model):
    """One archive. QUEUED -> RUNNING (lease) -> READY | FAILED; READY -> GONE when it is old.

    `has_documents` says whether a document is inside that a deal may show with names alone; of an
    archive that is not written yet nobody knows, so that it holds.
    """

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Being written"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"
        GONE = "gone", "Deleted again"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="room_exports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    files = models.PositiveIntegerField(default=0)
    has_documents = models.BooleanField(default=True)
    failure = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RoomExportQuerySet.as_manager()

    class Meta:
        ordering = ("-requested_at",)

    def __str__(self) -> str:
        return f"{self.deal}, {self.requested_at:%Y-%m-%d}"

    @property
    def is_under_way(self) -> bool:
        """Whether somebody waits for it."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)
