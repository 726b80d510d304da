"""Other systems that are told what happens: their addresses, and what is sent to them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from diligence.models.user import User


class Event(models.TextChoices):
    """What an endpoint can be told of: verbs of the trail that another system may act on."""

    STAGE = "deal.move", "A deal moves to another stage"
    HANDED_IN = "questionnaire.submit", "A questionnaire is handed in"
    EVIDENCE = "evidence.add", "Evidence is added"
    VERSION = "evidence.version", "A new version of evidence is added"
    AUDIT = "audit.finish", "An audit is finished"
    SCORECARD = "score.lock", "A scorecard is submitted"
    SIGNED_OFF = "deal.sign-off", "A deal is signed off"
    REPORT = "report.issue", "A report is issued"


class WebhookEndpoint(models.Model):
    """Where to send; the secret that signs is kept encrypted with the field keys.

    `failures` are tries in a row that did not arrive, the first of them at `failing_since`;
    `paused_because` says why it was paused, where nobody did so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=1000)
    events = ArrayField(models.CharField(max_length=32, choices=Event.choices), default=list)
    secret = models.BinaryField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_because = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "created_at")

    def __str__(self) -> str:
        return self.name

    @property
    def event_labels(self) -> list[str]:
        """What it is told of, in words."""
        return [event.label for event in Event if event.value in self.events]


class WebhookDelivery(models.Model):
    """One message to one endpoint. The row is the queue; its id is that of the message."""

    class State(models.TextChoices):
        """FAILED: it was tried for a day and is set aside."""

        QUEUED = "queued", "Waiting"
        SENT = "sent", "Delivered"
        FAILED = "failed", "Set aside"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(max_length=32)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (
            models.Index(
                fields=("not_before",), condition=models.Q(state="queued"), name="webhook_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint_id}"

    @property
    def event_label(self) -> str:
        """What it tells of, in words."""
        return Event(self.event).label if self.event in Event.values else "A test"
