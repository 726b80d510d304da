"""What is still needed: one piece of evidence that the firm asks for, until it is answered."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from diligence.models.deal import Deal
from diligence.models.evidence import EvidenceItem
from diligence.models.remembering import Remembers
from diligence.models.user import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class EvidenceRequestQuerySet(models.QuerySet["EvidenceRequest"]):
    """Reads of requests."""

    def visible_to(self, user: "User | AnonymousUser") -> "EvidenceRequestQuerySet":
        """Those of visible deals for the firm, for founders those of rooms they see whole."""
        if getattr(user, "is_firm", False):
            return self.filter(deal__in=Deal.objects.visible_to(user))
        return self.filter(deal__in=Deal.objects.whole_room_of(user))


class EvidenceRequest(Remembers):
    """Something that the firm asks the startup to hand in, with why and until when.

    What it is asked for (a claim, a criterion) is named by kind and id only, because the deal knows
    neither audits nor scores; `asked_for_text` is how the firm reads it. The startup never sees
    these three. `wants_words` is a question that is answered in words, files being welcome beside
    them. `minutes` is the asker's estimate of the startup's time. `told_at` is when the mail
    that names it was queued; until then it waits for others to share that mail.
    """

    class State(models.TextChoices):
        """OPEN: with the startup. ANSWERED: by evidence, or by why there is none."""

        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="requests")
    what = models.CharField(max_length=200)
    why = models.TextField(max_length=2000)
    due_on = models.DateField(null=True, blank=True)
    wants_words = models.BooleanField(default=False)
    minutes = models.PositiveSmallIntegerField(default=15)
    asked_for_kind = models.CharField(max_length=40, blank=True)
    asked_for_id = models.CharField(max_length=120, blank=True)
    asked_for_text = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    evidence = models.ManyToManyField(EvidenceItem, related_name="requests", blank=True)
    reply = models.TextField(max_length=2000, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = EvidenceRequestQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "asked_at")
        indexes = (
            models.Index(fields=("asked_for_kind", "asked_for_id"), name="request_asked_for"),
            models.Index(
                fields=("deal",), condition=models.Q(told_at=None), name="request_not_yet_told"
            ),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        """Whether the startup still has to do something."""
        return self.state == self.State.OPEN

    @property
    def is_overdue(self) -> bool:
        """Whether it is still open after its date."""
        return bool(self.is_open and self.due_on and self.due_on < timezone.localdate())

    @property
    def given(self) -> list[EvidenceItem]:
        """What it was answered with, without what was withdrawn."""
        return [item for item in self.evidence.all() if item.withdrawn_at is None]
