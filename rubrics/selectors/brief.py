"""Reads of a deal's brief: beside the score, all that a partner asks first, in short."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from audits.selectors.claims import LedgerRow, ledger_of
from diligence.models import Activity, Deal, InboxVisit, User
from diligence.selectors.inbox import FIRST_LOOK, NO_NEWS
from diligence.selectors.trail import lines_for
from rubrics.models import Standing, StandingPoint
from rubrics.selectors.open_items import OpenItem, open_items

MOST = 5
"""Lines of each list; the rest is a link away."""


@dataclass(frozen=True)
class Brief:
    """What contradicts the startup's word, what is open and with whom, what changed.

    `since` is when this person last looked through the inbox; `before` is how the deal stood on the
    day before the last change, if the score was another one then.
    """

    contradictions: tuple[LedgerRow, ...]
    contradicted: int
    said: int
    open: tuple[OpenItem, ...]
    waiting: int
    changed: tuple[Activity, ...]
    since: datetime
    before: StandingPoint | None


def brief_of(deal: Deal, user: User, standing: Standing) -> Brief:
    """The brief of an assessed deal whose scores this person may see."""
    ledger, waiting = ledger_of(deal), open_items(deal, user)
    visit = InboxVisit.objects.filter(user=user).first()
    since = visit.seen_to if visit else timezone.now() - FIRST_LOOK
    news = lines_for(user, deal).filter(at__gt=since).exclude(actor=user).exclude(verb__in=NO_NEWS)
    return Brief(
        ledger.worst, ledger.counts["contradicted"], len(ledger.rows), waiting[:MOST],
        len(waiting), tuple(news.order_by("-at", "-id")[:MOST]), since, _before(standing),
    )  # fmt: skip


def _before(standing: Standing) -> StandingPoint | None:
    """The newest earlier point with another score or notation."""
    earlier = standing.assessment.points.filter(day__lt=standing.computed_at.date())
    same = earlier.filter(headline=standing.headline, notation=standing.notation)
    return earlier.exclude(pk__in=same).order_by("-day").first()
