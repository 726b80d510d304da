"""Levels that are put to the startup, and what it disputes of them with new evidence."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from diligence.models import Deal, EvidenceItem, User
from rubrics.models.assessment import Assessment, Score

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class PutLevelQuerySet(models.QuerySet["PutLevel"]):
    """Reads of levels that were put."""

    def visible_to(self, user: "User | AnonymousUser") -> "PutLevelQuerySet":
        """Those of rooms that the user sees as a whole, and of scores that they may see."""
        rooms = Deal.objects.whole_room_of(user)
        seen = Assessment.objects.scores_visible_to(user)
        return self.filter(
            models.Q(assessment__deal__in=rooms) | models.Q(assessment__in=seen.values("pk"))
        )


class PutLevel(models.Model):
    """What the firm found on one criterion, told to the startup: the anchor, never the number.

    `last_day` is the last on which it may be disputed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="put_levels")
    criterion = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField()
    put_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField(auto_now_add=True)
    last_day = models.DateField()

    objects = PutLevelQuerySet.as_manager()

    class Meta:
        ordering = ("put_at",)
        constraints = (
            models.UniqueConstraint(fields=("assessment", "criterion"), name="put_once"),
        )

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"


class Dispute(models.Model):
    """The startup's words against a level, with evidence that came after it was put.

    It is flagged wherever the level is printed until somebody closes it with a reason;
    `level_after` is what the criterion stood at then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    put = models.OneToOneField(PutLevel, on_delete=models.PROTECT, related_name="dispute")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    evidence = models.ManyToManyField(EvidenceItem, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(blank=True)
    level_after = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return f"{self.author}: {self.words[:60]}"

    @property
    def is_open(self) -> bool:
        """Whether the flag stands."""
        return self.closed_at is None


class Rescore(models.Model):
    """The one reviewer of an assisted assessment scored a disputed criterion again.

    `before` stands on the scorecard that was submitted and is kept as it was, `after` on its
    successor, which differs in nothing else. The database refuses any change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="rescores")
    before = models.OneToOneField(Score, on_delete=models.PROTECT, related_name="+")
    after = models.OneToOneField(Score, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(before=models.F("after")), name="rescore_of_two_scores"
            ),
        )

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
