"""What drafts of texts that will be published have in common."""

import uuid

from django.db import models

from diligence.models.user import User


class TextDraft(models.Model):
    """A text that is being written, as it was typed, right or wrong.

    `revision` grows with every change, so that the second of two people who edit at once is told.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=300)
    source = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering = ("-updated_at",)

    def __str__(self) -> str:
        return self.title
