"""Repositories of a deal, as handed in: a bundle or archive among the evidence, or a git URL."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from diligence.models import Deal, EvidenceItem, User
from diligence.models.remembering import Remembers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RepositoryQuerySet(models.QuerySet["Repository"]):
    """Reads of repositories."""

    def visible_to(self, user: "User | AnonymousUser") -> "RepositoryQuerySet":
        """Those of deals that the user may see."""
        return self.filter(deal__in=Deal.objects.visible_to(user))


class Repository(Remembers):
    """Where a startup's code comes from: exactly one of `evidence` and `url`.

    `token` is encrypted with the firm's field keys and never shown again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="repositories")
    name = models.CharField(max_length=200)
    evidence = models.ForeignKey(
        EvidenceItem, on_delete=models.PROTECT, null=True, blank=True, related_name="repositories"
    )
    url = models.URLField(max_length=500, blank=True)
    token = models.BinaryField(null=True, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects = RepositoryQuerySet.as_manager()

    class Meta:
        ordering = ("added_at",)
        verbose_name_plural = "repositories"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(evidence=None) ^ models.Q(url=""),
                name="repository_has_one_source",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def location(self) -> str:
        """What a person may see of where it comes from."""
        return self.url or (self.evidence.title if self.evidence else "")

    @property
    def has_code(self) -> bool:
        """Whether there is code to audit; a collection or another tool's findings bring none."""
        origins = {run.origin for run in self.runs.all()}
        return not origins or "observed" in origins
