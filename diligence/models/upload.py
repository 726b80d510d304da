"""Files on their way in: what was announced, and what became of it."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from diligence.models.deal import Deal
from diligence.models.evidence import EvidenceItem, EvidenceKind, Origin
from diligence.models.questionnaire import Questionnaire
from diligence.models.user import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class IncomingUploadQuerySet(models.QuerySet["IncomingUpload"]):
    """Reads of uploads."""

    def visible_to(self, user: "User | AnonymousUser") -> "IncomingUploadQuerySet":
        """One's own, for as long as one may enter the deal or its room; nobody else's."""
        deals = Deal.objects.visible_to(user) if getattr(user, "is_firm", False) else None
        mine = self.filter(by=user.pk)
        return mine.filter(deal__in=Deal.objects.room_of(user) if deals is None else deals)


class IncomingUpload(models.Model):
    """A file that is being sent in pieces, perhaps over days.

    How much of it has come is the length of the file that the pieces are written to, and stands
    nowhere else: so it is right whichever process was killed when. `modified` and `filename` are
    what the browser says; with `size` they find the same file again on the sender's machine.
    One that is sent within an answer names it, and is attached to it once it is kept.
    `key` is what its bytes are sealed with meanwhile, itself sealed under the deal's.
    `sender_tree` is the tree fingerprint (`lib/fingerprints.py`) that was taken there.
    """

    class State(models.TextChoices):
        """WHOLE: all bytes are here, and the worker has yet to hash and keep them."""

        RECEIVING = "receiving", "On its way"
        WHOLE = "whole", "Being checked"
        KEPT = "kept", "In"
        FAILED = "failed", "Not taken"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="uploads")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(
        EvidenceItem, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    question = models.CharField(max_length=80, blank=True)
    filename = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    modified = models.CharField(max_length=20, blank=True)
    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.FOUNDER_FILE)
    kind = models.CharField(max_length=16, choices=EvidenceKind.choices, default=EvidenceKind.OTHER)
    dated_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    sender_tree = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    key = models.BinaryField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVING)
    failure = models.CharField(max_length=500, blank=True)
    kept_as = models.ForeignKey(
        EvidenceItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now_add=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = IncomingUploadQuerySet.as_manager()

    class Meta:
        ordering = ("started_at",)
        indexes = (
            models.Index(fields=("by", "state"), name="upload_of_person"),
            models.Index(
                fields=("last_at",), condition=~models.Q(state="kept"), name="upload_unfinished"
            ),
        )

    def __str__(self) -> str:
        return f"{self.filename} ({self.size} bytes)"
