"""Reads of the trail: what was done, without the lines that somebody may not read yet.

An app above may know lines that give away more than their reader may see, such as why a reviewer
doubts what another has still to score. It says so with `hide_lines`; every page of the firm that
shows the trail asks here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Lower
from django.db.models.lookups import Contains

from diligence.lib.trail_verbs import PERMISSIONS, QUIET, READING, SIGN_INS
from diligence.models import Activity, Deal, Startup, User
from diligence.selectors.choices import deals_called

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
    return _unhidden(rows.exclude(verb__in=QUIET), user).select_related("actor")


def _unhidden(rows: QuerySet[Activity], user: User) -> QuerySet[Activity]:
    for rule in _HIDDEN:
        rows = rows.exclude(rule(user))
    return rows


@dataclass(frozen=True)
class TrailQuery:
    """What of the trail is looked for; what is empty narrows nothing.

    `deal` is one by its id, `called` all in whose name the text occurs.
    """

    words: str = ""
    who: str = ""
    kind: str = ""
    deal: str = ""
    called: str = ""
    via: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != TrailQuery()


APPLICATION = "application"
"""Stands for nobody in `who`: what Proofroom did by itself, and what strangers tried."""
KINDS = {
    "sign-ins": ("Signing in and out", Q(verb__startswith=SIGN_INS)),
    "permissions": ("Permissions", Q(verb__in=PERMISSIONS)),
    "reading": ("Reading and taking out", Q(verb__in=READING)),
}


def trail_for(user: User, query: TrailQuery) -> QuerySet[Activity]:
    """The whole trail as this administrator may read it, newest first.

    Without the deals that they stand behind a barrier of, their startups, and what is hidden from
    them as a reviewer: numbers of the chain that are missing in a list are of those.
    """
    rows = Activity.objects.exclude(deal__in=Deal.objects.hidden_from(user)).exclude(
        deal=None, object_kind="diligence.startup", object_id__in=_startups_hidden_from(user)
    )
    rows = _unhidden(rows, user).filter(_asked(query))
    if query.called:
        rows = rows.filter(deal__in=deals_called(user, query.called))
    return rows.select_related("actor", "deal__startup", "seal")


def _startups_hidden_from(user: User) -> QuerySet[Startup, Any]:
    """The ids, as the trail writes them, of those all of whose deals are hidden."""
    rows = Startup.objects.filter(deals__in=Deal.objects.hidden_from(user))
    rows = rows.exclude(deals__in=Deal.objects.visible_to(user))
    return rows.values_list(Cast("pk", CharField()), flat=True)


@dataclass(frozen=True)
class Place:
    """Where in the trail somebody is: what is older than a line, or newer, or the oldest of all.

    Lines are named by their ids. With nothing given, and at a line that is not there, the newest.
    """

    before: int | None = None
    after: int | None = None
    oldest: bool = False


@dataclass(frozen=True)
class Stretch:
    """Lines that follow each other, newest first, and whether there are others on either side.

    `count` is how many fit at all, `COUNTED` where there are more.
    """

    lines: Sequence[Activity]
    has_newer: bool
    has_older: bool
    count: int

    @property
    def last(self) -> Activity:
        """The oldest line here. Raises IndexError where there is none."""
        return self.lines[-1]

    @property
    def found(self) -> str:
        """How many lines fit, in words."""
        many = f"{self.count:,} line{'' if self.count == 1 else 's'}"
        return many if self.count < COUNTED else f"At least {many}"


PAGE = 50
COUNTED = 1_000
"""Lines that are counted: a trail grows without end, and nobody needs to know by how much."""


def stretch_of(user: User, query: TrailQuery, place: Place) -> Stretch:
    """The lines at this place, at the same cost however long the trail is."""
    rows = trail_for(user, query)
    named = place.before or place.after
    edge = rows.filter(pk=named).first() if named else None
    climbing = place.oldest or (edge is not None and not place.before)
    beyond = rows if edge is None else rows.filter(_beyond(edge, climbing=climbing))
    found = list((beyond.reverse() if climbing else beyond)[: PAGE + 1])
    goes_on = len(found) > PAGE
    if edge is not None and not (found if place.before else goes_on):
        return stretch_of(user, query, Place())
    lines = found[:PAGE]
    return Stretch(
        lines[::-1] if climbing else lines,
        has_newer=goes_on if climbing else edge is not None,
        has_older=edge is not None if climbing else goes_on,
        count=rows.order_by()[:COUNTED].count(),
    )


def _beyond(edge: Activity, *, climbing: bool) -> Q:
    """What is newer than a line, or older; said so that the index of the order begins there."""
    if climbing:
        return Q(at__gte=edge.at) & (Q(at__gt=edge.at) | Q(pk__gt=edge.pk))
    return Q(at__lte=edge.at) & (Q(at__lt=edge.at) | Q(pk__lt=edge.pk))


def _asked(query: TrailQuery) -> Q:
    asked = Q()
    if query.words:
        asked &= (
            Contains(Lower("text"), Lower(Value(query.words)))
            | Q(verb=query.words)
            | Q(object_id=query.words)
        )
    if query.who:
        asked &= Q(actor=None) if query.who == APPLICATION else Q(actor=query.who)
    if query.kind in KINDS:
        asked &= KINDS[query.kind][1]
    for name in ("deal", "via"):
        if wanted := getattr(query, name):
            asked &= Q(**{name: wanted})
    if query.since:
        asked &= Q(at__gte=_midnight(query.since))
    if query.until:
        asked &= Q(at__lt=_midnight(query.until + timedelta(days=1)))
    return asked


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
