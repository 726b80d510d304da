"""What an analyst makes of a finding. It belongs to the repository, so the next run keeps it."""

import uuid

from django.db import models
from django.utils import timezone

from audits.models.repository import Repository
from diligence.models import User
from diligence.models.remembering import Remembers


class Triage(Remembers):
    """A person's word on a finding, told apart over runs by its fingerprint."""

    class Verdict(models.TextChoices):
        """What the finding is."""

        CONFIRMED = "confirmed", "Confirmed"
        FALSE_ALARM = "false-alarm", "False alarm"
        ACCEPTED = "accepted-risk", "Accepted risk"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    repository = models.ForeignKey(Repository, on_delete=models.PROTECT, related_name="triages")
    fingerprint = models.CharField(max_length=64)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    reason = models.TextField()
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-decided_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("repository", "fingerprint"), name="triage_once_per_finding"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.reason[:60]}"

    @property
    def is_expired(self) -> bool:
        """Whether it has to be looked at again."""
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def dismisses(self) -> bool:
        """Whether the finding is none, by a word that has not expired."""
        return self.verdict == self.Verdict.FALSE_ALARM and not self.is_expired
