"""Assessments: a deal under a frozen rubric and profile, its scorecards and its knock-outs."""

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from audits.models import AuditRun, PracticeResult
from diligence.models import Answer, Deal, EvidenceItem, FirmRole, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RubricVersionQuerySet(models.QuerySet["RubricVersion"]):
    """Reads of rubrics, which are the firm's and belong to no deal."""

    def offered(self) -> "RubricVersionQuerySet":
        """Those that a deal can be assessed under from now on."""
        return self.filter(retired_at=None)


class RubricVersion(models.Model):
    """A published version of a rubric. Its text never changes; a change is the next version.

    `based_on` is what it was copied or edited from. A retired version is offered no more; deals
    that stand under it keep it. One version may be chosen as the firm's default.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    source = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    is_default = models.BooleanField(default=False)

    objects = RubricVersionQuerySet.as_manager()

    class Meta:
        ordering = ("slug", "-version")
        constraints = (
            models.UniqueConstraint(fields=("slug", "version"), name="rubric_version_once"),
            models.UniqueConstraint(
                fields=("is_default",), condition=Q(is_default=True), name="rubric_default_once"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(retired_at=None), name="rubric_default_in_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Reads of assessments."""

    def visible_to(self, user: "User | AnonymousUser") -> "AssessmentQuerySet":
        """Those of deals that the user may see. Founders see none."""
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def scores_visible_to(self, user: "User | AnonymousUser") -> "AssessmentQuerySet":
        """Those whose scores, knock-outs and reports the user may see.

        Where reviewers score blind nobody sees any before all have submitted: whoever could would
        be no use as a reviewer, and a word in passing would end the blindness. Outside reviewers
        see scores only where they scored or decide, and after their own are in.
        """
        return self.visible_to(user).filter(self._shown_to(user))

    def hidden_from(self, user: "User | AnonymousUser") -> "AssessmentQuerySet":
        """Of deals that the user sees, those whose scores they do not see; ask with the deals."""
        return self.exclude(self._shown_to(user))

    def _shown_to(self, user: "User | AnonymousUser") -> Q:
        seen = Q(mode=Assessment.Mode.ASSISTED) | ~Q(unblinded_at=None)
        if getattr(user, "firm_role", "") != FirmRole.REVIEWER:
            return seen
        submitted = Scorecard.objects.current().filter(reviewer=user.pk).exclude(locked_at=None)
        deciding = Q(seats__user=user.pk, seats__role="third", seats__ended_at=None)
        return seen & (
            Q(pk__in=submitted.values("assessment"))
            | Q(pk__in=Assessment.objects.filter(deciding).values("pk"))
        )


