"""Reads of the trail: what was done, without the lines that somebody may not read yet.

An app above may know lines that give away more than their reader may see, such as why a reviewer
doubts what another has still to score. It says so with `hide_lines`; every page of the firm that
shows the trail asks here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

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
    seen = Deal.objects.visible_to(user)
    rows = Activity.objects.filter(Q(deal=None) | Q(deal__in=seen)).exclude(
        deal=None, object_kind="diligence.startup", object_id__in=_startups_unseen(seen)
    )
    rows = _unhidden(rows, user).filter(_asked(query))
    if query.called:
        rows = rows.filter(deal__in=deals_called(user, query.called))
    return rows.select_related("actor", "deal__startup", "seal")


def _startups_unseen(seen: QuerySet[Deal]) -> QuerySet[Startup]:
    unseen = Deal.objects.exclude(pk__in=seen.values("pk"))
    rows = Startup.objects.filter(deals__in=unseen).exclude(deals__in=seen)
    return rows.values_list(Cast("pk", CharField()), flat=True)


def _asked(query: TrailQuery) -> Q:
    asked = Q()
    if query.words:
        asked &= Q(text__icontains=query.words) | Q(verb=query.words) | Q(object_id=query.words)
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
