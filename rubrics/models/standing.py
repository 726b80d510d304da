"""Standings: the roll-up of an assessment as lists read it, now and at the end of each day."""

from typing import Any

from django.db import models
from django.db.models import F

from rubrics.models.assessment import Assessment


class Standing(models.Model):
    """The roll-up of an assessment as of its last change, so that lists need not compute it.

    `data` is the canonical JSON of the roll-up; the columns repeat what lists sort and filter by.
    `headline` is 0 to 100, None where the deal is not rateable. `lens_scores` has, by the id of a
    lens, its `score`, `low` and `high` (0 to 4, or None) and whether it `applies`.
    """

    assessment = models.OneToOneField(
        Assessment, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    is_final = models.BooleanField(default=False)
    headline = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    band = models.CharField(max_length=8, blank=True)
    notation = models.CharField(max_length=40, blank=True)
    coverage = models.FloatField(default=0)
    lens_scores: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    data: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-headline",)
        indexes = (
            models.Index(
                F("headline"), condition=models.Q(is_final=True), name="standing_final_headline"
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment}: {self.notation}"


class StandingPoint(models.Model):
    """How an assessment stood at the end of a day (UTC). Days on which nothing changed have none.

    It is what was said on that day: a point is never computed anew under a later rubric.
    """

    id = models.BigAutoField(primary_key=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="points")
    day = models.DateField()
    is_final = models.BooleanField(default=False)
    headline = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    notation = models.CharField(max_length=40, blank=True)
    coverage = models.FloatField(default=0)

    class Meta:
        ordering = ("assessment", "day")
        constraints = (
            models.UniqueConstraint(fields=("assessment", "day"), name="standing_point_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.assessment} on {self.day}: {self.notation}"
