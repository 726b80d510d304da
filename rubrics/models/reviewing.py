"""Who scores an assessment, how their differences are settled, and what they hold against it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from diligence.models import User
from rubrics.models.assessment import Assessment, Cited, Scorecard


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
    A reviewer's word that there is none stands on the scorecard, the third person's here.
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
    no_conflict_declared_at = models.DateTimeField(null=True, blank=True)
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


class TalkedLevel(models.Model):
    """The level that a reviewer came to in the ten minutes, by the decision test; nothing of the
    scorecard changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="talked")
    criterion = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    because = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("scorecard", "criterion")
        constraints = (
            models.UniqueConstraint(fields=("scorecard", "criterion"), name="talked_once"),
            models.CheckConstraint(condition=Q(level__lte=4), name="talked_level_is_a_level"),
        )

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"


class Adjudication(models.Model):
    """A third person's level where reviewers differ, in two lines that rest on what they cite.

    A later decision takes the place of an earlier one, which is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="adjudications"
    )
    criterion = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    lines = models.CharField(max_length=500)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("decided_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "criterion"), condition=Q(superseded_at=None),
                name="adjudicated_once",
            ),
            models.CheckConstraint(condition=Q(level__lte=4), name="adjudicated_level_is_a_level"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"


class AdjudicationCitation(Cited):
    """What a third person's decision rests on."""

    adjudication = models.ForeignKey(
        Adjudication, on_delete=models.CASCADE, related_name="citations"
    )


class Dissent(models.Model):
    """A reviewer's own words against a decision. They are printed and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    adjudication = models.ForeignKey(Adjudication, on_delete=models.PROTECT, related_name="dissent")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(fields=("adjudication", "reviewer"), name="dissent_once"),
        )

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.words[:60]}"


class Briefing(models.Model):
    """Reviewers were briefed anew and scored some lenses again, since they agreed too little.

    `alpha` is what the agreement was before; the scorecards of that time are kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="briefings")
    lenses = ArrayField(models.CharField(max_length=80))
    words = models.TextField()
    alpha = models.FloatField(null=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("given_at",)

    def __str__(self) -> str:
        return f"Briefing on {', '.join(self.lenses)}"
