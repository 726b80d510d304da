"""What a startup says of itself, every verdict that was ever on it, and what it says to that."""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from audits.models.room import Artifact, RoomRun
from audits.models.run import AuditRun
from diligence.models import Answer, Deal, EvidenceItem, User
from diligence.models.remembering import Remembers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Reads of claims."""

    def visible_to(self, user: "User | AnonymousUser") -> "ClaimQuerySet":
        """Those of deals that the user may see; founders meet a claim only where it is shared."""
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def standing(self) -> "ClaimQuerySet":
        """What is still said: neither dropped by its source nor taken back by who quoted it."""
        return self.filter(withdrawn_at=None)


class Claim(Remembers):
    """One thing that the startup says, and where it says it.

    `key` tells it apart within its source, so that an answer that changes changes its claim.
    `verdict` is the newest one, kept here for lists. `revision` grows with every edit.
    """

    class Source(models.TextChoices):
        """Where it is said."""

        ANSWER = "answer", "Questionnaire"
        DECK = "deck", "Deck or document"
        CARD = "model-card", "Model card"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="claims")
    source = models.CharField(max_length=10, choices=Source.choices)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    lens = models.CharField(max_length=20)
    fields: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    text = models.TextField()
    answer = models.ForeignKey(
        Answer, on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    evidence = models.ForeignKey(
        EvidenceItem, on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    artifact = models.ForeignKey(
        Artifact, on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    page = models.PositiveIntegerField(null=True, blank=True)
    quoted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.ForeignKey(
        "ClaimVerdict", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)
    said_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ("said_at", "key")
        constraints = (models.UniqueConstraint(fields=("deal", "key"), name="claim_once_per_deal"),)
        indexes = (models.Index(fields=("deal", "lens"), name="claim_of_deal"),)

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def where(self) -> str:
        """Where it is said, in words."""
        if self.answer is not None:
            return self.answer.questionnaire.template.title
        if self.artifact is not None and self.artifact.member:
            return str(self.artifact)
        if self.evidence is None:
            return "Said in a meeting or a call"
        page = f", page {self.page}" if self.page else ""
        return f"{self.evidence.title}{page}"


class ClaimVerdict(models.Model):
    """What became of a claim at one time. Rows are only ever added.

    `fields` are the claim's as they were then. `tested_at` moves on while a new test says the same;
    a change is a row of its own. `run` and `room_run` are what it stood on.
    """

    class Verdict(models.TextChoices):
        """What became of it; unsupported proves nothing, and never counts as a contradiction."""

        CONTRADICTED = "contradicted", "Contradicted"
        UNSUPPORTED = "unsupported", "Unsupported"
        SUPPORTED = "supported", "Supported"
        UNTESTABLE = "untestable", "Cannot be tested"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="verdicts")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    because = models.TextField()
    grade = models.CharField(max_length=2, default="E0")
    fields: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    claimed = models.FloatField(null=True, blank=True)
    measured = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    evidence: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True)
    run = models.ForeignKey(
        AuditRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    room_run = models.ForeignKey(
        RoomRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    tested_at = models.DateTimeField()

    class Meta:
        ordering = ("claim", "-number")
        constraints = (
            models.UniqueConstraint(fields=("claim", "number"), name="claim_verdict_once"),
            models.CheckConstraint(
                condition=~models.Q(verdict="contradicted", evidence=[]),
                name="claim_contradicted_with_a_pointer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.claim}: {self.verdict}"

    @property
    def is_contradicted(self) -> bool:
        """Whether the evidence speaks against the claim."""
        return self.verdict == self.Verdict.CONTRADICTED


class HearingQuerySet(models.QuerySet["Hearing"]):
    """Reads of what was put to the startup."""

    def visible_to(self, user: "User | AnonymousUser") -> "HearingQuerySet":
        """For the firm those of its deals, for founders those of their room."""
        if getattr(user, "is_firm", False):
            return self.filter(claim__deal__in=Deal.objects.visible_to(user))
        return self.filter(claim__deal__in=Deal.objects.whole_room_of(user))


class Hearing(models.Model):
    """A contradiction that the firm put to the startup: until then the founder sees none of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="hearings")
    verdict = models.OneToOneField(ClaimVerdict, on_delete=models.PROTECT, related_name="hearing")
    message = models.TextField(blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return f"Put to the startup: {self.claim}"


class Rebuttal(models.Model):
    """What the startup answers to a contradiction, in its own words. Rows are only ever added.

    The newest one is printed in the report.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="rebuttals")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    evidence = models.ManyToManyField(EvidenceItem, related_name="rebuttals", blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.body[:80]
