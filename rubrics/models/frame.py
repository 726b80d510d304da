"""Changes of what an assessment was frozen under: each with its reason, none ever rewritten."""

import uuid
from typing import Any

from django.db import models

from diligence.models import User
from rubrics.models.assessment import Assessment


class FrameChange(models.Model):
    """Rubric, weights or profile of an assessment were changed after it was opened.

    `before` and `after` are the whole frame, so that the report can print it when the rubric is
    long retired. The database refuses any change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="frame_changes"
    )
    number = models.PositiveIntegerField()
    because = models.TextField()
    before: "models.JSONField[Any, Any]" = models.JSONField()
    after: "models.JSONField[Any, Any]" = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("assessment", "number"), name="frame_change_once"),
            models.CheckConstraint(condition=~models.Q(because=""), name="frame_change_has_reason"),
        )

    def __str__(self) -> str:
        return f"Change {self.number} of {self.assessment}"
