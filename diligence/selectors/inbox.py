"""Reads of the inbox: what others did on one's deals since one last looked through it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.utils import timezone

from diligence.models import Activity, Deal, InboxVisit, User
from diligence.selectors.evidence import READING
from diligence.selectors.trail import lines_for

FIRST_LOOK = timedelta(days=14)
"""How far back somebody is shown who never looked."""
MOST = 300
"""Lines on the page; above that the oldest are left to the pages of their deals."""
NO_NEWS = (*READING, "report.download")
"""Reading changes nothing."""


@dataclass(frozen=True)
class DealNews:
    """What happened on one deal, newest first."""

    deal: Deal
    lines: tuple[Activity, ...]


@dataclass(frozen=True)
class Inbox:
    """What happened from `since` up to `until`, by deal; that with the newest line comes first."""

    since: datetime
    until: datetime
    deals: tuple[DealNews, ...]
    left_out: int

    @property
    def lines(self) -> int:
        """How many lines are shown."""
        return sum(len(news.lines) for news in self.deals)


def inbox_of(user: User) -> Inbox:
    """The news of the deals that this person sees, without what they did themselves."""
    until = timezone.now()
    visit = InboxVisit.objects.filter(user=user).first()
    since = visit.seen_to if visit else until - FIRST_LOOK
    rows = lines_for(user).filter(at__gt=since, at__lte=until)
    rows = rows.exclude(actor=user).exclude(verb__in=NO_NEWS)
    newest = rows.select_related("actor", "deal__startup", "deal__stage").order_by("-at", "-id")
    lines = list(newest[:MOST])
    left_out = rows.count() - len(lines) if len(lines) == MOST else 0
    return Inbox(since, until, _by_deal(lines), left_out)


def _by_deal(lines: list[Activity]) -> tuple[DealNews, ...]:
    order = {line.deal_id: number for number, line in reversed(list(enumerate(lines)))}
    by_deal = sorted(lines, key=lambda line: order[line.deal_id])
    groups = (list(each) for _, each in groupby(by_deal, key=lambda line: line.deal_id))
    return tuple(
        DealNews(group[0].deal, tuple(group)) for group in groups if group[0].deal is not None
    )
