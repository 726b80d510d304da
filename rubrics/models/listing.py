"""Listings: what the portfolio sorts by, a narrow row a deal with an index for every order."""

from typing import Any

from django.db import models
from django.db.models import F, FloatField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from diligence.models import Deal

LENSES = ("data", "experimentation", "operations", "delivery", "governance", "substance")
"""Lenses whose order is served by an index; those of a firm's own rubric are sorted when asked."""


def lens_figure(lens: str, listing: str = "") -> Cast:
    """The score of a lens, as the indexes have it; `listing` leads to it from another model."""
    return Cast(KeyTextTransform(lens, f"{listing}figures"), FloatField())


def _both_ways(name: str, by: F | Cast) -> tuple[models.Index, models.Index]:
    """Up and down: what is unknown comes last, and equals are in the order of their names."""
    up, down = by.asc(nulls_last=True), by.desc(nulls_last=True)
    return (
        models.Index(up, "name", "deal", name=f"listing_{name}_up"),
        models.Index(down, "name", "deal", name=f"listing_{name}_down"),
    )


class Listing(models.Model):
    """A deal in lists. Every deal has one, whether it is assessed or not.

    `band` is None, `figures` (scores 0 to 4, by the id of a lens) are empty and nothing is final
    where nothing is rated, or where scores are hidden because they are given blind. The database
    itself keeps it, by the triggers of its migration, from the deal, its assessment and its
    standing; nobody else writes it. Whether somebody may see the deal, and which scores an outside
    reviewer sees, is not in it: that is asked each time.
    """

    deal = models.OneToOneField(
        Deal, on_delete=models.CASCADE, primary_key=True, related_name="listing"
    )
    name = models.CharField(max_length=200)
    # None and not "", so that it sorts as unknown.
    band = models.CharField(max_length=8, null=True)  # noqa: DJ001 - see above
    figures: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    is_final = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "deal")
        indexes = (
            *_both_ways("band", F("band")),
            models.Index(
                fields=("deal",), condition=models.Q(is_final=False), name="listing_not_final"
            ),
            *(index for lens in LENSES for index in _both_ways(lens, lens_figure(lens))),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.band or 'not rated'}"
