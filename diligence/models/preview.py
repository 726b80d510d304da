"""Previews: what of a file can be shown safely, made once per content."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from diligence.models.evidence import Blob


class Preview(models.Model):
    """What a confined child made of a blob: texts and numbers in `data`, pictures in the storage.

    Texts and tables lie sealed like the file that they are of (`services/previews.py`); `data` is
    where earlier releases kept them plain. They are only ever put into pages as text. The row is
    the queue.
    """

    class State(models.TextChoices):
        """NONE: nothing of this type can be shown safely, or the file is not what it seems."""

        QUEUED = "queued", "Being made"
        READY = "ready", "Ready"
        NONE = "none", "No preview"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blob = models.OneToOneField(Blob, on_delete=models.CASCADE, related_name="preview")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    kind = models.CharField(max_length=12, blank=True)
    data: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    sealed_data = models.BinaryField(null=True)
    pictures = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(
                fields=("lease_until",), condition=models.Q(state="queued"), name="preview_queued"
            ),
        )

    def __str__(self) -> str:
        return f"preview of {self.blob_id}"

    def picture_path(self, number: int) -> str:
        """Where a picture lies in the storage; they count from 1."""
        return f"previews/{self.blob_id[:2]}/{self.blob_id}/{number}.webp"
