"""What leaves the house and who may knock: queued mail, reminders and API tokens."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from diligence.models.deal import Deal, Invitation
from diligence.models.user import FirmRole, User


class OutboundMailQuerySet(models.QuerySet["OutboundMail"]):
    """Reads of mails."""

    def visible_to(self, user: User) -> "OutboundMailQuerySet":
        """One's own and those to the startups of visible deals: a code to sign in is a key.

        None that speaks of a deal which the user does not see, whoever it was sent to.
        """
        seen = Deal.objects.visible_to(user)
        rows = self.exclude(about__in=Deal.objects.exclude(pk__in=seen.values("pk")))
        if user.is_active and user.firm_role == FirmRole.ADMIN:
            return rows
        rooms = Invitation.objects.filter(deal__in=seen)
        return rows.filter(models.Q(to=user.email) | models.Q(to__in=rooms.values("email")))


class OutboundMail(models.Model):
    """A mail as it will be, or was, sent. The row is the queue."""

    class State(models.TextChoices):
        """KEPT: no mail server is configured, so it can only be read on the mail page.

        WITHHELD: by the time it was to leave its reader was no longer to know of the deal.
        """

        QUEUED = "queued", "Waiting"
        SENT = "sent", "Sent"
        KEPT = "kept", "Kept here"
        FAILED = "failed", "Failed"
        WITHHELD = "withheld", "Withheld"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.CharField(max_length=1000)
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=500)
    body = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=500, blank=True)
    about: "models.ManyToManyField[Deal, Any]" = models.ManyToManyField(Deal, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OutboundMailQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = (
            models.Index(
                fields=("not_before",),
                condition=models.Q(state="queued"),
                name="mail_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"


class ReminderDigest(models.Model):
    """One reminder mail to one person on one day, and what it told of.

    `told` holds `selectors.reminders.Due.key` of everything in it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    told: "models.JSONField[Any, Any]" = models.JSONField(default=list)

    class Meta:
        ordering = ("-day",)
        constraints = (models.UniqueConstraint(fields=("user", "day"), name="one_digest_a_day"),)

    def __str__(self) -> str:
        return f"{self.user} on {self.day}"


class Scope(models.TextChoices):
    """What a token opens beside what its owner may do; none opens more than its owner may."""

    READ = "read", "Read what you may read"
    EXPORT = "export", "Take reports out as files"
    WRITE = "write", "Change what you may change"


class ApiToken(models.Model):
    """A key to the REST API. Only its hash is kept; `hint` is what a person may see again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    secret_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope.choices), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
