"""Startups: the companies that deals are about."""

import uuid
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models.functions import Lower

from diligence.models.remembering import Remembers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from diligence.models.user import User


class StartupQuerySet(models.QuerySet["Startup"]):
    """Reads of startups."""

    def visible_to(self, user: "User | AnonymousUser") -> "StartupQuerySet":
        """Startups with a deal that the user may see, and for deal-makers those without any."""
        deals = apps.get_model("diligence", "Deal").objects.visible_to(user)
        seen = models.Q(deals__in=deals)
        if getattr(user, "firm_role", "") in ("admin", "partner", "analyst"):
            seen |= models.Q(deals=None)
        return self.filter(seen).distinct()


class Startup(Remembers):
    """A company.

    It is not opened twice (`services.deals`), but where the one that is there is restricted or
    behind a barrier: a refusal, and so a unique index, would tell of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    website = models.URLField(blank=True)
    summary = models.TextField(blank=True)
    country = models.CharField(max_length=100, blank=True)
    founded = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StartupQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        indexes = (models.Index(Lower("name"), name="startup_name"),)

    def __str__(self) -> str:
        return self.name
