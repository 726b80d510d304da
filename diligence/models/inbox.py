"""When somebody of the firm last looked through what changed."""

from django.db import models

from diligence.models.user import User


class InboxVisit(models.Model):
    """All that happened up to `seen_to` has been seen by this person."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="inbox_visit"
    )
    seen_to = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user} up to {self.seen_to}"
