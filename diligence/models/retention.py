"""How long what a startup handed in is kept after closing, and proof of its deletion."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from diligence.models.deal import Deal
from diligence.models.user import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RetentionRule(models.Model):
    """The firm's term in days after closing; none keeps everything. The newest one holds."""

    days = models.PositiveIntegerField(null=True, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-set_at", "-pk")

    def __str__(self) -> str:
        return f"{self.days} days" if self.days is not None else "kept"


class DealRetention(models.Model):
    """What differs for one deal: a term of its own, a hold, and what was announced.

    `warned_for` is the day of deletion that the newest announcement names.
    """

    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, related_name="retention")
    days = models.PositiveIntegerField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True)
    held = models.BooleanField(default=False)
    held_because = models.CharField(max_length=500, blank=True)
    set_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField(null=True, blank=True)
    warned_for = models.DateField(null=True, blank=True)
    warned_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"retention of {self.deal}"


class DeletionQuerySet(models.QuerySet["Deletion"]):
    """Reads of deletions."""

    def visible_to(self, user: "User | AnonymousUser") -> "DeletionQuerySet":
        """Those of deals that the user may see."""
        return self.filter(deal__in=Deal.objects.visible_to(user))


class Deletion(models.Model):
    """What was handed in on a deal is deleted; `certificate` names each file, and is signed.

    `erased_at` is set once the bytes are gone from the storage, which follows the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="deletions")
    rule = models.CharField(max_length=1000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    files = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    certificate = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = DeletionQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.deal}: {self.files} files deleted"
