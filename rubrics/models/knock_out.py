"""Knock-outs: what stands beside the band, and every step of how it came to stand or fall."""

import uuid
from datetime import date
from typing import cast

from django.db import models
from django.db.models import Q
from django.utils import timezone

from audits.models import AuditRun
from diligence.models import EvidenceItem, EvidenceRequest, User
from rubrics.models.assessment import Assessment
from rubrics.scoring.knock_outs import Event, Kind, Life, life_of


class KnockOutQuerySet(models.QuerySet["KnockOut"]):
    """Reads of knock-outs."""

    def standing(self, today: date | None = None) -> "KnockOutQuerySet":
        """Those that show beside the band: suspected, confirmed, or waived and expired."""
        states = KnockOut.State
        lapsed = Q(state=states.WAIVED, waived_until__lt=today or timezone.localdate())
        return self.filter(Q(state__in=(states.SUSPECTED, states.CONFIRMED)) | lapsed)


class KnockOut(models.Model):
    """A reason that stands beside the band and that no average hides (rubric, section 4).

    `raised` is the part of `because` that the engine said last: new figures take its place, and
    what people wrote beside it stays. `state` and `waived_until` repeat what the steps lead to, so
    that lists can filter by them.
    """

    class State(models.TextChoices):
        """The engine may only suspect; people do the rest."""

        SUSPECTED = "suspected", "Suspected"
        CONFIRMED = "confirmed", "Confirmed"
        CLEARED = "cleared", "Cleared"
        CURED = "cured", "Cured"
        WAIVED = "waived", "Waived"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="knock_outs")
    code = models.CharField(max_length=4)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUSPECTED)
    waived_until = models.DateField(null=True, blank=True)
    because = models.TextField()
    raised = models.TextField(blank=True, default="")
    run = models.ForeignKey(AuditRun, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_because = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = KnockOutQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("assessment", "code"), name="ko_once"),)

    def __str__(self) -> str:
        return f"{self.code}: {self.state}"

    @property
    def is_lapsed(self) -> bool:
        """Whether it was waived and the waiver has run out; the last day still counts."""
        until = self.waived_until
        return (
            self.state == self.State.WAIVED and until is not None and until < timezone.localdate()
        )

    @property
    def stands(self) -> bool:
        """Whether it shows beside the band."""
        return self.state in (self.State.SUSPECTED, self.State.CONFIRMED) or self.is_lapsed

    @property
    def life(self) -> Life:
        """Where its history leads; `steps` are read, prefetched or not."""
        return life_of(step.event for step in self.steps.all())


class KnockOutStep(models.Model):
    """One step in the life of a knock-out: who, when, why, and on what. Rows are only ever added.

    `by` is nobody where the engine or the calendar did it. `until` is the last day of a waiver, or
    the day by which the startup is asked to reply. `signed` is how a waiver was signed.
    """

    class Kind(models.TextChoices):
        """What was done."""

        SUSPECTED = "suspected", "Suspected"
        ADDED = "added", "Added to the suspicion"
        ASKED = "asked", "Asked the startup"
        REPLIED = "replied", "The startup replied"
        TAKEN_BACK = "taken-back", "Took the question back"
        CONFIRMED = "confirmed", "Confirmed"
        CLEARED = "cleared", "Cleared"
        CURED = "cured", "Cured"
        WAIVED = "waived", "Waived"
        LAPSED = "lapsed", "The waiver ran out"

    id = models.BigAutoField(primary_key=True)
    knock_out = models.ForeignKey(KnockOut, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    because = models.TextField()
    until = models.DateField(null=True, blank=True)
    signed = models.CharField(max_length=300, blank=True)
    run = models.ForeignKey(AuditRun, on_delete=models.PROTECT, null=True, related_name="+")
    request = models.ForeignKey(
        EvidenceRequest, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.ManyToManyField(EvidenceItem, related_name="+", blank=True)

    class Meta:
        ordering = ("knock_out", "number")
        constraints = (
            models.UniqueConstraint(fields=("knock_out", "number"), name="ko_step_once"),
            models.CheckConstraint(
                condition=~Q(kind="waived") | Q(until__isnull=False) & ~Q(signed=""),
                name="ko_waiver_signed_with_an_end",
            ),
        )

    def __str__(self) -> str:
        return f"{self.knock_out.code} {self.number}: {self.kind}"

    @property
    def event(self) -> Event:
        """The step as the pure history reads it."""
        on = timezone.localtime(self.at).date()
        return Event(cast("Kind", self.kind), str(self.by_id or ""), on, self.until)
