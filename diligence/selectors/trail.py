"""Reads of the trail: what was done, without the lines that somebody may not read yet.

An app above may know lines that give away more than their reader may see, such as why a reviewer
doubts what another has still to score. It says so with `hide_lines`; every page of the firm that
shows the trail asks here.
"""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from diligence.models import Activity, Deal, User

Hiding = Callable[[User], Q]
_HIDDEN: list[Hiding] = []


def hide_lines(rule: Hiding) -> None:
    """Keeps the lines that the rule names from the person that it is asked for."""
    if rule not in _HIDDEN:
        _HIDDEN.append(rule)


def lines_for(user: User, deal: Deal | None = None) -> QuerySet[Activity]:
    """What this person of the firm may read of a deal, or of all that they see; newest first."""
    deals = Deal.objects.visible_to(user)
    rows = Activity.objects.filter(deal__in=deals if deal is None else deals.filter(pk=deal.pk))
    for rule in _HIDDEN:
        rows = rows.exclude(rule(user))
    return rows.select_related("actor")
