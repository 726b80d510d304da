"""Drafts of the firm's own rubrics."""

from typing import TYPE_CHECKING

from django.db import models

from diligence.models import FirmRole, User
from diligence.models.draft import TextDraft
from rubrics.models.assessment import RubricVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

EDITORS = (FirmRole.ADMIN, FirmRole.PARTNER, FirmRole.ANALYST)


class RubricDraftQuerySet(models.QuerySet["RubricDraft"]):
    """Reads of drafts."""

    def visible_to(self, user: "User | AnonymousUser") -> "RubricDraftQuerySet":
        """Drafts are the firm's: of those who may edit rubrics (policies, rubric.draft)."""
        edits = getattr(user, "firm_role", "") in EDITORS
        return self.all() if user.is_active and edits else self.none()


class RubricDraft(TextDraft):
    """A rubric that is being written, and the version that it started from."""

    based_on = models.ForeignKey(
        RubricVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RubricDraftQuerySet.as_manager()
