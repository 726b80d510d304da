"""Information barriers: for whom of the firm a deal does not exist, and why.

What a barrier does is done in one place, `Deal.objects.visible_to`: every other read starts there.
"""

import uuid

from django.db import models
from django.db.models import Q

from diligence.models.user import User


class BarrierQuerySet(models.QuerySet["Barrier"]):
    """Reads of barriers."""

    def standing(self) -> "BarrierQuerySet":
        """Those that nobody lifted."""
        return self.filter(lifted_at=None)


class Barrier(models.Model):
    """Someone in conflict and the deal that is closed to them. Lifting is a mark, not a deletion.

    Why is for those who run the deal. One who stands behind a barrier cannot lift it: for them the
    deal is not there, whatever their role.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey("diligence.Deal", on_delete=models.PROTECT, related_name="barriers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="barriers")
    reason = models.TextField()
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.TextField(blank=True)

    objects = BarrierQuerySet.as_manager()

    class Meta:
        ordering = ("-raised_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("deal", "user"), condition=Q(lifted_at=None), name="barrier_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_because="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="barrier_lifted_by_somebody_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} sees nothing of {self.deal}"

    @property
    def is_own(self) -> bool:
        """Whether they declared the conflict themselves."""
        return self.raised_by_id == self.user_id
