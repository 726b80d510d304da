"""Reads of what is open on a deal and with whom: one list over all that somebody has to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils import timezone

from diligence.models import Deal, EvidenceRequest, Questionnaire, User
from diligence.selectors.evidence_requests import requests_of
from rubrics.models import Assessment, FollowUp, KnockOut
from rubrics.scoring.knock_outs import VOICES_NEEDED
from rubrics.selectors.knock_outs import knock_outs_with_steps

THE_STARTUP = "the startup"


@dataclass(frozen=True)
class OpenItem:
    """One thing that is open: what, with whom, and until when, if a day was set."""

    kind: Literal["condition", "knock-out", "questionnaire", "request"]
    what: str
    whom: str
    due_on: date | None
    row: FollowUp | KnockOut | Questionnaire | EvidenceRequest

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed."""
        return self.due_on is not None and self.due_on < timezone.localdate()


def open_items(deal: Deal, user: User) -> tuple[OpenItem, ...]:
    """All that is open on a deal for somebody of the firm, by its day; what has none comes last."""
    found = [
        *_conditions(deal, user), *_requests(deal, user), *_questionnaires(deal),
        *_knock_outs(deal, user),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda item: (item.due_on or date.max, item.what)))


def _conditions(deal: Deal, user: User) -> Iterator[OpenItem]:
    rows = FollowUp.objects.visible_to(user).open().filter(deal=deal)
    for row in rows.select_related("owner"):
        yield OpenItem("condition", row.text, str(row.owner), row.due_on, row)


def _requests(deal: Deal, user: User) -> Iterator[OpenItem]:
    for row in requests_of(deal, user).filter(state=EvidenceRequest.State.OPEN):
        yield OpenItem("request", row.what, THE_STARTUP, row.due_on, row)


def _questionnaires(deal: Deal) -> Iterator[OpenItem]:
    waiting = (Questionnaire.State.OPEN, Questionnaire.State.RETURNED)
    for row in deal.questionnaires.filter(state__in=waiting).select_related("template"):
        yield OpenItem("questionnaire", row.template.title, THE_STARTUP, row.due_on, row)


def _knock_outs(deal: Deal, user: User) -> Iterator[OpenItem]:
    """Suspicions that wait for the firm; those that wait for a reply are among the requests."""
    assessment = Assessment.objects.scores_visible_to(user).filter(deal=deal).first()
    if assessment is None:
        return
    today = timezone.localdate()
    for row in knock_outs_with_steps(assessment).filter(state=KnockOut.State.SUSPECTED):
        life = row.life
        if not life.asked:
            yield OpenItem("knock-out", f"{row.code}: ask the startup about it", "us", None, row)
        elif life.heard(today):
            missing = VOICES_NEEDED - len(life.voices)
            what = f"{row.code}: clear it, or {missing} more to confirm it"
            yield OpenItem("knock-out", what, "us", None, row)