class Assessment(models.Model):
    """A deal's scoring: rubric version, profile and mode, frozen when it is opened.

    `unblinded_at` is when the last of those who score blind submitted; from then on scores are
    seen. A new briefing, or a new reviewer, takes it away again. A practice case counts for
    calibration and for nothing else.
    """

    class Mode(models.TextChoices):
        """ASSISTED: one reviewer, the proposed level shown. BLIND: two or more, none shown."""

        ASSISTED = "assisted", "Assisted"
        BLIND = "blind", "Blind"

    class Practice(models.TextChoices):
        """A case to train on; the evidence of a PLANTED one looks good and proves nothing."""

        NO = "", "A deal"
        SHARED = "shared", "A practice case"
        PLANTED = "planted", "A practice case with planted theatre"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.OneToOneField(Deal, on_delete=models.PROTECT, related_name="assessment")
    rubric = models.ForeignKey(RubricVersion, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.ASSISTED)
    archetypes = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    flags = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    stage = models.CharField(max_length=16)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    unblinded_at = models.DateTimeField(null=True, blank=True)
    practice = models.CharField(
        max_length=8, choices=Practice.choices, default=Practice.NO, blank=True
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at",)
        indexes = (
            models.Index(fields=("-opened_at",), name="assessment_newest"),
            models.Index(
                fields=("deal",), condition=~Q(practice=""), name="assessment_for_practice"
            ),
            models.Index(
                fields=("deal",),
                condition=Q(unblinded_at=None) & ~Q(mode="assisted"),
                name="assessment_still_blind",
            ),
        )

    def __str__(self) -> str:
        return f"Assessment of {self.deal}"

    @property
    def is_blind(self) -> bool:
        """Whether scores are hidden now."""
        return self.mode == self.Mode.BLIND and self.unblinded_at is None


class Suggestion(models.Model):
    """The level that the engine proposes for a criterion. Runs replace it, nobody edits it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="suggestions")
    criterion = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=2)
    because = models.TextField()
    seen = models.FloatField(default=1.0)
    """The share of the code behind it that could be read, from 0 to 1."""
    run = models.ForeignKey(AuditRun, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("assessment", "criterion")
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "criterion"), name="suggestion_once_per_criterion"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    """Reads of scorecards."""

    def current(self) -> "ScorecardQuerySet":
        """Those that count: not taken up by a later one, and their reviewer not replaced."""
        return self.filter(superseded_at=None)


class Scorecard(models.Model):
    """One reviewer's scores of one assessment; locked when it is submitted.

    `superseded_at` is when it stopped to count: the lenses that differed most were scored again on
    a new one, or somebody else took the seat. It is kept as it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scorecards")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="scorecards")
    opened_at = models.DateTimeField(auto_now_add=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    no_conflict_declared_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        ordering = ("opened_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "reviewer"), condition=Q(superseded_at=None),
                name="scorecard_once_per_reviewer",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reviewer} on {self.assessment}"


class Score(models.Model):
    """A reviewer's word on one criterion.

    `outcome` follows the roll-up: SCORED has a level 0-4; UNKNOWN stays outside the point score and
    inside the interval; NOT_SUPPLIED was asked for and not given by the deadline and counts as 0.
    `models_covered` is the percentage of production models that the evidence covers.
    A signed original lifts a document, a drill record lifts machine-made records (section 1).
    """

    class Outcome(models.TextChoices):
        """What was decided."""

        SCORED = "scored", "Scored"
        UNKNOWN = "unknown", "Cannot assess"
        NOT_SUPPLIED = "not-supplied", "Asked and not supplied"

    class Freshness(models.TextChoices):
        """How old the evidence is (rubric, sections 1 and 5)."""

        CURRENT = "current", "Spans the last 90 days"
        YEAR = "year", "Up to a year old"
        OLD = "old", "Older than a year"
        FRESH = "fresh", "Made within 30 days before the room opened"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="scores")
    criterion = models.CharField(max_length=80)
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=2, default="E0")
    freshness = models.CharField(max_length=8, choices=Freshness.choices, default=Freshness.CURRENT)
    models_covered = models.PositiveSmallIntegerField(default=100)
    signed_original = models.BooleanField(default=False)
    drill_record = models.BooleanField(default=False)
    rationale = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("scorecard", "criterion")
        constraints = (
            models.UniqueConstraint(fields=("scorecard", "criterion"), name="score_once"),
            models.CheckConstraint(
                condition=Q(outcome="scored", level__gte=0, level__lte=4)
                | (~Q(outcome="scored") & Q(level=None)),
                name="score_level_where_scored",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"

    @property
    def in_words(self) -> str:
        """The level, or why there is none."""
        if self.level is not None:
            return f"level {self.level}"
        return self.Outcome(self.outcome).label.lower()


class Cited(models.Model):
    """Exactly one of a verdict, an answer and a piece of evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(
        PracticeResult, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.ForeignKey(
        Answer, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence = models.ForeignKey(
        EvidenceItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(practice__isnull=False, answer=None, evidence=None)
                | Q(practice=None, answer__isnull=False, evidence=None)
                | Q(practice=None, answer=None, evidence__isnull=False),
                name="%(class)s_of_one_thing",
            ),
        )

    def __str__(self) -> str:
        return str(self.practice or self.answer or self.evidence)


class Citation(Cited):
    """What a score rests on."""

    score = models.ForeignKey(Score, on_delete=models.CASCADE, related_name="citations")
