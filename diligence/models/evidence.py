"""Evidence: what was handed in. A new file is a new version, a withdrawal is a mark."""

import functools
import operator
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F
from django.utils import timezone

from diligence.lib.freshness import Standing, standing_of
from diligence.models.deal import Deal
from diligence.models.remembering import Remembers
from diligence.models.user import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Origin(models.TextChoices):
    """Who made it: the grade by origin, best first (product, evidence)."""

    OBSERVED = "observed", "Observed: we ran or pulled it"
    COLLECTED = "collected", "Collected: their machine, our collector"
    THIRD_PARTY = "third-party", "Third party"
    FOUNDER_FILE = "founder-file", "Founder file"
    STATEMENT = "statement", "Statement"


class EvidenceKind(models.TextChoices):
    """What it is, in the words of whoever hands it in; the type of the file is sniffed instead."""

    PREDICTION_LOG = "prediction-log", "Prediction log"
    DATA = "data", "Data set or sample"
    MODEL = "model", "Model file"
    EVALUATION = "evaluation", "Evaluation results"
    MODEL_CARD = "model-card", "Model card or data sheet"
    RUN_RECORDS = "run-records", "Records of runs, builds or releases"
    MONITORING = "monitoring", "Monitoring or drift results"
    REGISTER = "register", "Register or inventory"
    CODE = "code", "Code or notebook"
    CONTRACT = "contract", "Contract or licence"
    POLICY = "policy", "Policy or procedure"
    CERTIFICATE = "certificate", "Certificate or attestation"
    OTHER = "other", "Something else"


class Scan(models.TextChoices):
    """What a scanner for malware said; what no scanner looked at is never called clean."""

    NOT = "not", "Not scanned"
    CLEAN = "clean", "No malware found"
    FOUND = "found", "Malware found"
    UNABLE = "unable", "Could not be scanned"


class Blob(models.Model):
    """Bytes, stored once by their content. `path` is relative to the evidence storage.

    `scan_note` names what was found, or why it could not be scanned. `sealed` says whether the
    bytes lie encrypted (`BlobKey`); hash and size are those of the plain ones. `gone_at` is when
    they were deleted under the firm's term; the hash stays.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    path = models.CharField(max_length=200)
    scan = models.CharField(max_length=8, choices=Scan.choices, default=Scan.NOT)
    scan_note = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    sealed = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256


Hiding = Callable[[User], models.Q]
_HIDDEN: list[Hiding] = []


def hide_evidence(rule: Hiding) -> None:
    """Keeps the evidence that the rule names from the person of the firm that it is asked for.

    An app above may know that what was handed in answers a question which they may not see yet.
    """
    if rule not in _HIDDEN:
        _HIDDEN.append(rule)


class EvidenceQuerySet(models.QuerySet["EvidenceItem"]):
    """Reads of evidence."""

    def visible_to(self, user: "User | AnonymousUser") -> "EvidenceQuerySet":
        """All of a deal for the firm, but for what is hidden from them (`hide_evidence`); for
        founders what their side gave or was shared with them.

        Who sees only some sections sees what they handed in and what is attached to those.
        """
        if isinstance(user, User) and user.is_firm:
            rows = self.filter(deal__in=Deal.objects.visible_to(user))
            return rows.exclude(self.hidden_from(user)) if _HIDDEN else rows
        ours = models.Q(from_startup=True) | models.Q(shared=True)
        whole = models.Q(deal__in=Deal.objects.whole_room_of(user))
        own = models.Q(created_by=user.pk) | models.Q(pk__in=self._attached_for(user))
        return self.filter(ours & (whole | own), deal__in=Deal.objects.room_of(user))

    @staticmethod
    def hidden_from(user: User) -> models.Q:
        """What someone of the firm may not see yet, of whichever deal."""
        return functools.reduce(operator.or_, (rule(user) for rule in _HIDDEN), models.Q(pk__in=[]))

    def _attached_for(self, user: "User | AnonymousUser") -> "models.QuerySet[EvidenceItem, Any]":
        """What is attached to the answers of the sections that are assigned to someone."""
        return EvidenceItem.objects.filter(
            answers__questionnaire__assignments__member__user=user.pk,
            answers__questionnaire__assignments__member__removed_at=None,
            answers__questionnaire__assignments__questions__contains=[F("answers__question")],
        ).values("pk")


class EvidenceItem(Remembers):
    """One piece of evidence of a deal, in as many versions as were handed in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(max_length=255)
    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.FOUNDER_FILE)
    kind = models.CharField(max_length=16, choices=EvidenceKind.choices, default=EvidenceKind.OTHER)
    from_startup = models.BooleanField(default=True)
    shared = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.title

    @property
    def current(self) -> "EvidenceVersion | None":
        """The newest version; uses the prefetched ones where there are any."""
        versions = sorted(self.versions.all(), key=lambda v: v.number)
        return versions[-1] if versions else None


class EvidenceVersion(models.Model):
    """A file as it was handed in. `media_type` was sniffed from its bytes, not believed.

    `dated_on` is when the thing itself was made or measured, `expires_on` the last day on which it
    holds (a certificate, a contract); both as whoever handed it in says.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="versions")
    filename = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    dated_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    deletion = models.ForeignKey(
        "diligence.Deletion", on_delete=models.PROTECT, null=True, blank=True,
        related_name="versions",
    )  # fmt: skip

    class Meta:
        ordering = ("item", "number")
        constraints = (
            models.UniqueConstraint(fields=("item", "number"), name="evidence_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.filename} (version {self.number})"

    @property
    def is_document(self) -> bool:
        """Whether its pages carry the reader's name where a deal shows names on documents."""
        return self.media_type == "application/pdf"

    @property
    def standing(self) -> Standing:
        """How it stands by its dates today."""
        return standing_of(self.dated_on, self.expires_on, timezone.localdate())


class EvidenceLink(models.Model):
    """Evidence that speaks for or against something: a criterion, a claim, by kind and id only.

    Answers hold their evidence themselves. A link is taken off by a mark, never deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="links")
    kind = models.SlugField(max_length=40)
    reference = models.CharField(max_length=120)
    text = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("kind", "reference")
        constraints = (
            models.UniqueConstraint(
                fields=("item", "kind", "reference"), condition=models.Q(removed_at=None),
                name="evidence_link_once",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
