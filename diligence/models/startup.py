"""Startups: the companies that deals are about."""

import uuid
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.db.models.lookups import IsNull

from diligence.models.remembering import Remembers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from diligence.models.user import User


class StartupQuerySet(models.QuerySet["Startup"]):
    """Reads of startups."""

    def visible_to(self, user: "User | AnonymousUser") -> "StartupQuerySet":
        """Startups with a deal that the user may see, and for deal-makers those without any.

        Who sees nearly all deals is asked of each startup for one of its deals: of EXISTS
        PostgreSQL makes a table of all deals first. For others it begins with the few they see.
        """
        deals = apps.get_model("diligence", "Deal").objects
        its = deals.filter(startup=models.OuterRef("pk"))
        role = getattr(user, "firm_role", "")
        if role in ("admin", "partner"):
            seen = _one_of(its.visible_to(user), there=True) | _one_of(its, there=False)
        else:
            seen = models.Q(pk__in=deals.visible_to(user).values("startup"))
            if role == "analyst":
                seen |= models.Q(~models.Exists(its))
        return self.filter(seen)


def _one_of(deals: "models.QuerySet[Any]", *, there: bool) -> models.Q:
    return models.Q(IsNull(models.Subquery(deals.order_by().values("pk")[:1]), not there))


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
        indexes = (
            models.Index(Lower("name"), name="startup_name"),
            GinIndex(OpClass(Lower("name"), name="gin_trgm_ops"), name="startup_by_letters"),
        )

    def __str__(self) -> str:
        return self.name
