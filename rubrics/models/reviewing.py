"""Who scores an assessment and who decides where they differ."""

import uuid

from django.db import models
from django.db.models import Q

from diligence.models import User
from rubrics.models.assessment import Assessment


class SeatQuerySet(models.QuerySet["Seat"]):
    """Reads of seats."""

    def taken(self) -> "SeatQuerySet":
        """Those that nobody gave up."""
        return self.filter(ended_at=None)

    def of_reviewers(self) -> "SeatQuerySet":
        """Taken seats of those who score."""
        return self.taken().filter(role=Seat.Role.REVIEWER)


class Seat(models.Model):
    """Somebody's place on an assessment. Ending it is a mark, not a deletion.

    A reviewer scores; a third person decides where reviewers differ and never scored it. Whoever
    declared a conflict keeps the seat, and cannot score, until those who run the deal replace them.
    """

    class Role(models.TextChoices):
        """What they are asked for."""

        REVIEWER = "reviewer", "Scores"
        THIRD = "third", "Decides where reviewers differ"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.REVIEWER)
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(auto_now_add=True)
    conflict = models.TextField(blank=True)
    conflict_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ("assigned_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "user"), condition=Q(ended_at=None), name="seat_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} on {self.assessment}"
