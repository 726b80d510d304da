"""A partner's decision on a deal. Each one stays as it was written; the newest counts."""

import uuid

from django.db import models
from django.db.models import Q

from diligence.models import User
from rubrics.models.assessment import Assessment


class SignOff(models.Model):
    """The decision, the figures that it was made on, and why. The database refuses any change.

    `rollup_form` names what of the roll-up `rollup_sha256` is the hash of (`scoring/signed.py`).
    """

    class Decision(models.TextChoices):
        """What the partner decides."""

        GO = "go", "Go"
        CONDITIONS = "go-with-conditions", "Go, with conditions"
        NO = "no", "No"
        REVISIT = "revisit", "Look at it again"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="sign_offs")
    number = models.PositiveIntegerField()
    decision = models.CharField(max_length=20, choices=Decision.choices)
    because = models.TextField()
    revisit_on = models.DateField(null=True, blank=True)
    notation = models.CharField(max_length=40)
    headline = models.FloatField(null=True)
    rollup_form = models.CharField(max_length=40)
    rollup_sha256 = models.CharField(max_length=64)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("assessment", "number"), name="sign_off_once"),
            models.CheckConstraint(
                condition=Q(decision="revisit") | Q(revisit_on=None), name="sign_off_revisit_only"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_decision_display()} on {self.assessment.deal}"


class Condition(models.Model):
    """One condition of a decision, in the partner's words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="conditions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("sign_off", "position"), name="condition_once"),
        )

    def __str__(self) -> str:
        return self.text
