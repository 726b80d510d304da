"""The trail: one line for each thing that someone did, chained by seals, anchored by days.

The database refuses to change, delete or empty these tables (migration `the_trail_is_kept`).
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from diligence.models.deal import Deal
from diligence.models.user import User


class Activity(models.Model):
    """One thing that someone did. Rows are only ever added.

    `text` is a finished sentence without its subject, for people; `data` is for machines. `before`
    and `after` hold the fields that changed, never a secret. `via`, `address` and `agent` say from
    where: a worker's agent is its task. `mark` is a keyed hash of all this, made with the row, so
    that a row that somebody put in past the application has none that holds.
    """

    class Via(models.TextChoices):
        """The door through which it came."""

        WEB = "web", "Browser"
        API = "api", "API"
        WORKER = "worker", "Worker"
        COMMAND = "command", "Command line"

    id = models.BigAutoField(primary_key=True)
    deal = models.ForeignKey(
        Deal, on_delete=models.PROTECT, null=True, blank=True, related_name="activities"
    )
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verb = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    data: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    before: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True)
    after: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True)
    via = models.CharField(max_length=8, choices=Via.choices, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    in_room = models.BooleanField(default=False)
    mark = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        verbose_name_plural = "activities"
        indexes = (
            models.Index(fields=("deal", "-at"), name="activity_of_deal"),
            models.Index(fields=("-at", "-id"), name="activity_newest"),
            models.Index(fields=("actor", "-at"), name="activity_of_person"),
            models.Index(fields=("via", "-at"), name="activity_through"),
            models.Index(fields=("object_id",), name="activity_about"),
            # Of beginnings too, as `LIKE` asks for them.
            models.Index(
                fields=("verb",), opclasses=("varchar_pattern_ops",), name="activity_verb"
            ),
            GinIndex(OpClass(Lower("text"), name="gin_trgm_ops"), name="activity_by_letters"),
        )

    def __str__(self) -> str:
        return f"{self.actor}: {self.text}"


class Seal(models.Model):
    """The place of a line in the chain: numbers run from 1 without a gap, in order of commits.

    `hash` covers the hash of the number before, this number and the line with its mark.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="seal")
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number}: {self.hash}"


class TrailAnchor(models.Model):
    """The head of the chain on one day, signed; the same text lies in a file (`path`)."""

    day = models.DateField(unique=True)
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    text = models.TextField()
    path = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day}: {self.number}"


class TrailKey(models.Model):
    """The one key of the trail (Ed25519), encrypted with the field keys, and its public half."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    public = models.CharField(max_length=64)
    key = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="trail_has_one_key"),)

    def __str__(self) -> str:
        return self.public
